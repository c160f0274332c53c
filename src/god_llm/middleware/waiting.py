"""Waiters and slots for threads and for tasks of any event loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from god_llm.domain.exceptions import ConfigurationError

__all__ = ["Slots", "TaskWaiter", "ThreadWaiter", "Waiter", "in_event_loop"]

_FROM_THREADS: Final = ("call_soon_threadsafe", "run_sync_soon")
"""The methods of asyncio and trio that run a function in their loop, from any thread."""


class Waiter(Protocol):
    """A thread or task that waits to be woken, once."""

    def wake(self) -> None:
        """End the wait; callable from any thread."""
        ...


class ThreadWaiter:
    """A waiting thread."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self) -> None:
        """Block until `wake`."""
        self._event.wait()

    def wake(self) -> None:
        """See `Waiter.wake`."""
        self._event.set()


class TaskWaiter:
    """A waiting task; made inside its event loop."""

    def __init__(self) -> None:
        from anyio import Event
        from anyio.lowlevel import current_token

        self._event = Event()
        token = current_token().native_token
        name = next(name for name in _FROM_THREADS if hasattr(token, name))
        self._soon: Callable[[Callable[[], None]], object] = getattr(token, name)

    async def wait(self) -> None:
        """Return after `wake`."""
        await self._event.wait()

    def wake(self) -> None:
        """See `Waiter.wake`. Once the loop has ended, it does nothing."""
        try:
            self._soon(self._set)
        except RuntimeError:
            return  # the loop has ended

    def _set(self) -> None:
        self._event.set()


def in_event_loop() -> bool:
    """True in a thread whose event loop is running: to block it would stop every task of the loop."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        return True
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class Slots:
    """A number of slots, given to waiters in the order in which they came.

    Args:
        number: how many there are.
    """

    def __init__(self, number: int) -> None:
        self._free = number
        self._tasks = 0
        self._queue: deque[Waiter] = deque()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take a slot, in a thread.

        Raises:
            ConfigurationError: tasks have or want the slots, and this thread would stop its event loop by waiting.
        """
        waiter = ThreadWaiter()
        if self._taken(waiter):
            return
        try:
            self._refuse_to_hang()
            waiter.wait()
        except BaseException:  # KeyboardInterrupt among them
            self._give_up(waiter)
            raise

    async def atake(self) -> None:
        """Take a slot, in a task."""
        waiter = TaskWaiter()
        with self._lock:
            self._tasks += 1
        if not self._taken(waiter):
            try:
                await waiter.wait()
            except BaseException:  # cancellation
                self._left_by_task()
                self._give_up(waiter)
                raise

    def free(self) -> None:
        """Give a slot back: to the first waiter, if there is one."""
        with self._lock:
            if self._queue:
                self._queue.popleft().wake()
            else:
                self._free += 1

    def afree(self) -> None:
        """`free`, for a slot that a task took."""
        self._left_by_task()
        self.free()

    def _refuse_to_hang(self) -> None:
        if self._tasks and in_event_loop():
            raise ConfigurationError(
                "a sync call inside an event loop can't wait for its tasks, which it would stop;"
                " await the async call (agenerate, astream), or make the sync one in a thread"
            )

    def _left_by_task(self) -> None:
        with self._lock:
            self._tasks -= 1

    def _taken(self, waiter: Waiter) -> bool:
        with self._lock:
            if self._free and not self._queue:
                self._free -= 1
                return True
            self._queue.append(waiter)
            return False

    def _give_up(self, waiter: Waiter) -> None:
        with self._lock:
            if waiter in self._queue:
                self._queue.remove(waiter)
                return
        self.free()  # it was given a slot just now
