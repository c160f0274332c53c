"""The words of the Responses API and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from god_llm.domain.deltas import FinishedDelta
from god_llm.domain.finish import FinishReason, unified
from god_llm.domain.plain_json import JsonDict, JsonValue
from god_llm.domain.usage import Usage
from god_llm.plugins.openai.responses.history import heads_of
from god_llm.plugins.openai.responses.items import logprobs_of_item
from god_llm.plugins.openai.responses.wire import Reply, UsageDict

__all__ = ["FINISH_REASONS", "ending", "usage_of"]

# https://platform.openai.com/docs/api-reference/responses/object: `status`, and the reason in `incomplete_details`
FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "completed": "stop",
    "max_output_tokens": "length",
    "content_filter": "content_filter",
    "failed": "error",
}


def usage_of(usage: UsageDict | None) -> Usage | None:
    """Token counts."""
    if not usage:
        return None
    read, written = usage.get("input_tokens_details") or {}, usage.get("output_tokens_details") or {}
    return Usage(
        input_tokens=usage.get("input_tokens"),
        output_tokens=usage.get("output_tokens"),
        cache_read_tokens=read.get("cached_tokens"),
        cache_write_tokens=read.get("cache_write_tokens"),
        reasoning_tokens=written.get("reasoning_tokens"),
    )


def ending(reply: Reply, output: Sequence[JsonDict], streamed: Sequence[JsonValue] = ()) -> FinishedDelta:
    """How a response ended, and what else is to be kept of it.

    `streamed`: the log probabilities from the events of a stream, for servers whose items have none.

    There is no finish reason on this wire. The raw one is the `status`, or what made it `incomplete`; a refusal is
    a content part of a response that is `completed`.
    """
    raw = reply.get("status")
    if raw == "incomplete":
        raw = (reply.get("incomplete_details") or {}).get("reason") or raw
    called = any(item.get("type") == "function_call" for item in output)
    reason = unified(raw, FINISH_REASONS, called=called)
    logprobs = [*chain.from_iterable(map(logprobs_of_item, output))] or [*streamed]
    known = {
        "service_tier": reply.get("service_tier"),
        "items": heads_of(output),
        "logprobs": logprobs or None,
    }
    return FinishedDelta(
        finish_reason="refusal" if reason == "stop" and any(map(_refuses, output)) else reason,
        raw_finish_reason=raw,
        metadata={name: value for name, value in known.items() if value is not None},
    )


def _refuses(item: JsonDict) -> bool:
    content = item.get("content")
    if item.get("type") != "message" or not isinstance(content, list):
        return False
    return any(isinstance(piece, dict) and piece.get("type") == "refusal" for piece in content)
