"""A temperature that may be given may be one too many."""

from god_llm import ChatOpenAI


def made(temperature: float | None) -> ChatOpenAI:
    return ChatOpenAI("o3", temperature)  # E: arg-type
