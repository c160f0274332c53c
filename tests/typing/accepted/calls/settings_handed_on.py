"""Settings that are handed on, merged or kept in a dict go to a model whose name is known."""

from functools import partial
from typing import Any, Unpack

from god_llm import AIMessage, ChatAnthropic, ChatOpenAI, CustomModel, GenerationSettings, Prompt, chat_model
from god_llm.domain.settings import KeywordSettings

BRIEF: GenerationSettings = {"max_tokens": 30}
llm = ChatAnthropic("claude-haiku-4-5")


def ask(prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AIMessage:
    return llm.generate(prompt, **settings)


async def ask_later(prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AIMessage:
    merged: GenerationSettings = {**BRIEF, **settings}
    async with llm.astream(prompt, **settings) as stream:
        print(stream.message)
    return await llm.configured(**merged).agenerate(prompt, **BRIEF)


def merged(prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AIMessage:
    return llm.generate(prompt, temperature=0.2, **{**BRIEF, **settings, "max_tokens": 3})


def made(**settings: Unpack[KeywordSettings]) -> ChatOpenAI:
    return ChatOpenAI("gpt-5.5", timeout=30, **settings)


def made_of(model: Any, options: dict[str, Any]) -> ChatOpenAI:
    return ChatOpenAI(model, **options)


claude = partial(ChatAnthropic, "claude-haiku-4-5", api_key="key")
claude(temperature=0.2).generate("Hello")
partial(ChatAnthropic, timeout=30)(CustomModel("mine"), temperature=0.2).generate("Hello")
chat_model("openai:gpt-4o", temperature=0.2, api="chat_completions").generate("Hello", **BRIEF)
