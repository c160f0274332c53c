"""A model that takes no temperature is given one where it is wired."""

from dependency_injector import providers

from god_llm import ChatOpenAI

llm = providers.Factory(
    ChatOpenAI,
    "o3",
    temperature=0.2,  # E: arg-type
)
