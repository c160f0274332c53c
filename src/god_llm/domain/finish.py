"""Why a model stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

__all__ = ["FinishReason", "unified"]

FinishReason: TypeAlias = Literal[
    "stop",  # the model said all it had to say, or met a stop sequence
    "length",  # the token limit or the context was used up
    "tool_calls",  # the model waits for the results of tool calls
    "content_filter",  # the provider's filter or guardrail cut in
    "refusal",  # the model refused
    "pause",  # a long turn was paused by the provider: send the message back to go on
    "error",  # the provider gave up; what came is kept
    "other",  # a reason this version does not know: see `raw_finish_reason`
]
"""The providers' many reasons, unified; the provider's own word stays in `raw_finish_reason`."""


def unified(raw: str | None, table: Mapping[str, FinishReason], *, called: bool) -> FinishReason | None:
    """The provider's word in ours; a model that stopped after calling tools waits for them, whatever the word."""
    if raw is None:
        return None
    reason = table.get(raw, "other")
    return "tool_calls" if called and reason == "stop" else reason
