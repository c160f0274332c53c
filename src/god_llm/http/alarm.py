"""Ending a blocking call of another thread when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Timer

__all__ = ["Alarm"]


class Alarm:
    """Calls a function when the time of a blocking call is over. It has a thread only while it is set.

    Args:
        left: seconds that the call may still last; None while nobody calls.
        ring: makes the call come back; must not block.

    Attributes:
        rang: True once `ring` was called.
    """

    def __init__(self, left: Callable[[], float | None], ring: Callable[[], None]) -> None:
        self.rang: bool = False
        self._left = left
        self._ring = ring
        self._lock = Lock()
        self._timer: Timer | None = None

    def set(self) -> None:
        """Watch the call from now on, until nobody calls any more."""
        with self._lock:
            if self._timer is None and not self.rang:
                self._start(self._left() or 0.0)

    def cancel(self) -> None:
        """Stop watching."""
        with self._lock:
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _start(self, seconds: float) -> None:
        self._timer = Timer(max(seconds, 0.0), self._check)
        self._timer.daemon = True
        self._timer.start()

    def _check(self) -> None:
        with self._lock:
            left = self._left()
            if self._timer is None or left is None:
                self._timer = None
                return
            if left > 0:
                self._start(left)
                return
            self.rang, self._timer = True, None
        self._ring()
