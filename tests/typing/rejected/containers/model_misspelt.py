"""A model's name is misspelt."""

from dependency_injector import providers

from god_llm import ChatGroq

llm = providers.Factory(ChatGroq, "lama-3.1-8b-instant")  # E: arg-type
