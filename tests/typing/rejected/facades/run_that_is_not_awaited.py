"""An async run is not awaited."""

from god_llm import ChatOpenAI


def add(a: int) -> int:
    return a


async def main() -> None:
    print(ChatOpenAI("gpt-5.5").arun("hi", [add]).content)  # E: attr-defined
