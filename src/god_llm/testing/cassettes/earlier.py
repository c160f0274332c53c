"""Requests as earlier versions of this library wrote them, so that their recordings still replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from god_llm.domain.plain_json import JsonValue

__all__ = ["earlier_requests"]

_CLAUDE_LIMIT: Final = 8192
"""The former default of `max_tokens` at Anthropic, plus the thinking budget; now it is the model's own limit."""


def earlier_requests(request: Mapping[str, JsonValue]) -> Iterator[dict[str, JsonValue]]:
    """The other forms in which the same call was recorded before."""
    match request:
        case {"model": str(model), "messages": list(), "max_tokens": int(limit)} if limit == _own_limit(model):
            thinking = request.get("thinking")
            budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
            yield {**request, "max_tokens": _CLAUDE_LIMIT + (budget if isinstance(budget, int) else 0)}
        case _:
            return


def _own_limit(model: str) -> int | None:
    """The output limit of a Claude model at Anthropic."""
    from god_llm.plugins import registry  # loaded for a request that has no recording of its own

    return registry.provider("anthropic").catalogue.facts(model).max_output_tokens
