"""Every facade and the fake model fit `ChatGenerator`, also where they are made in the call."""

from collections.abc import Sequence

from pydantic import BaseModel
from typing_extensions import assert_type

from god_llm import (
    AIMessage,
    BaseMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    TextDelta,
)
from god_llm.protocols import ChatGenerator, Generator
from god_llm.testing import FakeGenerator


class Weather(BaseModel):
    city: str


def look(city: str) -> str:
    return city


def f(llm: ChatGenerator, turns: Sequence[BaseMessage]) -> AIMessage:
    assert_type(llm.generate_as(Weather, "How is the weather?", max_tokens=100), Weather)
    with llm.configured(temperature=0.5).stream(turns, seed=1) as stream:
        for delta in stream:
            if isinstance(delta, TextDelta):
                look(delta.text)
    return llm.with_tools(look, choice="auto").generate(turns, max_tokens=10)


async def g(llm: ChatGenerator, turns: Sequence[BaseMessage]) -> AIMessage:
    async with llm.astream(turns) as stream:
        async for _ in stream:
            pass
    assert_type(await llm.agenerate_as(Weather, turns), Weather)
    return await llm.agenerate(turns, stop=["END"])


def h(llm: Generator) -> str:
    return llm.generate("Hello").content


f(ChatOpenAI("gpt-5.5"), ())
f(ChatOpenAI("gpt-4.1", api="chat_completions"), ())
f(ChatAnthropic("claude-sonnet-5-5"), ())
f(ChatGroq("openai/gpt-oss-20b"), ())
f(ChatOllama("llama3.1"), ())
f(ChatBedrock("amazon.nova-lite-v1:0"), ())
f(ChatGroq(CustomModel("mine")), ())
f(FakeGenerator("hi", AIMessage(content="ho"), Weather(city="Oslo")), ())
h(FakeGenerator("hi"))
assert_type(FakeGenerator("hi").with_tools(look).configured(seed=1), FakeGenerator)
llm = ChatAnthropic("claude-sonnet-5-5")
f(llm, ())
h(llm)
