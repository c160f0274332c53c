"""`max_cost=` of a run."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pytest

from god_llm import ChatOpenAI, CustomModel, InvalidSettingError, MissingDependencyError, RunLimitError
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import FakeTransport

PRICE: Final = Decimal("0.005")


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def reply(*, calls: bool) -> JsonObject:
    """A reply that costs more than `PRICE` and calls the tool, or not."""
    call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": json.dumps({"a": 1, "b": 2})}}
    message = {"role": "assistant", "content": None if calls else "3", **({"tool_calls": [call]} if calls else {})}
    reason = "tool_calls" if calls else "stop"
    return {
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
    }


def model(transport: FakeTransport[JsonObject], name: str = "gpt-5.5") -> ChatOpenAI[str]:
    """A model over a fake transport."""
    return ChatOpenAI(CustomModel(name), api="chat_completions", transport=transport)


def test_a_run_ends_when_its_money_is_used_up() -> None:
    """The answer that exceeds the limit is the last one; the error has the transcript and its cost."""
    transport = FakeTransport(*[reply(calls=True)] * 5)
    with pytest.raises(RunLimitError, match="max_cost") as caught:
        model(transport).run("?", [add], max_cost=PRICE)
    run = caught.value.run
    assert run is not None
    assert run.cost is not None
    assert (run.turns, run.cost > PRICE, len(transport.requests)) == (1, True, 1)


def test_a_run_within_its_limit_is_finished() -> None:
    """The cost of a run is the sum of its turns."""
    run = model(FakeTransport(reply(calls=True), reply(calls=False))).run("?", [add], max_cost=1.0)
    assert run.content == "3"
    assert run.cost is not None
    assert run.cost > 2 * PRICE


def test_an_unknown_cost_ends_a_limited_run() -> None:
    """A limit that can't be checked is an error and not ignored; without the limit the run goes on."""
    replies = (reply(calls=True), reply(calls=False))
    with pytest.raises(RunLimitError, match="unknown"):
        model(FakeTransport(*replies), "no-such-model").run("?", [add], max_cost=1)
    assert model(FakeTransport(*replies), "no-such-model").run("?", [add]).cost is None


@pytest.mark.parametrize("limit", [0, -1.5, Decimal("NaN")])
def test_a_limit_that_is_none_is_refused(limit: Decimal | float) -> None:
    """A limit must be above 0; nothing is sent."""
    transport = FakeTransport(reply(calls=False))
    with pytest.raises(InvalidSettingError, match="max_cost"):
        model(transport).run("?", [add], max_cost=limit)
    assert not transport.requests


def test_a_missing_price_list_is_found_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of the cost needs the price list at the start of the run."""
    nothing: Callable[[str], None] = lambda _: None  # noqa: E731 - an argument
    monkeypatch.setattr("god_llm.domain.costs.find_spec", nothing)
    transport = FakeTransport(reply(calls=False))
    with pytest.raises(MissingDependencyError):
        model(transport).run("?", [add], max_cost=1)
    assert not transport.requests
