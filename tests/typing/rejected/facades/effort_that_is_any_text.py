"""A text that may be anything is passed as an effort."""

from god_llm import ChatOpenAI


def made(effort: str) -> ChatOpenAI:
    return ChatOpenAI("gpt-5.5", reasoning=effort)  # E: arg-type
