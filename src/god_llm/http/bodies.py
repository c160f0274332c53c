"""The body of a streamed HTTP response, for async code."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

__all__ = ["StreamedResponse", "pieces_of"]


class StreamedResponse(Protocol):
    """What we use of httpx's and httpx2's response."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body, as it arrives."""
        ...

    async def aclose(self) -> None:
        """Release the connection."""
        ...


@asynccontextmanager
async def pieces_of(response: StreamedResponse) -> AsyncGenerator[AsyncIterator[bytes], None]:
    """The body, as it arrives; at the end of the block, however it is left, the connection is released.

    httpx's iterators stand in each other and don't close each other: of a body that is left in its middle, six
    would wait for the garbage collector, which asyncio makes tasks of and trio complains about. Read on after the
    connection has been closed, each comes to its end.
    """
    pieces = response.aiter_bytes()
    try:
        yield pieces
    finally:
        leaving = sys.exception()
        await response.aclose()
        try:
            async for _ in pieces:
                pass
        except Exception as error:  # noqa: BLE001 - whatever is said of a body that nobody wants any more
            _forget(error, leaving)


def _forget(error: BaseException | None, leaving: BaseException | None) -> None:
    """Let go of what an error holds: its frames, which hold the transport, hold the error again through httpx's own.

    What stands behind it, the exception by which the block is left, is somebody else's.
    """
    while error is not None and error is not leaving:
        behind = error.__context__
        error.__traceback__ = error.__context__ = error.__cause__ = None
        error = behind
