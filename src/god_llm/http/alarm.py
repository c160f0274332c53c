"""Ending a blocking call of another thread when its time is over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from threading import Lock, Thread
from typing import Final

__all__ = ["Alarm"]

_TICK: Final = 0.05
"""Seconds between two looks at the alarms."""
_LOOKS_WITHOUT_ALARMS: Final = 20
"""The number of looks without any alarm after which the thread ends."""


class Alarm:
    """Calls a function when the time of a blocking call is over.

    One thread looks at all alarms that are set, and ends when there are none.

    Args:
        left: seconds that the call may still last; None while nobody calls.
        ring: makes the call come back; must not block.

    Attributes:
        rang: True once `ring` was called.
    """

    __slots__ = ("_left", "_ring", "rang")

    def __init__(self, left: Callable[[], float | None], ring: Callable[[], None]) -> None:
        self.rang: bool = False
        self._left = left
        self._ring = ring

    def set(self) -> None:
        """Watch the call from now on."""
        if not self.rang:
            _WATCH.add(self)

    def cancel(self) -> None:
        """Stop watching."""
        _WATCH.discard(self)

    def check(self) -> None:
        """Ring if the time is over."""
        left = self._left()
        if left is not None and left <= 0:
            self.rang = True
            self.cancel()
            self._ring()


class _Watch:
    """The alarms that are set, and the thread that looks at them."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all alarms: a forked process has neither the thread nor the calls."""
        self._lock = Lock()
        self._alarms: set[Alarm] = set()
        self._thread: Thread | None = None

    def add(self, alarm: Alarm) -> None:
        with self._lock:
            self._alarms.add(alarm)
            if self._thread is None:
                self._thread = Thread(target=self._look, name="god_llm deadlines", daemon=True)
                self._thread.start()

    def discard(self, alarm: Alarm) -> None:
        with self._lock:
            self._alarms.discard(alarm)

    def _look(self) -> None:
        without = 0
        while without <= _LOOKS_WITHOUT_ALARMS or not self._ended():
            time.sleep(_TICK)
            without = 0 if self._check_all() else without + 1

    def _check_all(self) -> int:
        """Check each alarm; the number of alarms. Nothing here is kept until the next look."""
        with self._lock:
            alarms = [*self._alarms]
        for alarm in alarms:
            alarm.check()
        return len(alarms)

    def _ended(self) -> bool:
        """Give the thread up, unless an alarm was set since the last look."""
        with self._lock:
            if not self._alarms:
                self._thread = None
            return not self._alarms


_WATCH: Final = _Watch()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_WATCH.reset)
