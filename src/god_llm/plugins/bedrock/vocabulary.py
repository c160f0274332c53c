"""Bedrock's words and ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.domain.finish import FinishReason
from god_llm.domain.usage import Usage
from god_llm.plugins.bedrock.blocks import json_safe
from god_llm.plugins.bedrock.wire import Facts, UsageDict

__all__ = ["FINISH_REASONS", "reply_metadata", "usage_of"]

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (stopReason)
FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "malformed_model_output": "error",
    "malformed_tool_use": "error",
}


def usage_of(usage: UsageDict | None) -> Usage | None:
    """Token counts; Bedrock's `inputTokens` leaves out what the cache wrote and read."""
    if not usage:
        return None
    fresh = usage.get("inputTokens")
    written, read = usage.get("cacheWriteInputTokens"), usage.get("cacheReadInputTokens")
    return Usage(
        input_tokens=None if fresh is None else fresh + (written or 0) + (read or 0),
        output_tokens=usage.get("outputTokens"),
        cache_read_tokens=read,
        cache_write_tokens=written,
    )


def reply_metadata(facts: Facts) -> dict[str, object]:
    """What only Bedrock says of a reply."""
    known = {
        "latency_ms": (facts.get("metrics") or {}).get("latencyMs"),
        "service_tier": (facts.get("serviceTier") or {}).get("type"),
        "performance": (facts.get("performanceConfig") or {}).get("latency"),
        "trace": json_safe(facts.get("trace")),
        "additional_fields": json_safe(facts.get("additionalModelResponseFields")),
    }
    return {name: value for name, value in known.items() if value is not None}
