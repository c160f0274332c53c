"""A model that may be any of the listed ones may be one that takes no temperature."""

from god_llm import ChatOpenAI
from god_llm.plugins.base import OpenAIModel


def made(model: OpenAIModel) -> ChatOpenAI:
    return ChatOpenAI(model, 0.5)  # E: arg-type
