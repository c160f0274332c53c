"""A whole answer, handed out as a stream: for providers that implement `generate` alone."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import TYPE_CHECKING

from god_llm.domain.deltas import (
    Delta,
    FinishedDelta,
    PartDelta,
    StartedDelta,
    TextDelta,
    UsageDelta,
)
from god_llm.domain.parts import TextPart
from god_llm.engine.collector import Collector

if TYPE_CHECKING:
    from god_llm.domain.messages import AIMessage

__all__ = ["Playback", "taken_apart"]


def taken_apart(message: AIMessage) -> Generator[Delta, None, None]:
    """The deltas that a stream of this message would have brought."""
    yield StartedDelta(message.response_id, message.response_model)
    for index, part in enumerate(message.parts):
        yield TextDelta(part.text, index) if isinstance(part, TextPart) else PartDelta(part, index)
    if message.usage is not None:
        yield UsageDelta(message.usage)
    yield FinishedDelta(message.finish_reason, message.raw_finish_reason, message.metadata or {})


class Playback:
    """A whole answer, handed out as a stream."""

    def __init__(self) -> None:
        self._collector = Collector()
        self._whole: AIMessage | None = None
        self._ended = False

    def message(self) -> AIMessage:
        """What was handed out so far, as the same message all along; the answer itself at the end."""
        if self._whole is not None and self._ended:
            return self._whole
        said = self._collector.message()
        if self._whole is None:
            return said
        return self._whole.model_copy(update={name: getattr(said, name) for name in _SAID})

    def deltas(self, generate: Callable[[], AIMessage]) -> Generator[Delta, None, None]:
        """The deltas of an answer, which is generated when the first delta is asked for."""
        yield from self._play(generate())

    async def adeltas(self, agenerate: Callable[[], Awaitable[AIMessage]]) -> AsyncGenerator[Delta, None]:
        """`deltas`, for async code."""
        for delta in self._play(await agenerate()):
            yield delta

    def _play(self, whole: AIMessage) -> Generator[Delta, None, None]:
        self._whole = whole
        for delta in taken_apart(whole):
            self._collector.add(delta)
            self._ended = isinstance(delta, FinishedDelta)
            yield delta


# What deltas say of a message.
_SAID = (
    "content",
    "parts",
    "response_id",
    "response_model",
    "usage",
    "finish_reason",
    "raw_finish_reason",
    "metadata",
)
