"""A batch of one text would ask its letters, and one of a dict its keys."""

from god_llm import ChatOpenAI
from god_llm.testing import FakeGenerator

llm = ChatOpenAI("o3")
llm.batch("Hello")  # E: arg-type
llm.batch_iter({"greeting": "Hello"})  # E: arg-type
FakeGenerator("Hello").batch("Hello")  # E: arg-type


async def asked() -> None:
    await llm.abatch("Hello")  # E: arg-type
    async for result in llm.abatch_iter("Hello"):  # E: arg-type
        print(result)
