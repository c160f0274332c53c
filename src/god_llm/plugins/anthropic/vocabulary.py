"""Anthropic's words and ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.domain.finish import FinishReason
from god_llm.domain.plain_json import JsonDict
from god_llm.domain.usage import Usage
from god_llm.plugins.anthropic.wire import Reply, UsageDict

__all__ = ["FINISH_REASONS", "reply_metadata", "usage_of"]

# https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons
FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
    "pause_turn": "pause",
}


def usage_of(usage: UsageDict | None) -> Usage | None:
    """Token counts; Anthropic's `input_tokens` leaves out what the cache wrote and read."""
    if not usage:
        return None
    fresh = usage.get("input_tokens")
    written, read = usage.get("cache_creation_input_tokens"), usage.get("cache_read_input_tokens")
    return Usage(
        input_tokens=None if fresh is None else fresh + (written or 0) + (read or 0),
        output_tokens=usage.get("output_tokens"),
        cache_read_tokens=read,
        cache_write_tokens=written,
        reasoning_tokens=(usage.get("output_tokens_details") or {}).get("thinking_tokens"),
    )


def attached_to_message(reply: Reply) -> JsonDict | None:
    """The container of code execution, which the next request names to go on in it, or None."""
    container = reply.get("container")
    return {"container": container} if container else None


def reply_metadata(reply: Reply) -> dict[str, object]:
    """What only Anthropic says of a reply."""
    tier = (reply.get("usage") or {}).get("service_tier")
    known = {"stop_sequence": reply.get("stop_sequence"), "service_tier": tier}
    return {name: value for name, value in known.items() if value is not None}
