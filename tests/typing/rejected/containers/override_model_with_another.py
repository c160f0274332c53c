"""A model is overridden with one of another provider."""

from god_llm import ChatOllama, CustomModel
from god_llm.containers import GroqContainer

GroqContainer().llm.override(ChatOllama(CustomModel("mine")))  # E: arg-type
