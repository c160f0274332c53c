"""What is logged of retries when a real SDK meets a server that fails."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import pytest

from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel
from god_llm.engine.chat import ChatModel
from god_llm.testing.simulator import Answer, Fail, Simulator

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the wires have nothing in common

MODEL: Final = CustomModel("model")
SECRET: Final = "SENTINEL-5ecret"
FACADES: Final[Mapping[str, Callable[[Simulator], Facade]]] = {
    "openai": lambda at: ChatOpenAI(MODEL, api_key=SECRET, base_url=at.url("openai")),
    "anthropic": lambda at: ChatAnthropic(MODEL, api_key=SECRET, base_url=at.url("anthropic")),
    "groq": lambda at: ChatGroq(MODEL, api_key=SECRET, base_url=at.url("groq")),
    "ollama": lambda at: ChatOllama(MODEL, api_key=SECRET, base_url=at.url("ollama")),
    "bedrock": lambda at: ChatBedrock(MODEL, api_key=SECRET, base_url=at.url("bedrock"), region="us-east-1"),
}


@pytest.mark.parametrize("provider", FACADES)
def test_a_retry_of_every_provider_is_logged_without_content(
    provider: str, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """One warning names provider, attempt, status and class; prompt, error text, answer and key are in no record."""
    simulator.script(Fail(429, message=SECRET, headers={"retry-after": "0"}), Answer(text=SECRET))
    with caplog.at_level(logging.DEBUG, "god_llm"):
        assert FACADES[provider](simulator).generate(SECRET).content == SECRET
    records = [record for record in caplog.records if record.name.startswith("god_llm")]
    assert [(record.name, record.levelno) for record in records] == [("god_llm.retries", logging.WARNING)]
    fields = vars(records[0])
    assert {name: fields[name] for name in ("provider", "attempt", "status", "error")} == {
        "provider": provider,
        "attempt": 1,
        "status": 429,
        "error": "RateLimitError",
    }
    assert SECRET not in json.dumps([fields, records[0].getMessage()], default=repr)
