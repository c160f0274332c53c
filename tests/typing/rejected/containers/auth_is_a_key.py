"""A key is given where the source of keys belongs."""

from dependency_injector import providers

from god_llm import ChatGroq

llm = providers.Factory(ChatGroq, "llama-3.1-8b-instant", auth="key")  # E: arg-type
