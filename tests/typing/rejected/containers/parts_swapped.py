"""Formatter and normaliser are swapped."""

from dependency_injector import providers

from god_llm import ChatGroq
from god_llm.plugins.groq import GroqFormatter, GroqNormaliser

formatter = providers.Singleton(GroqFormatter)
normaliser = providers.Singleton(GroqNormaliser)
llm = providers.Factory(
    ChatGroq,
    "llama-3.1-8b-instant",
    formatter=normaliser,  # E: arg-type
    normaliser=formatter,  # E: arg-type
)
