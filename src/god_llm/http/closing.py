"""Closing parts that hold connections; a part that has nothing to close is left alone."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["aclose_part", "close_part"]


@runtime_checkable
class _Closable(Protocol):
    def close(self) -> None: ...


@runtime_checkable
class _AsyncClosable(Protocol):
    async def aclose(self) -> None: ...


def close_part(part: object) -> None:
    """Close what sync calls opened."""
    if isinstance(part, _Closable):
        part.close()


async def aclose_part(part: object) -> None:
    """Close what async calls opened on the running event loop."""
    if isinstance(part, _AsyncClosable):
        await part.aclose()
