"""Ollama's words and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.finish import FinishReason
from god_llm.domain.parts import ToolCallPart
from god_llm.domain.plain_json import JsonValue
from god_llm.domain.usage import Usage
from god_llm.plugins.ollama.wire import Level, Reply, ReplyCallDict

__all__ = ["EFFORTS", "FINISH_REASONS", "call_of", "reply_metadata", "usage_of"]

# https://docs.ollama.com/api/chat: "load" and "unload" answer an empty conversation.
FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "stop": "stop",
    "length": "length",
    "load": "other",
    "unload": "other",
}

# https://docs.ollama.com/capabilities/thinking
EFFORTS: Final[Mapping[ReasoningEffort, bool | Level]] = {
    "none": False,
    "default": True,
    "low": "low",
    "medium": "medium",
    "high": "high",
}

_FACTS: Final = (
    "total_duration",
    "load_duration",
    "prompt_eval_duration",
    "eval_duration",
    "remote_model",
    "remote_host",
)


def call_of(call: ReplyCallDict) -> ToolCallPart:
    """One tool call."""
    ident, name, arguments = call.get("id") or None, call["function"]["name"], call["function"].get("arguments")
    if isinstance(arguments, dict):
        return ToolCallPart.of(id=ident, name=name, arguments=arguments)
    return ToolCallPart(id=ident, name=name, raw_arguments=arguments or "")


def usage_of(reply: Reply) -> Usage | None:
    """Token counts, where there are any."""
    prompt, answer = reply.get("prompt_eval_count"), reply.get("eval_count")
    return None if prompt is None and answer is None else Usage(input_tokens=prompt, output_tokens=answer)


def reply_metadata(reply: Reply, logprobs: Sequence[JsonValue]) -> dict[str, object]:
    """Reply fields that only Ollama has: durations in nanoseconds, the host of a cloud model, and logprobs."""
    facts: dict[str, object] = {name: value for name in _FACTS if (value := reply.get(name)) is not None}
    return {**facts, "logprobs": logprobs} if logprobs else facts
