"""A text that may be anything is passed as a model's name."""

from god_llm import ChatGroq


def made(name: str) -> ChatGroq:
    return ChatGroq(name)  # E: arg-type
