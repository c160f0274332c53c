"""All settings are wired where one of them belongs."""

from dependency_injector import providers

from god_llm import ChatGroq
from god_llm.containers import GroqSettings

settings = providers.Singleton(GroqSettings)
llm = providers.Factory(ChatGroq, settings)  # E: arg-type
