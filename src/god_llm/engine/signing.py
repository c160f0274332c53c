"""The record of a call under way, and the signature of its message: identity, provider, model, latency."""

from __future__ import annotations

import time
from datetime import datetime

from god_llm.domain.call import Call
from god_llm.domain.exceptions import ConnectionFailedError, ConnectionLostError
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.messages import AIMessage

__all__ = ["CallRecord", "lost", "signed", "unsent"]


class CallRecord:
    """The start, end and identity of one call under way.

    Attributes:
        started: `time.perf_counter()` when the call was sent.
        ended: the same when the answer was complete.
        identity: id and time of the message, once one has been made.
    """

    __slots__ = ("ended", "identity", "started")

    def __init__(self, started: float, ended: float | None = None) -> None:
        self.started: float = started
        self.ended: float | None = ended
        self.identity: tuple[str, datetime] | None = None


def unsent() -> CallRecord:
    """A stream whose request has not been sent; its latency is 0 until then."""
    now = time.perf_counter()
    return CallRecord(now, now)


def signed(message: AIMessage, call: Call, record: CallRecord, ids: IdSource, clock: Clock) -> AIMessage:
    """The message with its identity, its author, and the facts of the call that the engine knows."""
    settings = call.settings
    record.identity = record.identity or (ids(), clock())
    metadata = {
        "temperature": settings.temperature,
        "max_tokens": settings.max_tokens,
        "media_type": "text/plain" if settings.response_schema is None else "application/json",
        "latency": (record.ended or time.perf_counter()) - record.started,
        **(message.metadata or {}),
    }
    identity = {
        "id": record.identity[0],
        "created_at": record.identity[1],
        "provider": call.provider,
        "model": call.model,
        "metadata": metadata,
    }
    return message.model_copy(update=identity)


def lost(error: ConnectionFailedError) -> ConnectionLostError:
    """The failure of a connection, as that of a stream under way."""
    found = ConnectionLostError(str(error), provider=error.provider, model=error.model)
    found.partial = error.partial
    return found
