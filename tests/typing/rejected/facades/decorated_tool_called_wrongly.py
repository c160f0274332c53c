"""A decorated function is called with a wrong argument."""

from god_llm import tool


@tool(timeout=3)
def add(a: int) -> int:
    return a


add("1")  # E: arg-type
