"""A model is told to reason in a way that it has not."""

from dependency_injector import providers

from god_llm import ChatGroq

llm = providers.Singleton(ChatGroq, "openai/gpt-oss-20b", reasoning="none")  # E: arg-type
