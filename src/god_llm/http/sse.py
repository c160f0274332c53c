"""Server-sent events, without IO.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from god_llm.domain.plain_json import JsonObject
from god_llm.http.done import DONE
from god_llm.http.json_object import json_object

__all__ = ["Event", "EventSplitter", "JsonEventSplitter"]

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


class Event(NamedTuple):
    """One event: its data, and its type if the stream gave one."""

    data: str
    type: str | None = None


class EventSplitter:
    """Takes bytes as they arrive, cut anywhere, and gives each event once it is whole.

    Comments, ids and retry times are skipped. An event without its closing blank line is dropped, as the
    specification says.
    """

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._rest: list[str] = []
        self._after_return = False
        self._data: list[str] = []
        self._type: str | None = None

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that these bytes complete."""
        for line in self._lines(self._text.decode(piece)):
            if line:
                self._take(line)
            else:
                event = self._dispatched()
                if event is not None:
                    yield event

    def _lines(self, text: str) -> list[str]:
        """The lines that this text completes."""
        if not text:
            return []
        # A carriage return ends its line at once; a line feed right after it belongs to the same line end.
        if self._after_return:
            text = text.removeprefix("\n")
        self._after_return = text.endswith("\r")
        *lines, rest = _LINE_END.split(text)
        if lines:
            lines[0] = "".join([*self._rest, lines[0]])
            self._rest.clear()
        if rest:
            self._rest.append(rest)
        return lines

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._type = value or None

    def _dispatched(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._type = [], None
        return Event("\n".join(data), kind) if data else None


class JsonEventSplitter:
    """A `Splitter`: each event's data as JSON."""

    def __init__(self) -> None:
        self._events = EventSplitter()

    def feed(self, piece: bytes) -> Iterator[JsonObject]:
        """The objects that these bytes complete.

        Raises:
            MalformedResponseError: the data of an event is not a JSON object.
        """
        for event in self._events.feed(piece):
            yield DONE if event.data == "[DONE]" else json_object(event.data)

    def finish(self) -> tuple[()]:
        """Nothing: an event without its blank line is dropped."""
        return ()
