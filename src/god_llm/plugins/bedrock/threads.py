"""Blocking iterators for async code, each in a thread of its own.

The threads are daemons: one that still waits for an answer that nobody wants any more does not keep the
process alive.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import closing
from contextvars import copy_context
from threading import Condition, Thread
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from god_llm.domain.exceptions import InvalidSettingError

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from anyio.lowlevel import RunVar

__all__ = ["Source", "Threads"]

ItemT = TypeVar("ItemT")
ItemT_co = TypeVar("ItemT_co", covariant=True)

AHEAD: Final = 32
"""How many items a thread fetches before they are asked for."""
_FROM_THREADS: Final = ("call_soon_threadsafe", "run_sync_soon")
"""What asyncio's loop calls it, and trio's token."""


class Source(Protocol[ItemT_co]):
    """What a thread iterates over, and a task may break off."""

    def items(self) -> Generator[ItemT_co, None, None]:
        """What it gives; run, and closed, in the thread."""
        ...

    def interrupt(self) -> None:
        """Make a thread that waits for the next item come back at once, with whatever error; must not block."""
        ...


class Threads:
    """Runs blocking calls for async code.

    Args:
        limit: how many threads there may be at a time for one event loop; further calls wait.

    Raises:
        InvalidSettingError: `limit` is below 1.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise InvalidSettingError(f"there must be at least one thread, not {limit}")
        self._limit = limit
        self._limiters: RunVar[CapacityLimiter] | None = None

    async def items(self, source: Source[ItemT]) -> AsyncGenerator[ItemT, None]:
        """The items of a source, each as it comes.

        Not many more than are asked for are fetched. Leaving early interrupts the source.
        """
        limiter, soon = self._limiter(), _caller()
        handover = _Handover(source, soon)
        await limiter.acquire_on_behalf_of(handover)

        def work() -> None:
            try:
                handover.fill()
            finally:
                soon(lambda: limiter.release_on_behalf_of(handover))

        try:
            Thread(target=copy_context().run, args=(work,), name="god_llm bedrock", daemon=True).start()
        except RuntimeError:
            limiter.release_on_behalf_of(handover)
            raise
        try:
            while items := await handover.take():
                for item in items:
                    yield item
        finally:
            handover.leave()

    def _limiter(self) -> CapacityLimiter:
        from anyio import CapacityLimiter
        from anyio.lowlevel import RunVar

        if self._limiters is None:
            self._limiters = RunVar("god_llm bedrock")
        limiter = self._limiters.get(None)
        if limiter is None:
            self._limiters.set(limiter := CapacityLimiter(self._limit))
        return limiter


class _Handover(Generic[ItemT]):
    """Where a thread puts items, and a task takes them."""

    def __init__(self, source: Source[ItemT], soon: Callable[[Callable[[], None]], None]) -> None:
        from anyio import Event

        self._source = source
        self._soon = soon
        self._changed = Condition()
        self._ready: list[ItemT] = []
        self._error: BaseException | None = None
        self._over = False
        self._left = False
        self._news = Event()

    # -- in the thread ---------------------------------------------------------------------------------

    def fill(self) -> None:
        """Put every item, until the source ends or the task has left."""
        try:
            with closing(self._source.items()) as items:
                for item in items:
                    if not self._put(item):
                        break
        except BaseException as error:  # noqa: BLE001 - it is raised in the task
            with self._changed:
                if not self._left:  # kept for nobody, it would keep this frame, and all that it holds
                    self._error = error
        with self._changed:
            self._over = True
        self._soon(self._announce)

    def _put(self, item: ItemT) -> bool:
        """Whether the task still wants items."""
        with self._changed:
            while len(self._ready) >= AHEAD and not self._left:
                self._changed.wait()
            if self._left:
                return False
            self._ready.append(item)
            first = len(self._ready) == 1
        if first:
            self._soon(self._announce)
        return True

    # -- in the task -----------------------------------------------------------------------------------

    async def take(self) -> list[ItemT]:
        """The items that are ready, at least one; none at the end."""
        from anyio import Event

        while True:
            with self._changed:
                items, self._ready = self._ready, []
                over = self._over
                self._changed.notify()
            if items:
                return items
            if over:
                error, self._error = self._error, None
                if error is not None:
                    try:
                        raise error
                    finally:
                        del error  # or it and this frame would keep each other
                return []
            self._news = Event()
            await self._news.wait()

    def leave(self) -> None:
        """Let the thread stop at once."""
        with self._changed:
            self._left = True
            self._error = None
            self._changed.notify()
            if not self._over:
                self._source.interrupt()

    def _announce(self) -> None:
        self._news.set()


def _caller() -> Callable[[Callable[[], None]], None]:
    """What runs a function in the event loop of now, from any thread; once that has ended, it does nothing."""
    from anyio.lowlevel import current_token

    token = current_token().native_token
    name = next(name for name in _FROM_THREADS if hasattr(token, name))
    native: Callable[[Callable[[], None]], object] = getattr(token, name)

    def soon(function: Callable[[], None]) -> None:
        try:
            native(function)
        except RuntimeError:
            return  # the loop has ended

    return soon
