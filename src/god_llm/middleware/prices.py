"""The price of a call by the list: the default of `Budget`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from god_llm.domain.costs import cost_of
from god_llm.domain.exceptions import UnknownPriceError
from god_llm.domain.identity import utc_now
from god_llm.domain.usage import Usage

if TYPE_CHECKING:
    from god_llm.domain.call import Call

__all__ = ["list_price", "require_price"]


def list_price(call: Call, usage: Usage) -> Decimal:
    """The cost of a call in US dollars by the list prices of `genai-prices`; a count that is None costs nothing.

    Raises:
        UnknownPriceError: the list has no price for the model.
        MissingDependencyError: `genai-prices` is not installed.
    """
    known = usage.model_copy(
        update={"input_tokens": usage.input_tokens or 0, "output_tokens": usage.output_tokens or 0}
    )
    cost = cost_of(call.provider, (call.model,), known, call.settings.service_tier, utc_now())
    if cost is None:
        raise UnknownPriceError(
            f"the price list has no price for {call.provider} {call.model}: pass price= to Budget, a function of the"
            " call and its usage that returns the cost",
            provider=call.provider,
            model=call.model,
        )
    return cost


def require_price(call: Call) -> None:
    """Accept a call of a model that has a price.

    Raises:
        UnknownPriceError: the list has no price for the model.
    """
    list_price(call, Usage())
