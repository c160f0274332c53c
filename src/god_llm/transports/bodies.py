"""The body of a streamed HTTP response, for async code."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
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
        await response.aclose()
        with suppress(Exception):
            async for _ in pieces:
                pass
