"""Option values that no type checker sees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from god_llm import (
    AWSAuth,
    ChatBedrock,
    ChatOpenAI,
    ConfigurationError,
    EnvironmentAuth,
    InvalidSettingError,
    UnknownModelError,
)
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter
from god_llm.plugins.openai.chat_completions.normaliser import OpenAIChatNormaliser
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds

WRONG: dict[str, tuple[object, ...]] = {
    "api_key": (3,),
    "timeout": ("30", True, -1),
    "base_url": (3, "llm.example.com"),
    "max_retries": ("3",),
    "headers": ("x-trace: 1", {"x-trace": 1}),
    "query": (3,),
    "auth": ("key", EnvironmentAuth, AWSAuth(profile="mine")),
    "transport": (FakeTransport, "recorded.json"),
    "async_transport": (FakeTransport,),
    "formatter": (OpenAIResponsesFormatter, OpenAIChatFormatter(), "text"),
    "normaliser": (OpenAIChatNormaliser(), 3),
    "middleware": ([3], 3),
    "ids": ("id", SequentialIds),
    "clock": (datetime(2026, 1, 1), FrozenClock, lambda: datetime(2026, 1, 1), lambda: 0.0),  # noqa: DTZ001  # naive
    "stop": ([1, 2],),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_an_option_that_cannot_be_used_is_named(name: str, value: Any) -> None:  # Any: of any wrong type
    """An option of the wrong type is a typed error that names the option, when the facade is made."""
    key = {} if name in {"auth", "api_key", "transport", "async_transport"} else {"api_key": "key"}
    with pytest.raises(ConfigurationError, match=name):
        ChatOpenAI("gpt-5.5", **{**key, name: value})


def test_a_region_is_a_text() -> None:
    """The option of one provider is checked as the others are."""
    region: Any = 3  # Any: from a configuration
    with pytest.raises(ConfigurationError, match="region"):
        ChatBedrock("amazon.nova-lite-v1:0", region=region)


@pytest.mark.parametrize("model", [None, 3])
def test_a_model_that_is_missing_is_an_unknown_model(model: Any) -> None:  # Any: from a configuration
    """A name that is None or no text is the error of an unknown model."""
    with pytest.raises(UnknownModelError, match="model_name"):
        ChatOpenAI(model, api_key="key")


def test_a_part_of_the_chosen_api_is_taken() -> None:
    """A formatter and a normaliser of the API that is chosen are no mistake."""
    llm = ChatOpenAI(
        "gpt-5.5",
        api_key="key",
        api="chat_completions",
        formatter=OpenAIChatFormatter(),
        normaliser=OpenAIChatNormaliser(),
    )
    assert isinstance(llm.formatter, OpenAIChatFormatter)


def test_a_model_of_responses_alone_is_refused_over_chat_completions() -> None:
    """The error is raised when the facade is made, not by OpenAI."""
    with pytest.raises(InvalidSettingError, match="Responses"):
        ChatOpenAI("gpt-5.5-pro", api_key="key", api="chat_completions")  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize(("name", "value"), [("temperature", 0.9), ("model_name", "gpt-4o"), ("api", "responses")])
def test_a_facade_does_not_change(name: str, value: object) -> None:
    """An attribute that only some calls would use cannot be assigned, and the error says what to do instead."""
    llm = ChatOpenAI("gpt-4o", api_key="key")
    with pytest.raises(ConfigurationError, match=name):
        setattr(llm, name, value)
    assert llm.configured(temperature=0.9).temperature == 0.9
