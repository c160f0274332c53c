"""`Budget`: what is counted, and what is refused once it is spent."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from contextlib import closing
from typing import Final

import pytest
from scripted import ANSWER, DELTAS, WAYS, Scripted, Way, asked, call_of

from god_llm import BudgetExceededError, Call, ChatAnthropic, CustomModel, InvalidSettingError, RateLimitError, Usage
from god_llm.middleware import Budget
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
    budget.admit()
    other: Budget = pickle.loads(pickle.dumps(budget))
    other.admit()
    with pytest.raises(BudgetExceededError):
        other.admit()


@pytest.mark.parametrize(
    "make", [Budget, lambda: Budget(tokens=0), lambda: Budget(cost=-1, price=price), lambda: Budget(cost=1)]
)
def test_budgets_that_are_none_are_refused(make: Callable[[], object]) -> None:
    """No limit, a limit that is not positive and a cost without a price are `InvalidSettingError`s."""
    with pytest.raises(InvalidSettingError):
        make()
