"""A container's formatter is overridden with a normaliser."""

from dependency_injector import providers

from god_llm.containers import GroqContainer
from god_llm.plugins.groq import GroqNormaliser

GroqContainer().formatter.override(providers.Singleton(GroqNormaliser))  # E: arg-type
