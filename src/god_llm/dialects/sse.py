"""Server-sent events, without IO.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Event", "EventSplitter"]

_LINE_END: Final = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its data, and its type where the stream gave one."""

    data: str
    type: str | None = None


class EventSplitter:
    """Takes bytes as they arrive, cut anywhere, and gives each event once it is whole.

    Comments, ids and retry times are passed over. An event that its blank line has not ended is not handed
    out: the specification drops it.
    """

    def __init__(self) -> None:
        self._text = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._rest = ""
        self._data: list[str] = []
        self._type: str | None = None

    def feed(self, piece: bytes) -> Iterator[Event]:
        """The events that these bytes complete."""
        text = self._rest + self._text.decode(piece)
        # A carriage return at the very end may be half of a line end: it waits for what follows.
        held = "\r" if text.endswith("\r") else ""
        lines = _LINE_END.split(text[: len(text) - len(held)])
        self._rest = lines.pop() + held
        for line in lines:
            if line:
                self._take(line)
            else:
                event = self._dispatched()
                if event is not None:
                    yield event

    def _take(self, line: str) -> None:
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._type = value

    def _dispatched(self) -> Event | None:
        data, kind = self._data, self._type
        self._data, self._type = [], None
        return Event("\n".join(data), kind) if data else None
