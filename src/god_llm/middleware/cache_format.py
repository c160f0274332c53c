"""The cache's formats: the key of a call, and replies as bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, from_json, to_json

from god_llm.domain.deltas import (
    CitationDelta,
    Delta,
    FinishedDelta,
    PartDelta,
    ReasoningDelta,
    RefusalDelta,
    StartedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from god_llm.domain.messages import AIMessage, BaseMessage
from god_llm.http.headers import RESPONSE_HEADERS
from god_llm.middleware.fallback_run import ATTEMPTS

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.finish import FinishReason

__all__ = ["CACHED", "deltas_of", "deltas_written", "key_of", "message_of", "message_written"]

CACHED: Final = "cached"
"""The key in `AIMessage.metadata` of an answer from the cache."""

_VERSION: Final = 1
"""Part of each key: a higher number makes replies in an older format unreachable."""
_NOT_SENT: Final = {"id", "created_at", "metadata", "usage"}
"""Fields of a message that no request has."""
_OF_ONE_CALL: Final = {RESPONSE_HEADERS, CACHED, ATTEMPTS, "latency"}
"""Metadata that differs between two calls with the same answer."""
_NOT_STORED: Final = {"id", "created_at"}
"""Fields of an answer that the facade adds to each anew."""
_COMPLETE: Final[frozenset[FinishReason]] = frozenset({"stop", "tool_calls"})
"""The finish reasons of answers that are worth keeping."""
_DELTAS: Final = {
    kind.__name__: kind
    for kind in (
        CitationDelta,
        FinishedDelta,
        PartDelta,
        ReasoningDelta,
        RefusalDelta,
        StartedDelta,
        TextDelta,
        ToolCallDelta,
        UsageDelta,
    )
}


def key_of(call: Call, namespace: str, *, streamed: bool) -> str | None:
    """The hash of all that decides about the answer; None for a call that can't be written as JSON."""
    settings = {name: getattr(call.settings, name) for name in call.settings.given() if name != "timeout"}
    try:
        messages = [_sent(message) for message in call.messages]
        request = (_VERSION, namespace, call.provider, call.model, streamed, messages, settings)
        return hashlib.sha256(to_json(request)).hexdigest()
    except PydanticSerializationError:  # an `extra` that no request can hold: the call itself will tell
        return None


def _sent(message: BaseMessage) -> dict[str, object]:
    """The fields of a message that a request can contain. Some APIs need metadata of their own answers again."""
    fields = message.model_dump(mode="json", exclude=_NOT_SENT)
    if isinstance(message, AIMessage) and message.metadata:
        fields["metadata"] = {name: value for name, value in message.metadata.items() if name not in _OF_ONE_CALL}
    return fields


def message_written(message: AIMessage) -> bytes | None:
    """An answer as bytes; None for one that is not worth keeping."""
    if message.finish_reason not in _COMPLETE:
        return None
    kept = message.model_copy(update={"metadata": _kept(message.metadata)})
    return kept.model_dump_json(exclude=_NOT_STORED).encode()


def message_of(reply: bytes) -> AIMessage | None:
    """The answer that was written; None for bytes that are none."""
    try:
        message: AIMessage = AIMessage.model_validate_json(reply)
    except ValueError:
        return None
    return message.model_copy(update={"metadata": {**(message.metadata or {}), CACHED: True}})


def deltas_written(deltas: Sequence[Delta]) -> bytes | None:
    """A stream as bytes; None for one that is not worth keeping."""
    last = deltas[-1] if deltas else None
    if not isinstance(last, FinishedDelta) or last.finish_reason not in _COMPLETE:
        return None
    kept = [*deltas[:-1], replace(last, metadata=_kept(last.metadata))]
    return to_json([(type(delta).__name__, _adapter(type(delta).__name__).dump_python(delta)) for delta in kept])


def deltas_of(reply: bytes) -> Sequence[Delta] | None:
    """The stream that was written; None for bytes that are none."""
    try:
        written: Sequence[tuple[str, object]] = from_json(reply)
        deltas = [_adapter(kind).validate_python(fields) for kind, fields in written]
    except (LookupError, TypeError, ValueError):
        return None
    return [_marked(delta) for delta in deltas]


def _marked(delta: Delta) -> Delta:
    return replace(delta, metadata={**delta.metadata, CACHED: True}) if isinstance(delta, FinishedDelta) else delta


def _kept(metadata: Mapping[str, object] | None) -> dict[str, object]:
    """The metadata without the headers of one response."""
    return {name: value for name, value in (metadata or {}).items() if name != RESPONSE_HEADERS}


@cache
def _adapter(kind: str) -> TypeAdapter[Delta]:
    return TypeAdapter(_DELTAS[kind])
