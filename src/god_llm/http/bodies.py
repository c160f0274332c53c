"""The body of a response, read within the deadlines of its request."""

from __future__ import annotations

import math
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.http.alarm import Alarm
from god_llm.http.deadlines import Deadlines

if TYPE_CHECKING:
    from types import TracebackType

    from god_llm.http.client import Response

__all__ = ["MAX_UNREAD", "AsyncBody", "Body", "StreamedResponse", "in_time", "interrupt", "shut"]

ValueT = TypeVar("ValueT")

MAX_UNREAD: Final = 256 * 1024 * 1024
"""Bytes of one whole reply or of one event at the most, decompressed."""


class StreamedResponse(Protocol):
    """The part of an async response that is used here."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body, as it arrives."""
        ...

    async def aclose(self) -> None:
        """Release the connection."""
        ...


class _Received:
    """Counts the bytes that have arrived since the last event, and moves the deadlines."""

    def __init__(self, deadlines: Deadlines) -> None:
        self.deadlines = deadlines
        self._unread = 0

    def counted(self, piece: bytes) -> bytes:
        """The piece.

        Raises:
            MalformedResponseError: one reply or event is too long.
        """
        self._unread += len(piece)
        if self._unread > MAX_UNREAD:
            raise MalformedResponseError(
                f"one reply or event is longer than {MAX_UNREAD // 1024**2} MiB: the server sends no usable answer"
            )
        return piece

    def event_arrived(self) -> None:
        """Begin to wait for the next event."""
        self._unread = 0
        self.deadlines.event_arrived()


class Body(_Received):
    """A body in sync code; a context manager that releases the connection.

    A read that lasts longer than its deadline is ended from another thread.
    """

    def __init__(self, response: Response, deadlines: Deadlines) -> None:
        super().__init__(deadlines)
        self._response = response
        self._pieces: Iterator[bytes] = iter(response.iter_bytes())
        self._reading = False
        self._alarm = Alarm(self._left, lambda: interrupt(response))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._alarm.cancel()
        self._response.close()

    def read(self) -> bytes | None:
        """The next bytes, or None at the end.

        Raises:
            HttpTimeoutError: a deadline has passed.
            MalformedResponseError: one reply or event is too long.
        """
        piece = self._watched() if self.deadlines.near else next(self._pieces, None)
        return None if piece is None else self.counted(piece)

    def _watched(self) -> bytes | None:
        self._reading = True
        try:
            self._alarm.set()
            piece = next(self._pieces, None)
        except Exception as error:
            if self.deadlines.over:
                return None
            if self._alarm.rang:
                raise self.deadlines.exceeded() from error
            raise
        finally:
            self._reading = False
        if self._alarm.rang and not self.deadlines.over:
            raise self.deadlines.exceeded()
        return piece

    def whole(self) -> bytes:
        """All bytes to the end."""
        pieces = []
        while (piece := self.read()) is not None:
            pieces.append(piece)
            self.deadlines.nothing_arrived()
        return b"".join(pieces)

    def _left(self) -> float | None:
        """Seconds that the read may still last; None while nothing is read."""
        return self.deadlines.left() if self._reading else None


class AsyncBody(_Received):
    """A body in async code; an async context manager that releases the connection, however the block is left.

    httpx's iterators are nested and don't close each other: of a body that is left in its middle, six would wait for
    the garbage collector, which asyncio makes tasks of and trio complains about. Read on after the connection has
    been closed, each comes to its end.
    """

    def __init__(self, response: StreamedResponse, deadlines: Deadlines) -> None:
        super().__init__(deadlines)
        self._response = response
        self._pieces = response.aiter_bytes()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leaving = sys.exception()
        await self._response.aclose()
        try:
            async for _ in self._pieces:
                pass
        except Exception as failure:  # noqa: BLE001 - the body is not wanted any more
            _forget(failure, leaving)

    async def read(self) -> bytes | None:
        """See `Body.read`."""
        arriving = anext(self._pieces, None)
        piece = await (self._watched(arriving) if self.deadlines.near else arriving)
        return None if piece is None else self.counted(piece)

    async def _watched(self, arriving: Awaitable[bytes | None]) -> bytes | None:
        try:
            return await in_time(arriving, self.deadlines)
        except Exception:
            if self.deadlines.over:
                return None
            raise

    async def whole(self) -> bytes:
        """See `Body.whole`."""
        pieces = []
        while (piece := await self.read()) is not None:
            pieces.append(piece)
            self.deadlines.nothing_arrived()
        return b"".join(pieces)


async def in_time(waiting: Awaitable[ValueT], deadlines: Deadlines) -> ValueT:
    """The value, if it comes before the nearest deadline.

    Raises:
        HttpTimeoutError: it does not.
    """
    left = deadlines.left()
    if left == math.inf:
        return await waiting
    from anyio import move_on_after  # the SDKs have imported it

    with move_on_after(max(left, 0.0)):
        return await waiting
    raise deadlines.exceeded()


def interrupt(response: object) -> None:
    """End a read in another thread, by shutting down the socket of the response."""
    own = getattr(response, "interrupt", None)
    if callable(own):
        own()
        return
    stream = getattr(response, "extensions", {}).get("network_stream")  # of httpx and httpx2
    if stream is not None:
        shut(stream.get_extra_info("socket"))


def shut(connection: socket.socket | None) -> None:
    """End all reading from a connection. `SSLSocket.shutdown` would drop the object that a reader still uses."""
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _forget(error: BaseException | None, leaving: BaseException | None) -> None:
    """Drop the references of an error: its frames, which hold the transport, hold the error again through httpx's own.

    The exception behind it by which the block is left belongs to the caller.
    """
    while error is not None and error is not leaving:
        behind = error.__context__
        error.__traceback__ = error.__context__ = error.__cause__ = None
        error = behind
