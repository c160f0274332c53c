"""Sliding windows: what happened in the last 60 seconds."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

__all__ = ["RequestWindow", "TokenWindow"]

MINUTE: Final = 60.0


class RequestWindow:
    """At most `limit` starts in any 60 seconds.

    Args:
        limit: starts per minute.
        clock: seconds that never go back.
    """

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._starts: deque[float] = deque(maxlen=limit)

    def reserve(self) -> tuple[float, float]:
        """Reserve the next start: the seconds until then, and the reservation, for `cancel`."""
        with self._lock:
            now = self._clock()
            full = len(self._starts) == self._starts.maxlen
            start = max(now, self._starts[0] + MINUTE) if full else now
            self._starts.append(start)
            return start - now, start

    def cancel(self, start: float) -> None:
        """Give a reserved start back that was not used."""
        with self._lock:
            if start in self._starts:
                self._starts.remove(start)


class TokenWindow:
    """The tokens of the last 60 seconds, counted when they are known.

    Args:
        limit: tokens per minute.
        clock: seconds that never go back.
    """

    def __init__(self, limit: int, clock: Callable[[], float]) -> None:
        self._limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._spent: deque[tuple[float, int]] = deque()
        self._total = 0

    def wait(self) -> float:
        """The seconds until the count is below the limit; 0 if it is now."""
        with self._lock:
            now = self._clock()
            while self._spent and self._spent[0][0] + MINUTE <= now:
                self._total -= self._spent.popleft()[1]
            over = self._total - self._limit
            for time, tokens in self._spent:
                if over < 0:
                    break
                over -= tokens
                if over < 0:
                    return time + MINUTE - now
            return 0

    def spend(self, tokens: int) -> None:
        """Count tokens."""
        with self._lock:
            self._spent.append((self._clock(), tokens))
            self._total += tokens
