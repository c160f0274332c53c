"""A model is told to reason in no way at all when it is called for."""

from dependency_injector import providers

from god_llm import ChatGroq

llm = providers.Factory(ChatGroq, "openai/gpt-oss-20b")
llm(reasoning="hihg")  # E: arg-type
