"""A misspelt model's name stands in a provider of its own."""

from dependency_injector import providers

from god_llm import ChatGroq

name = providers.Object("lama-3.1-8b-instant")
llm = providers.Factory(ChatGroq, name)  # E: arg-type
