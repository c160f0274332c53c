"""The Literal of a model's name goes from the facade through everything that it gives."""

from collections.abc import Sequence
from typing import Literal

from typing_extensions import assert_type

from god_llm import AIMessage, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, Stream

openai = ChatOpenAI("gpt-5.5")
assert_type(openai, ChatOpenAI[Literal["gpt-5.5"]])
assert_type(openai.model_name, Literal["gpt-5.5"])
assert_type(openai.generate("Hello"), AIMessage[Literal["gpt-5.5"]])
assert_type(openai.generate("Hello").model, Literal["gpt-5.5"] | None)
assert_type(openai.with_tools(), ChatOpenAI[Literal["gpt-5.5"]])
assert_type(openai.stream("Hello"), Stream[Literal["gpt-5.5"]])
assert_type(openai.stream("Hello").message, AIMessage[Literal["gpt-5.5"]])
assert_type(openai.batch(["Hello"]), list[AIMessage[Literal["gpt-5.5"]]])
assert_type(ChatAnthropic("claude-sonnet-5-5").generate("Hello").model, Literal["claude-sonnet-5-5"] | None)
assert_type(ChatGroq("openai/gpt-oss-20b").generate("Hello").model, Literal["openai/gpt-oss-20b"] | None)
assert_type(ChatOllama("llama3.1").generate("Hello").model, Literal["llama3.1"] | None)
nova = ChatBedrock("amazon.nova-lite-v1:0", region="us-east-1")
assert_type(nova.generate("Hello").model, Literal["amazon.nova-lite-v1:0"] | None)


async def asked() -> Sequence[AIMessage[Literal["gpt-5.5"]]]:
    assert_type(await openai.agenerate("Hello"), AIMessage[Literal["gpt-5.5"]])
    async with openai.astream("Hello") as stream:
        assert_type(stream.message, AIMessage[Literal["gpt-5.5"]])
    return await openai.abatch(["Hello"])
