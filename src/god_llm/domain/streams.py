"""A streamed answer: iterate over its deltas, then read its `message`.

`with llm.stream(...) as stream:` releases the connection at the end of the block, however it is left.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self

from god_llm.domain.messages import AIMessage, ModelT

if TYPE_CHECKING:
    from god_llm.domain.deltas import Delta

__all__ = ["AsyncStream", "Stream"]


class Stream(Generic[ModelT]):
    """The deltas of one answer, as they arrive. It can be gone through once."""

    def __init__(self, deltas: Generator[Delta, None, None], message: Callable[[], AIMessage[ModelT]]) -> None:
        self._deltas = deltas
        self._message = message

    @property
    def message(self) -> AIMessage[ModelT]:
        """What the deltas handed out so far say; the whole answer once the stream has ended."""
        return self._message()

    def __iter__(self) -> Iterator[Delta]:
        return self._deltas

    def __next__(self) -> Delta:
        return next(self._deltas)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop here and release the connection; closing twice does nothing."""
        self._deltas.close()


class AsyncStream(Generic[ModelT]):
    """`Stream` for async code."""

    def __init__(self, deltas: AsyncGenerator[Delta, None], message: Callable[[], AIMessage[ModelT]]) -> None:
        self._deltas = deltas
        self._message = message

    @property
    def message(self) -> AIMessage[ModelT]:
        """What the deltas handed out so far say; the whole answer once the stream has ended."""
        return self._message()

    def __aiter__(self) -> AsyncIterator[Delta]:
        return self._deltas

    async def __anext__(self) -> Delta:
        return await anext(self._deltas)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop here and release the connection; closing twice does nothing."""
        await self._deltas.aclose()
