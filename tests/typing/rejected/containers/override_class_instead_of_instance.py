"""A part is overridden with a class in place of an object of it."""

from god_llm.containers import GroqContainer
from god_llm.plugins.groq import GroqNormaliser

GroqContainer().normaliser.override(GroqNormaliser)  # E: arg-type
