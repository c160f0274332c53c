"""AWS's event streams, without IO. botocore's parser is loaded with the first one.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from god_llm.domain.exceptions import MalformedResponseError, ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.framing import Framing
from god_llm.http.json_object import json_object

if TYPE_CHECKING:
    from botocore.eventstream import EventStreamMessage

__all__ = ["EVENT_STREAM", "EventError", "event_stream"]

EVENT_STREAM: Final = "application/vnd.amazon.eventstream"

EventError = Callable[[Mapping[str, object], bytes], ProviderError]
"""Reads a message that reports an error: its headers and payload."""


def event_stream(known: Collection[str], error: EventError) -> Framing:
    """AWS's event streams, each event as `{name: payload}`.

    Args:
        known: the names of the events that are read; the payload of any other may be anything.
        error: reads a message that reports an error.
    """
    return Framing(EVENT_STREAM, partial(_Messages, known, error))


class _Messages:
    """A `Splitter`."""

    def __init__(self, known: Collection[str], error: EventError) -> None:
        from botocore.eventstream import EventStreamBuffer

        self._buffer = EventStreamBuffer()
        self._known = known
        self._error = error

    def feed(self, piece: bytes) -> Iterator[JsonObject]:
        self._buffer.add_data(piece)
        for message in self._buffer:
            event = self._event(message)
            if event is not None:
                yield event

    def finish(self) -> tuple[()]:
        return ()

    def _event(self, message: EventStreamMessage) -> JsonObject | None:
        """The event, or None for a message that is not one."""
        headers = cast("Mapping[str, object]", message.headers)  # botocore's stubs call the headers a number
        if headers.get(":message-type") in ("exception", "error"):
            raise self._error(headers, message.payload)
        name = headers.get(":event-type")
        if not isinstance(name, str):
            return None
        if name not in self._known:
            with suppress(MalformedResponseError):
                return {name: json_object(message.payload)}
            return {name: {}}
        return {name: json_object(message.payload) if message.payload else {}}
