"""`Budget`: what is counted, and what is refused once it is spent."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Final

import pytest
from scripted import ANSWER, DELTAS, USAGE, WAYS, Scripted, Way, asked, call_of
from typing_extensions import override

from god_llm import (
    AIMessage,
    BudgetExceededError,
    Call,
    ChatAnthropic,
    CustomModel,
    InvalidSettingError,
    RateLimitError,
    Settings,
    UnknownPriceError,
    Usage,
)
from god_llm.middleware import Budget, list_price
from god_llm.testing import FakeTransport


def price(call: Call, usage: Usage) -> float:
    """Half a unit per output token of one model."""
    assert call.model == "some-model"
    return 0.5 * (usage.output_tokens or 0)


BUDGETS: Final[dict[str, Callable[[], Budget]]] = {
    "tokens": lambda: Budget(tokens=20),  # a call takes 10
    "cost": lambda: Budget(cost=7, price=price),  # a call costs 3.5
    "calls": lambda: Budget(calls=2),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", BUDGETS)
def test_a_spent_budget_refuses_calls(way: Way, kind: str) -> None:
    """Two calls use the budget up; the third one is not sent, and after `reset` one is sent again."""
    budget, inner = BUDGETS[kind](), Scripted()
    model = budget(inner)
    for _ in range(2):
        found = asked(model, way)
        assert found is ANSWER or list(found) == list(DELTAS)
    with pytest.raises(BudgetExceededError, match=kind):
        asked(model, way)
    assert (inner.asked, budget.calls, budget.tokens) == (2, 2, 20)
    assert budget.cost == (7 if kind == "cost" else 0)
    budget.reset()
    assert asked(model, way)


@pytest.mark.parametrize("way", WAYS)
def test_failed_calls_are_counted(way: Way) -> None:
    """A loop of failing calls ends too."""
    model = Budget(calls=1)(Scripted(fault=lambda: RateLimitError("wait")))
    with pytest.raises(RateLimitError):
        asked(model, way)
    with pytest.raises(BudgetExceededError):
        asked(model, way)


def test_a_stream_that_is_left_counts_what_was_reported() -> None:
    """The tokens of a stream are counted as soon as the provider has reported them, even if it is left then."""
    budget = Budget(tokens=100)
    with closing(budget(Scripted()).stream(call_of())) as deltas:
        for _ in range(3):
            next(deltas)
        assert budget.tokens == 0
        next(deltas)
    assert budget.tokens == 10


def test_facades_share_the_budget_of_one_object() -> None:
    """The error of a facade has provider and model, and its budget is the other facade's."""
    budget = Budget(calls=1)
    assert copy.deepcopy(budget) is budget
    reply = {"content": [{"type": "text", "text": "Oslo"}], "stop_reason": "end_turn"}
    one, two = (
        ChatAnthropic(CustomModel(name), transport=FakeTransport(reply), middleware=[budget]) for name in ("a", "b")
    )
    one.generate("hi")
    with pytest.raises(BudgetExceededError) as caught:
        two.generate("hi")
    assert (caught.value.provider, caught.value.model, caught.value.retryable) == ("anthropic", "b", False)


def test_another_process_starts_from_nothing_spent() -> None:
    """A pickle has the limits and none of the state."""
    budget = Budget(calls=1)
    budget.admit(call_of())
    other: Budget = pickle.loads(pickle.dumps(budget))
    other.admit(call_of())
    with pytest.raises(BudgetExceededError):
        other.admit(call_of())


@pytest.mark.parametrize(
    "make", [Budget, lambda: Budget(tokens=0), lambda: Budget(cost=-1, price=price), lambda: Budget(price=price)]
)
def test_budgets_that_are_none_are_refused(make: Callable[[], object]) -> None:
    """No limit, and a limit that is not positive, are `InvalidSettingError`s."""
    with pytest.raises(InvalidSettingError):
        make()


def priced_call(model: str, tier: str | None = None) -> Call:
    """A call of OpenAI."""
    return replace(call_of(model=model), provider="openai", settings=Settings(service_tier=tier))


@pytest.mark.parametrize("way", WAYS)
def test_a_cost_without_a_price_is_counted_by_the_list(way: Way) -> None:
    """The budget counts US dollars by the same prices as `message.cost`."""
    budget = Budget(cost=1)
    asked(budget(Scripted()), way, priced_call("gpt-5.5"))
    cost = ANSWER.model_copy(update={"provider": "openai", "model": "gpt-5.5"}).cost
    assert cost
    assert budget.cost == pytest.approx(float(cost))


@pytest.mark.parametrize("way", WAYS)
def test_a_model_without_a_price_is_refused_before_it_is_asked(way: Way) -> None:
    """An unknown price is an error, and never 0."""
    budget, inner = Budget(cost=1), Scripted()
    with pytest.raises(UnknownPriceError, match="price=") as caught:
        asked(budget(inner), way, priced_call("no-such-model"))
    assert (inner.asked, budget.calls, caught.value.model) == (0, 0, "no-such-model")


def test_the_price_sees_the_tier_that_answered() -> None:
    """The tier of the answer, not the one that was asked for, decides about the price."""
    seen: list[str | None] = []

    def noted(call: Call, _: Usage) -> float:
        seen.append(call.settings.service_tier)
        return 0

    answered = Watched(ANSWER.model_copy(update={"metadata": {"service_tier": "priority"}}))
    Budget(calls=9, price=noted)(answered).respond(priced_call("gpt-5.5", "auto"))
    Budget(calls=9, price=noted)(Scripted()).respond(priced_call("gpt-5.5", "auto"))
    assert seen == ["priority", "auto"]
    flex, default = (list_price(priced_call("gpt-5.5", tier), USAGE) for tier in ("flex", "default"))
    assert 0 < flex < default


class Watched(Scripted):
    """Answers with one message."""

    def __init__(self, message: AIMessage) -> None:
        super().__init__()
        self._message = message

    @override
    def respond(self, _: Call, /) -> AIMessage:
        return self._message
