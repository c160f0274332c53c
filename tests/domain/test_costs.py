"""`AIMessage.cost` and `Run.cost`: list prices, and None where there are none."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import genai_prices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import AIMessage, MissingDependencyError, Run, Usage, UserMessage

AT: Final = datetime(2026, 11, 27, 12, tzinfo=UTC)
USAGE: Final = Usage(input_tokens=1000, output_tokens=100, cache_read_tokens=300)
PRICED: Final = {  # the list's own id and name of each
    ("openai", "gpt-5.5"): ("openai", "gpt-5.5"),
    ("anthropic", "claude-sonnet-4-5"): ("anthropic", "claude-sonnet-4-5"),
    ("groq", "openai/gpt-oss-20b"): ("groq", "openai/gpt-oss-20b"),
    ("bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0"): (
        "aws",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ),
    (
        "bedrock",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ): (
        "aws",
        "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    ),
    ("azure_deployments", "gpt-4o"): ("azure", "gpt-4o"),
    ("gemini", "gemini-2.5-flash"): ("google", "gemini-2.5-flash"),
    ("moonshot", "kimi-k2.5"): ("moonshotai", "kimi-k2.5"),
    ("xai", "grok-4"): ("x-ai", "grok-4"),
}


def answer(provider: str | None = "openai", model: str | None = "gpt-5.5", **more: object) -> AIMessage:
    """An answer with 1000 input tokens, 300 of them cached, and 100 output tokens."""
    fields = {"provider": provider, "model": model, "usage": USAGE, "created_at": AT, **more}
    return AIMessage.model_validate(fields)


def listed(provider: str, model: str, **context: str) -> Decimal:
    """The price of `USAGE` as the list gives it."""
    counts = genai_prices.Usage(input_tokens=1000, output_tokens=100, cache_read_tokens=300)
    found = genai_prices.calc_price(
        counts, model, provider_id=provider, genai_request_timestamp=AT, price_context=context
    )
    return found.total_price


@pytest.mark.parametrize(("asked", "found"), PRICED.items(), ids=lambda pair: "-".join(pair)[:40])
def test_the_cost_is_that_of_the_list(asked: tuple[str, str], found: tuple[str, str]) -> None:
    """Each provider and model has the price of its entry."""
    assert answer(*asked).cost == listed(*found) > 0


@pytest.mark.parametrize("tier", ["flex", "priority"])
def test_the_tier_that_answered_counts(tier: str) -> None:
    """The service tier of the answer selects its own prices."""
    cost = answer(metadata={"service_tier": tier}).cost
    assert cost == listed("openai", "gpt-5.5", service_tier=tier) != answer().cost


def test_the_model_that_answered_counts_first() -> None:
    """A deployment of any name has the price of its model, and an unknown one that of the model asked for."""
    assert answer("azure", "my-deployment", response_model="gpt-4o").cost == listed("azure", "gpt-4o")
    assert answer(response_model="no-such-model").cost == answer().cost


@pytest.mark.parametrize(
    "message",
    [
        answer(None),
        answer(model=None),
        answer("ollama", "llama3.2"),
        answer("my-openai-proxy"),
        answer(model="no-such-model"),
        answer(usage=None),
        answer(usage=Usage(input_tokens=1)),
        answer(usage=Usage(input_tokens=1, output_tokens=1, cache_read_tokens=5)),
    ],
)
def test_an_unknown_cost_is_none(message: AIMessage) -> None:
    """No author, no price, no counts or counts that contradict each other: None, and no guess."""
    assert message.cost is None


def test_a_cached_answer_costs_nothing() -> None:
    """An answer from a cache was paid for before."""
    assert answer("ollama", metadata={"cached": True}).cost == 0


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**6))
def test_more_tokens_never_cost_less(read: int, written: int, more: int) -> None:
    """The cost grows with the output, and is exact: no float is on the way."""
    small = answer(usage=Usage(input_tokens=read, output_tokens=written)).cost
    large = answer(usage=Usage(input_tokens=read, output_tokens=written + more)).cost
    assert isinstance(small, Decimal)
    assert large is not None
    assert large >= small >= 0


def test_a_run_costs_what_its_own_answers_cost() -> None:
    """The answers of the prompt are not the run's; one unknown cost makes the sum unknown."""
    first, second = answer(), answer("groq", "openai/gpt-oss-20b")
    history = (UserMessage(content="hi"), answer("ollama"), UserMessage(content="on"))
    run = Run(messages=(*history, first, second), turns=2)
    assert run.cost == (first.cost or 0) + (second.cost or 0)
    assert Run(messages=history).cost == 0
    assert Run(messages=(*history, first, answer("ollama")), turns=2).cost is None


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error of a missing package says what to install."""
    monkeypatch.setattr("god_llm.domain.costs.find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"god-llm-kit\[cost\]"):
        _ = answer().cost


def test_the_package_is_loaded_with_the_first_cost() -> None:
    """Making and dumping a message loads no price list."""
    program = (
        "import sys; from god_llm import AIMessage, Usage\n"
        "m = AIMessage(provider='openai', model='gpt-5.5', usage=Usage(input_tokens=1, output_tokens=1))\n"
        "repr(m), m.model_dump_json(); print('genai_prices' in sys.modules)\n"
        "m.cost; print('genai_prices' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]
