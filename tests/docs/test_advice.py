"""The advice in the text of an error works: each case makes the mistake, then does what the error says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import pytest
from pydantic import BaseModel

from god_llm import (
    BaseLLMException,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    NamedTool,
    SystemMessage,
    UserMessage,
    chat_model,
)
from god_llm.plugins.registry import model_id
from god_llm.testing import FakeTransport

OLLAMA: Final[dict[str, object]] = {"message": {"role": "assistant", "content": '{"name": "Oslo"}'}, "done": True}
OPENAI: Final[dict[str, object]] = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}]
}


class City(BaseModel):
    """A city."""

    name: str


def look() -> str:
    """Look."""
    return ""


def llm(answer: Any = OLLAMA) -> ChatOllama[Any]:  # Any: a reply or its events; its model is of no concern here
    """A model that answers once."""
    return ChatOllama("llama3.1", transport=FakeTransport(answer))


def openai(api: Any, **settings: Any) -> ChatOpenAI[Any]:  # Any: mistakes that a type checker would report
    """A model of OpenAI on one of its APIs."""
    return ChatOpenAI("gpt-5.5", api=api, transport=FakeTransport(OPENAI), **settings)


def asked(**settings: Any) -> Callable[[], object]:  # Any: mistakes that a type checker would report
    """A call with settings that a type checker would report."""
    return lambda: llm().generate("hi", **settings)


class Case(NamedTuple):
    """A mistake, the advice in its error's text, and a program that follows the advice."""

    mistake: Callable[[], object]
    advice: str
    followed: Callable[[], object]


INSTRUCTED: Final = '[SystemMessage("..."), UserMessage("...")]'
CASES: Final = {
    "system": Case(
        asked(system="Be brief."), INSTRUCTED, lambda: llm().generate([SystemMessage("Be brief."), UserMessage("hi")])
    ),
    "instructions": Case(
        asked(instructions="Be brief."),
        INSTRUCTED,
        lambda: llm().generate([SystemMessage("Be brief."), UserMessage("hi")]),
    ),
    "messages": Case(
        asked(messages=[]), "pass the messages as the first argument", lambda: llm().generate([UserMessage("hi")])
    ),
    "stream": Case(asked(stream=True), "call stream(...)", lambda: list(llm([OLLAMA]).stream("hi"))),
    "tools": Case(asked(tools=[look]), "with_tools(...)", lambda: llm().with_tools(look).generate("hi")),
    "tool_choice": Case(
        lambda: llm().with_tools(look, choice="look"),  # type: ignore[arg-type]  # the mistake under test
        "pass choice=NamedTool('look')",
        lambda: openai("chat_completions").with_tools(look, choice=NamedTool("look")).generate("hi"),
    ),
    "response_format": Case(asked(response_format=City), "generate_as(...)", lambda: llm().generate_as(City, "hi")),
    "a misspelt setting": Case(asked(max_token=3), "did you mean max_tokens=", asked(max_tokens=3)),
    "a parameter of one API": Case(asked(keep_alive="5m"), "extra={...}", asked(extra={"keep_alive": "5m"})),
    "one message": Case(
        lambda: llm().generate(UserMessage("hi")),  # type: ignore[arg-type]  # the mistake under test
        "pass [UserMessage(...)]",
        lambda: llm().generate([UserMessage("hi")]),
    ),
    "a misspelt model": Case(
        lambda: chat_model(model_id("ollama:lama3.1")),
        "Did you mean 'llama3.1'",
        lambda: chat_model(model_id("ollama:llama3.1")),
    ),
    "a model that is not listed": Case(
        lambda: model_id("ollama:my-model"),
        "pass CustomModel('ollama:my-model')",
        lambda: chat_model(CustomModel("ollama:my-model")),
    ),
    "a name without a provider": Case(
        lambda: model_id("gpt-5.5"), "as in 'openai:gpt-5.5'", lambda: model_id("openai:gpt-5.5")
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_advice_of_an_error_works(case: Case) -> None:
    """The error has the advice, and the program that follows it runs."""
    with pytest.raises(BaseLLMException) as raised:
        case.mistake()
    assert case.advice in str(raised.value)
    case.followed()
