"""A prompt or a tool choice that is none is an error whose advice works."""

from __future__ import annotations

import re
from typing import Any

import pytest

from god_llm import (
    ChatOllama,
    Conversation,
    InvalidSettingError,
    NamedTool,
    PromptError,
    UserMessage,
)
from god_llm.testing import FakeTransport

REPLY: dict[str, object] = {"message": {"role": "assistant", "content": "ok"}, "done": True}
STORED: list[dict[str, str]] = [{"role": "user", "content": "hi"}]


def llm() -> ChatOllama[Any]:  # Any: its model is of no concern here
    """A model that answers."""
    return ChatOllama("llama3.1", transport=FakeTransport(REPLY, REPLY))


@pytest.mark.parametrize(
    ("prompt", "advice"),
    [
        (UserMessage(content="hi"), r"pass \[UserMessage"),
        (STORED[0], r"use UserMessage\("),
        (STORED, r"item 0 of the prompt is a dict.*Conversation\.validate_python"),
        ([UserMessage(content="hi"), "and?"], "item 1 of the prompt is a str"),
        (b"hi", "not a bytes"),
        (3, "not a int"),
    ],
    ids=["a message", "a dict", "dicts", "a text among messages", "bytes", "a number"],
)
def test_what_is_no_prompt_is_refused_with_advice(prompt: Any, advice: str) -> None:  # Any: the mistake under test
    """The error says what was passed and what to pass instead."""
    with pytest.raises(PromptError, match=advice):
        llm().generate(prompt)


def test_the_advice_on_prompts_works() -> None:
    """A list around the message, and `Conversation.validate_python`, make a prompt of each mistake."""
    assert llm().generate([UserMessage(content="hi")]).content == "ok"
    assert llm().generate(Conversation.validate_python(STORED)).content == "ok"


def look() -> str:
    """Look."""
    return ""


@pytest.mark.parametrize(
    ("choice", "advice"),
    [
        ("any", "pass choice='required'"),
        ("look", "pass choice=NamedTool('look')"),
        ("whatever", "choice is"),
        (NamedTool("see"), "among those offered ('look')"),
        (3, "choice is"),
    ],
)
def test_what_is_no_choice_is_refused_with_advice(choice: Any, advice: str) -> None:  # Any: the mistake under test
    """The error names the choice that was meant."""
    with pytest.raises(InvalidSettingError, match=re.escape(advice)):
        llm().with_tools(look, choice=choice)


def test_the_advice_on_choices_works() -> None:
    """The choices that the errors name are taken where the provider has them."""
    assert llm().with_tools(look, choice="auto").generate("hi").content == "ok"


@pytest.mark.parametrize(
    ("setting", "advice"),
    [("temprature", "did you mean temperature="), ("max_token", "did you mean max_tokens="), ("keep_alive", "extra=")],
)
def test_an_unknown_setting_is_refused_with_the_nearest_one(setting: str, advice: str) -> None:
    """A misspelt setting names the one that was meant; a parameter of one API names `extra=`."""
    with pytest.raises(InvalidSettingError, match=advice):
        llm().generate("hi", **{setting: 1})  # type: ignore[arg-type]  # the mistake under test
