"""A run is given a setting that the model does not take."""

from god_llm import ChatOpenAI


def add(a: int) -> int:
    return a


ChatOpenAI("o3").run("hi", [add], temperature=0.2)  # E: arg-type
ChatOpenAI("o3").answer_as(int, "hi", temperature=0.2)  # E: arg-type
