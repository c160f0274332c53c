"""One client per running event loop."""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

__all__ = ["PerLoop"]

ClientT = TypeVar("ClientT")


def _running() -> object:
    """What stands for the running loop: asyncio's loop, or trio's token."""
    trio = sys.modules.get("trio")
    if trio is not None:
        try:
            token: object = trio.lowlevel.current_trio_token()
        except RuntimeError:
            pass  # not inside trio
        else:
            return token
    import asyncio

    return asyncio.get_running_loop()


class PerLoop(Generic[ClientT]):
    """Opens a client for each event loop that asks, and closes it when that loop ends.

    Async clients are bound to the loop that first used them; a facade that lives longer than one
    `asyncio.run` needs one each.

    Args:
        opened: makes a client, inside the loop. It must not hold the owner of this, which could then not be
            freed, and its clients with it, before the garbage collector comes round.
        closed: closes one, inside the same loop.
    """

    def __init__(self, opened: Callable[[], ClientT], closed: Callable[[ClientT], Awaitable[None]]) -> None:
        self._opened = opened
        self._closed = closed
        self._guards: WeakKeyDictionary[object, tuple[ClientT, AsyncGenerator[None, None]]] = WeakKeyDictionary()

    def has_client(self) -> bool:
        """Whether the running loop has a client already."""
        return _running() in self._guards

    async def get(self) -> ClientT:
        """The running loop's client."""
        loop = _running()
        held = self._guards.get(loop)
        if held is not None:
            return held[0]
        client = self._opened()
        guard = _guard(client, self._closed)
        self._guards[loop] = (client, guard)
        # From here on the loop knows the generator, and closes it when it shuts down.
        await anext(guard)
        return client

    async def close(self) -> None:
        """Close the running loop's client; the next `get` opens another."""
        held = self._guards.pop(_running(), None)
        if held is not None:
            await held[1].aclose()


async def _guard(client: ClientT, closed: Callable[[ClientT], Awaitable[None]]) -> AsyncGenerator[None, None]:
    """Closes the client when it is closed itself: by hand, by its loop's end, or with the last who held it."""
    try:
        yield
    finally:
        await closed(client)
