"""Facades in lists, tuples, dicts and conditional expressions keep what they have in common."""

import sys
from collections.abc import Sequence

from typing_extensions import assert_type

from god_llm import AIMessage, ChatAnthropic, ChatGenerator, ChatGroq, ChatModel, ChatOllama, ChatOpenAI


def brief(llm: ChatAnthropic) -> str:
    return llm.generate("Hello", max_tokens=30).content


def any_model(llm: ChatModel[str]) -> str:
    return llm.generate("Hello").content


def any_generator(llm: ChatGenerator) -> str:
    return llm.with_tools(brief).generate("Hello").content


claudes = [ChatAnthropic("claude-haiku-4-5"), ChatAnthropic("claude-sonnet-5-5")]
for claude in claudes:
    print(brief(claude), any_model(claude), claude.model_name.upper())
for claude in (ChatAnthropic("claude-haiku-4-5"), ChatAnthropic("claude-sonnet-5-5")):
    print(brief(claude))
for llm in [ChatOpenAI("gpt-5.5"), ChatAnthropic("claude-sonnet-5-5"), ChatOllama("llama3.1")]:
    print(any_generator(llm), llm.configured(max_tokens=3).facts.context_window, llm.batch(["Hello"])[0].content)
    with llm.stream("Hello") as stream:
        print(stream.message.content)
by_name = {"small": ChatGroq("openai/gpt-oss-20b"), "large": ChatOpenAI("gpt-5.5")}
assert_type(by_name["small"].generate("Hello").content, str)
one = ChatAnthropic("claude-haiku-4-5") if sys.argv else ChatOpenAI("gpt-5.5")
print(one.with_tools(brief).generate("Hello").content)
declared: list[ChatModel[str]] = [ChatAnthropic("claude-haiku-4-5"), ChatOpenAI("gpt-5.5")]


async def asked(models: Sequence[ChatModel[str]] = declared) -> list[AIMessage]:
    return [await llm.agenerate("Hello") for llm in models]
