"""A limit is misspelt."""

from god_llm import ChatOpenAI


def add(a: int) -> int:
    return a


ChatOpenAI("gpt-5.5").run("hi", [add], max_turn=3)  # E: call-arg
