"""The deadlines of one request under way."""

from __future__ import annotations

import math
import time
from typing import Final

from god_llm.domain.time_limit import TimeLimit
from god_llm.domain.timeouts import Timeouts
from god_llm.http.errors import HttpTimeoutError

__all__ = ["Deadlines"]

_AFTER_THE_END: Final = 0.5
"""Seconds that a server has to close the body after the last event of a stream."""
_TOLERANCE: Final = 0.9
"""The share of a socket's read timeout below which a read needs a deadline of its own."""


class Deadlines:
    """The points in time by which the next event of a request and its end are due.

    Args:
        timeouts: the limits; None is no limit, for a client of the user's own.

    Attributes:
        near: True if a deadline comes before the socket's own read timeout would end a read.
        over: True after the last event of a stream. What fails after it fails nobody.
    """

    __slots__ = ("_end", "_limit", "_next", "_socket", "_timeouts", "near", "over")

    def __init__(self, timeouts: Timeouts | None) -> None:
        self._timeouts = timeouts
        self._limit: TimeLimit = "first_event"
        self._next = self._end = math.inf
        self._socket = 0.0
        self.over: bool = False
        if timeouts is not None:
            now = time.monotonic()
            self._socket = timeouts.longest_silence
            self._next = now + timeouts.until_first_event
            if timeouts.total is not None:
                self._end = now + timeouts.total
        self.near: bool = self._is_near()

    def left(self) -> float:
        """Seconds until the nearest deadline; below 0 if it has passed."""
        return min(self._next, self._end) - time.monotonic()

    def event_arrived(self) -> None:
        """Move the deadline of the next event."""
        if self._timeouts is not None:
            self._limit = "idle"
            now, idle, enough = time.monotonic(), self._timeouts.idle, self._socket * _TOLERANCE
            self._next = now + idle
            self.near = idle < enough or self._end - now < enough

    def nothing_arrived(self) -> None:
        """Keep the deadlines: the bytes that arrived complete no event."""
        self.near = self._is_near()

    def stream_ended(self) -> None:
        """Leave the server a moment to close the body, so that the connection can be used again."""
        self.over = True
        self.near = True
        self._next = time.monotonic() + _AFTER_THE_END

    def exceeded(self, *, connecting: bool = False) -> HttpTimeoutError:
        """The failure for the limit that has passed."""
        if self._timeouts is None:
            return HttpTimeoutError()
        limit: TimeLimit = "connect" if connecting else self._limit
        if self._end <= min(self._next, time.monotonic()):
            limit = "total"
        seconds = self._timeouts.until_first_event if limit == "first_event" else getattr(self._timeouts, limit)
        return HttpTimeoutError(limit, seconds)

    def _is_near(self) -> bool:
        return self.left() < self._socket * _TOLERANCE
