"""A setting is one that another provider has."""

from dependency_injector import providers

from god_llm import ChatGroq

llm = providers.Factory(ChatGroq, "llama-3.1-8b-instant", region="us-east-1")  # E: call-arg
