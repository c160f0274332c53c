"""A budget of tokens, money and calls: it stops a loop that has run away."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from typing_extensions import override

from god_llm.domain.costs import require_price_list
from god_llm.domain.exceptions import BudgetExceededError, InvalidSettingError
from god_llm.middleware.prices import list_price, require_price
from god_llm.middleware.shared import SharedState
from god_llm.middleware.watching import Watch, Watching

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.usage import Usage
    from god_llm.protocols import LanguageModel

__all__ = ["Budget", "Price"]

Price: TypeAlias = "Callable[[Call, Usage], float | Decimal]"
"""The cost of one call, in the currency of the application; `call.provider` and `call.model` name the model.

`call.settings.service_tier` is the tier that the answer names, if it names one.
"""


class Budget(SharedState):
    """Refuses calls once a budget is used up: `ChatX(..., middleware=[Budget(tokens=100_000, calls=50)])`.

    Facades with the same `Budget` share it. What a call takes is known at its end: the call that exceeds the budget is
    answered, and so are calls under way at the same time; the next one is refused. Tokens that the provider did not
    report count as none: `calls` bounds a loop in any case.

    Args:
        tokens: input and output together.
        cost: in the unit of `price`; without one, in US dollars.
        calls: the number of calls, failed ones included.
        price: the cost of one call; by default `list_price`, and then a call of a model without a price is an
            `UnknownPriceError`, before anything is sent.

    Raises:
        InvalidSettingError: a limit is not positive, or there is none.
        MissingDependencyError: `cost` is given without `price`, and `genai-prices` is not installed.
    """

    def __init__(
        self,
        *,
        tokens: int | None = None,
        cost: float | None = None,
        calls: int | None = None,
        price: Price | None = None,
    ) -> None:
        limits = {"tokens": tokens, "cost": cost, "calls": calls}
        _check(limits)
        by_list = cost is not None and price is None
        if by_list:
            require_price_list()
        super().__init__({**limits, "price": price})
        self._limits = limits
        self._price = list_price if by_list else price
        self._by_list = by_list
        self._lock = threading.Lock()
        self.reset()

    def __call__(self, inner: LanguageModel, /) -> LanguageModel:
        """The language model, within this budget."""
        return _BudgetedModel(inner, self)

    def reset(self) -> None:
        """Start again from nothing spent."""
        with self._lock:
            self._spent: dict[str, float] = dict.fromkeys(self._limits, 0)

    @property
    def tokens(self) -> int:
        """The tokens spent so far."""
        return int(self._spent["tokens"])

    @property
    def cost(self) -> float:
        """The money spent so far; 0 if neither `cost` nor `price` was given."""
        return self._spent["cost"]

    @property
    def calls(self) -> int:
        """The calls so far; refused ones are not counted."""
        return int(self._spent["calls"])

    def admit(self, call: Call) -> None:
        """Count a call.

        Raises:
            BudgetExceededError: the budget is used up.
            UnknownPriceError: the cost is limited by list prices, and the list has none for the model.
        """
        if self._by_list:
            require_price(call)
        with self._lock:
            for name, limit in self._limits.items():
                if limit is not None and self._spent[name] >= limit:
                    raise BudgetExceededError(
                        f"the budget of {limit:g} ({name}) is used up: {self._spent[name]:g} spent."
                        " Nothing was sent. Raise the limit, or call reset() on the budget"
                    )
            self._spent["calls"] += 1

    def spend(self, call: Call, usage: Usage) -> None:
        """Count the tokens and the cost of a call."""
        cost = 0 if self._price is None else self._price(call, usage)
        with self._lock:
            self._spent["tokens"] += (usage.input_tokens or 0) + (usage.output_tokens or 0)
            self._spent["cost"] += float(cost)


class _BudgetedModel(Watching):
    """A language model within a budget."""

    def __init__(self, inner: LanguageModel, budget: Budget) -> None:
        super().__init__(inner)
        self._budget = budget

    @override
    def watch(self, call: Call, *, streamed: bool) -> Watch:
        return _Spending(self._budget, call)


class _Spending(Watch):
    def __init__(self, budget: Budget, call: Call) -> None:
        self._budget = budget
        self._call = call

    @override
    def begin(self) -> None:
        self._budget.admit(self._call)

    @override
    def end(self, error: BaseException | None) -> None:
        if self.usage is not None:
            self._budget.spend(_billed(self._call, self.service_tier), self.usage)


def _billed(call: Call, tier: str | None) -> Call:
    """The call with the tier that answered it."""
    return call if tier is None else replace(call, settings=replace(call.settings, service_tier=tier))


def _check(limits: dict[str, float | None]) -> None:
    if all(limit is None for limit in limits.values()):
        raise InvalidSettingError(f"Budget() limits nothing; give one of {', '.join(f'{name}=' for name in limits)}")
    for name, limit in limits.items():
        if limit is not None and not limit > 0:
            raise InvalidSettingError(f"{name} must be above 0, not {limit!r}")
