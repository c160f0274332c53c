"""Async calls through a blocking library, each in a thread of its own.

The threads are daemons: one that still waits for an answer that nobody wants any more does not keep the
process alive. A cancelled call, or a stream that is left early, gives up its connection and its thread at once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Mapping
from contextlib import closing, contextmanager
from contextvars import copy_context
from threading import Condition, Lock, Thread, local
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from god_llm.domain.exceptions import InvalidSettingError

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from anyio.lowlevel import RunVar

    from god_llm.http.client import Client, Response
    from god_llm.http.outgoing import Outgoing

__all__ = ["DEFAULT_CONCURRENCY", "InThread", "Source", "ThreadedClient", "Threads", "waiting"]

DEFAULT_CONCURRENCY: Final = 64
"""Async calls under way at a time on one event loop, unless `max_concurrency` says otherwise."""

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
            raise InvalidSettingError(f"max_concurrency must be at least 1, not {limit}")
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


# -- requests in threads -----------------------------------------------------------------------------------


class _ThisThread(local):
    """For which async call a thread works; None in any other thread."""

    call: InThread[object] | None = None


_THIS_THREAD: Final = _ThisThread()


@contextmanager
def waiting(end: Callable[[], None]) -> Generator[None, None, None]:
    """While a thread waits for the service: `end` makes it come back. Calls from sync code are not interrupted."""
    call = _THIS_THREAD.call
    if call is None:
        yield
        return
    call.waits(end)
    try:
        yield
    finally:
        call.waits(None)


class InThread(Generic[ItemT]):
    """A blocking iteration that a thread makes for a task: a `Source` for `Threads`.

    What it iterates over may enter `waiting` while it waits for the service.
    """

    def __init__(self, items: Callable[[], Generator[ItemT, None, None]]) -> None:
        self._items = items
        self._lock = Lock()
        self._end: Callable[[], None] | None = None
        self._given_up = False

    def items(self) -> Generator[ItemT, None, None]:
        """See `Source.items`."""
        _THIS_THREAD.call = self  # type: ignore[assignment]  # whatever it gives: only `waits` is called
        try:
            yield from self._items()
        finally:
            _THIS_THREAD.call = None

    def waits(self, end: Callable[[], None] | None) -> None:
        """From here on `end` makes the thread come back; None: it waits for nothing."""
        with self._lock:
            self._end = end
            if end is not None and self._given_up:
                end()

    def interrupt(self) -> None:
        """See `Source.interrupt`."""
        with self._lock:
            self._given_up = True
            if self._end is not None:
                self._end()


class ThreadedClient:
    """An `AsyncClient` over a client of a blocking library.

    Args:
        client: gives the blocking client; it may open it first, which then happens in a thread too.
        threads: where the calls run.
    """

    def __init__(self, client: Callable[[], Client], threads: Threads) -> None:
        self._client = client
        self._threads = threads

    async def post(self, request: Outgoing) -> _ThreadedResponse:
        """See `AsyncClient.post`."""
        items = self._threads.items(InThread(lambda: self._exchange(request)))
        response = await anext(items)
        assert not isinstance(response, bytes)  # the first item is the response
        return _ThreadedResponse(response, items)

    async def aclose(self) -> None:
        """Leave the blocking client open: sync calls use it too."""

    def _exchange(self, request: Outgoing) -> Generator[Response | bytes, None, None]:
        """The response, then its body."""
        response = self._client().post(request)
        try:
            yield response
            with waiting(getattr(response, "interrupt", _nothing)):
                yield from response.iter_bytes()
        finally:
            response.close()


class _ThreadedResponse:
    """An `AsyncResponse`."""

    def __init__(self, response: Response, rest: AsyncGenerator[Response | bytes, None]) -> None:
        self._response = response
        self._rest = rest

    @property
    def status_code(self) -> int:
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._response.headers

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        return self._rest  # type: ignore[return-value]  # all but the first item are bytes

    async def aclose(self) -> None:
        await self._rest.aclose()


def _nothing() -> None:
    """Let a read that can't be interrupted end by itself."""
