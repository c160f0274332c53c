"""The answer of an async call is used before it is awaited."""

from god_llm import ChatGroq


async def say() -> None:
    print(ChatGroq("openai/gpt-oss-20b").agenerate("Hello").content)  # E: attr-defined
