"""A function that says no more than the facade takes each of its models, listed or not."""

from typing import Literal

from typing_extensions import assert_type

from god_llm import AIMessage, BaseLLM, ChatOpenAI, CustomModel
from god_llm.plugins.base import OpenAIModel
from god_llm.protocols import Generator


def summary(llm: ChatOpenAI, text: str) -> AIMessage[OpenAIModel | CustomModel]:
    return llm.generate(text, max_tokens=100, reasoning="low")


def asked(llm: BaseLLM) -> AIMessage:
    return llm.generate("Hello")


def anybody(llm: Generator) -> str:
    return llm.generate("Hello").content


def made(model: OpenAIModel) -> ChatOpenAI:
    return ChatOpenAI(model, api_key="key")


def one_of(model: Literal["gpt-4o", "gpt-4o-mini"], temperature: float | None) -> str:
    llm = ChatOpenAI(model, temperature)
    assert_type(llm, ChatOpenAI[Literal["gpt-4o", "gpt-4o-mini"]])
    return anybody(llm)


summary(ChatOpenAI("gpt-5.5"), "A long story.")
summary(ChatOpenAI(CustomModel("mine"), 0.5), "A long story.")
asked(ChatOpenAI("o3"))
anybody(made("gpt-5.5"))
one_of("gpt-4o", None)
