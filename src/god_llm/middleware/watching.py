"""The base of middleware that acts at the start and the end of each call, and leaves calls and answers alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import aclosing, closing
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.finish import FinishReason
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.usage import Usage
    from god_llm.protocols import LanguageModel

__all__ = ["Watch", "Watching"]


class Watch(ABC):
    """One call: `begin` at its start, `end` when it is over, however that comes about.

    Attributes:
        usage: the token counts, once known.
        finish_reason: why the model stopped, once known.
        response_id, response_model: as the provider names them, once known.
        service_tier: the tier that answered, if the provider names it.
        begun: whether anything of an answer came.
        complete: whether the answer came to its end.
    """

    usage: Usage | None = None
    finish_reason: FinishReason | None = None
    response_id: str | None = None
    response_model: str | None = None
    service_tier: str | None = None
    begun: bool = False
    complete: bool = False

    @abstractmethod
    def begin(self) -> None:
        """Act before the call. An error that is raised here takes the place of the call."""

    @abstractmethod
    def end(self, error: BaseException | None) -> None:
        """Act after the call; the error is None after an answer, `GeneratorExit` for a stream that was left."""

    def answered(self, message: AIMessage) -> AIMessage:
        """The message, once its facts are noted."""
        self.begun = self.complete = True
        self.usage, self.finish_reason = message.usage, message.finish_reason
        self.response_id, self.response_model = message.response_id, message.response_model
        self._note_tier(message.metadata or {})
        return message

    def see(self, delta: Delta) -> None:
        """Note the facts of a delta."""
        from god_llm.domain.deltas import FinishedDelta, StartedDelta, UsageDelta  # only streams need them

        self.begun = True
        match delta:
            case UsageDelta():
                self.usage = delta.usage
            case StartedDelta():
                self.response_id, self.response_model = delta.response_id, delta.response_model
            case FinishedDelta():
                self.complete, self.finish_reason = True, delta.finish_reason
                self._note_tier(delta.metadata)
            case _:
                pass

    def _note_tier(self, metadata: Mapping[str, object]) -> None:
        tier = metadata.get("service_tier")
        self.service_tier = tier if isinstance(tier, str) else None

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(error)


class Watching(ABC):
    """A language model whose calls are watched.

    Args:
        inner: the language model to wrap.
    """

    def __init__(self, inner: LanguageModel) -> None:
        self.inner = inner

    @abstractmethod
    def watch(self, call: Call, *, streamed: bool) -> Watch:
        """The watch of one call."""

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        with self.watch(call, streamed=False) as watch:
            return watch.answered(self.inner.respond(call))

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        with self.watch(call, streamed=False) as watch:
            return watch.answered(await self.inner.arespond(call))

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        with self.watch(call, streamed=True) as watch, closing(self.inner.stream(call)) as deltas:
            for delta in deltas:
                watch.see(delta)
                yield delta

    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        with self.watch(call, streamed=True) as watch:
            async with aclosing(self.inner.astream(call)) as deltas:
                async for delta in deltas:
                    watch.see(delta)
                    yield delta
