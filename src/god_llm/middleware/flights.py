"""One flight per key: of several equal calls at a time, one is made and the others wait for it."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from god_llm.middleware.shared import SharedState

if TYPE_CHECKING:
    from god_llm.middleware.waiting import Waiter

__all__ = ["Flight", "Flights"]


@dataclass(slots=True)
class Flight:
    """A call under way.

    Attributes:
        waiters: who waits for it.
        cancelled: whether it was given up without an outcome.
    """

    waiters: list[Waiter] = field(default_factory=list)
    cancelled: bool = False


class Flights(SharedState):
    """The calls under way, by key."""

    def __init__(self) -> None:
        super().__init__({})
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}

    def join(self, key: str, waiter: Waiter) -> Flight | None:
        """The flight that will wake the waiter; None where there was none: the caller must then `lead`."""
        with self._lock:
            flight = self._flights.get(key)
            if flight is None:
                self._flights[key] = Flight()
                return None
            flight.waiters.append(waiter)
            return flight

    @contextmanager
    def lead(self, key: str) -> Generator[None, None, None]:
        """Wake those who joined at the end of the block."""
        cancelled = True
        try:
            yield
            cancelled = False
        except Exception:
            cancelled = False
            raise
        finally:
            with self._lock:
                flight = self._flights.pop(key)
                flight.cancelled = cancelled
            for waiter in flight.waiters:
                waiter.wake()
