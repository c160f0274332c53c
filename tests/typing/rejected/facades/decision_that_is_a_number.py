"""A decision is neither a truth value nor a reason."""

from god_llm import ChatOpenAI, Run


def add(a: int) -> int:
    return a


def go_on(run: Run) -> None:
    ChatOpenAI("gpt-5.5").run(run, [add], decisions={"c1": 3})  # E: dict-item
