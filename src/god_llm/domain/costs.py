"""The cost of an answer by the price list of the `genai-prices` package, which is loaded with the first cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from god_llm.distribution import requirement
from god_llm.domain.exceptions import MissingDependencyError

if TYPE_CHECKING:
    from god_llm.domain.usage import Usage

__all__ = ["cost_of", "require_price_list"]

_LIST_NAMES: Final[Mapping[str, str]] = {
    "azure_deployments": "azure",
    "bedrock": "aws",
    "gemini": "google",
    "moonshot": "moonshotai",
    "xai": "x-ai",
}
"""Provider -> its id in the price list, where that is another one (`genai_prices.types.ProviderID`)."""

_PRICED_COUNTS: Final[Mapping[str, str]] = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "reasoning_tokens": "output_reasoning_tokens",
}
"""Our count -> the list's, with the same shares of the two totals."""


def cost_of(provider: str, models: Sequence[str], usage: Usage, tier: str | None, at: datetime) -> Decimal | None:
    """The cost in US dollars by the list; None if the list has no price, or a total of `usage` is unknown.

    Args:
        provider: the provider's name.
        models: names of one model, the most exact first; a Bedrock ARN counts as the name at its end.
        usage: the token counts of one call.
        tier: the service tier, if it is known.
        at: when the call was made; some prices depend on it.

    Raises:
        MissingDependencyError: `genai-prices` is not installed.
    """
    if usage.input_tokens is None or usage.output_tokens is None:
        return None
    require_price_list()
    counts = {theirs: getattr(usage, ours) for ours, theirs in _PRICED_COUNTS.items()}
    context = {} if tier is None else {"service_tier": tier, "processing": tier}
    prices = (_listed(provider, _priced_name(model), counts, context, at) for model in models)
    return next((price for price in prices if price is not None), None)


def require_price_list() -> None:
    """Accept an environment with the price list.

    Raises:
        MissingDependencyError: `genai-prices` is not installed.
    """
    if find_spec("genai_prices") is None:
        raise MissingDependencyError(f"costs need the genai-prices package: pip install '{requirement('cost')}'")


def _priced_name(model: str) -> str:
    return model.rpartition("/")[2] if model.startswith("arn:") else model


def _listed(
    provider: str, model: str, counts: Mapping[str, int | None], context: Mapping[str, str], at: datetime
) -> Decimal | None:
    from genai_prices import Usage as PricedUsage
    from genai_prices import calc_price

    name = _LIST_NAMES.get(provider, provider)
    try:
        price = calc_price(
            PricedUsage(**counts), model, provider_id=name, genai_request_timestamp=at, price_context=context
        )
    except (LookupError, ValueError):  # no such provider or model; counts that contradict each other
        return None
    # The list also finds providers by a part of their name: `my-openai-proxy` is not OpenAI.
    return price.total_price if price.provider.id == name else None
