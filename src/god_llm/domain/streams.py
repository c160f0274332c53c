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

    @property
    def text(self) -> Iterator[str]:
        """Iterates over the pieces of visible text, without reasoning, refusals and tool calls.

        Reading it reads the stream: what was read as text is not among the deltas that follow, and `message` has all.
        """
        return _texts(self._deltas)

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

    @property
    def text(self) -> AsyncIterator[str]:
        """Iterates over the pieces of visible text; see `Stream.text`."""
        return _atexts(self._deltas)

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


def _texts(deltas: Iterator[Delta]) -> Iterator[str]:
    from god_llm.domain.deltas import TextDelta  # loaded with the first stream, not with `god_llm`

    for delta in deltas:
        if isinstance(delta, TextDelta) and delta.text:
            yield delta.text


async def _atexts(deltas: AsyncIterator[Delta]) -> AsyncIterator[str]:
    from god_llm.domain.deltas import TextDelta

    async for delta in deltas:
        if isinstance(delta, TextDelta) and delta.text:
            yield delta.text
