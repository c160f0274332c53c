"""A limit is a text."""

from god_llm import ChatOpenAI


def add(a: int) -> int:
    return a


ChatOpenAI("gpt-5.5").run("hi", [add], max_turns="3")  # E: arg-type
