"""One call tells a model to reason that does not."""

from god_llm import ChatOpenAI


async def asked() -> None:
    await ChatOpenAI("gpt-4o").agenerate("Hello", reasoning="low")  # E: arg-type
