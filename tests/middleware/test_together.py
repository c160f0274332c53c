"""All middleware of one facade: together, copied and in another process."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Final

import pytest

from god_llm import BudgetExceededError, ChatGenerator, ChatGroq, CircuitOpenError
from god_llm.middleware import Budget, Cached, CircuitBreaker, Fallback, Limited, Logged, Traced
from god_llm.plugins.groq import GroqModel
from god_llm.protocols import Middleware
from god_llm.testing import FakeTransport

REPLY: Final = {
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Oslo"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 7},
}
ALL: Final[dict[str, Callable[[], Middleware]]] = {
    "budget": lambda: Budget(calls=1),
    "cached": Cached,
    "breaker": CircuitBreaker,
    "limited": lambda: Limited(concurrency=1),
    "logged": lambda: Logged,
    "traced": lambda: Traced,
}


def facade(*middleware: Middleware) -> ChatGroq[GroqModel]:
    """A facade that needs no network."""
    return ChatGroq("openai/gpt-oss-20b", transport=FakeTransport(REPLY), middleware=middleware)


@pytest.mark.parametrize("name", ALL)
def test_a_facade_goes_to_another_process_with_its_middleware(name: str) -> None:
    """A facade that has been used pickles with each middleware, alone and in a `Fallback`, and answers there."""
    used = facade(ALL[name]())
    used.generate("hi")
    for llm in (used, Fallback(used, facade())):
        other: ChatGenerator = pickle.loads(pickle.dumps(llm))
        assert other.generate("ho").content == "Oslo"


def test_the_outermost_middleware_sees_a_call_first() -> None:
    """A `Cached` before a `Budget` answers calls that the budget would refuse; behind it, it is not asked."""
    budget = Budget(calls=1)
    cached_first = facade(Cached(), budget)
    assert [cached_first.generate("hi").content for _ in range(3)] == ["Oslo"] * 3
    budget_first = facade(Budget(calls=1), Cached())
    budget_first.generate("hi")
    with pytest.raises(BudgetExceededError):
        budget_first.generate("hi")


def test_derived_facades_share_the_middleware() -> None:
    """`configured` and a copy of a facade spend the same budget."""
    llm = facade(Budget(calls=2))
    llm.configured(seed=1).generate("hi")
    copy.copy(llm).generate("hi")
    with pytest.raises(BudgetExceededError):
        llm.generate("hi")


def test_errors_of_middleware_pickle() -> None:
    """Batches in processes send errors back whole."""
    opened: CircuitOpenError = pickle.loads(pickle.dumps(CircuitOpenError("open", provider="groq", retry_after=3)))
    assert (str(opened), opened.provider, opened.retry_after) == ("open", "groq", 3)
