"""A setting that does not exist is wired."""

from dependency_injector import providers

from god_llm.containers import GroqSettings

settings = providers.Singleton(GroqSettings)
limit = settings.provided.max_token  # E: attr-defined
