"""Laws of what breaks off: by the service, by the network, or because nobody listens any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Final, Literal

import pytest

from god_llm.domain.exceptions import BaseLLMException, ConnectionFailedError, StreamInterruptedError
from god_llm.domain.messages import AIMessage
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.collector import Collector
from god_llm.testing.conformance.capabilities import Facade
from god_llm.testing.conformance.recordings import Kind, Recording
from god_llm.testing.conformance.suite import Suite, asked, awaited, failure
from god_llm.testing.conformance.watched import WatchedTransport

__all__ = ["InterruptionLaws"]


class _Stop(Exception):  # noqa: N818 - no error: an application's own way out
    """Raised by the application in the middle of a stream."""


class InterruptionLaws(Suite):
    """What broke off is never taken for whole, and what is left is released."""

    def test_truncation_raises(self, recording: Recording, kind: Kind) -> None:
        """A stream that ends before the provider's own end event, wherever, raises `StreamInterruptedError`."""
        events = [*recording.streamed]
        for length in range(len(events) - recording.trailing):
            error, told = self._broken(events[:length], kind)
            assert isinstance(error, StreamInterruptedError), (length, error)
            assert error.partial is not None, length
            assert error.partial.parts == told.parts, length
            assert recording.content.startswith(error.partial.content), length

    def test_what_comes_after_the_end_may_be_missing(self, recording: Recording, kind: Kind) -> None:
        """A stream with its end event is whole, also without the events that `trailing` counts."""
        events = [*recording.streamed]
        kept = WatchedTransport(events=events[: len(events) - recording.trailing])
        assert asked(self.make(transport=kept), _streaming(kind)).content == recording.content

    def test_an_error_in_the_middle_carries_what_came(self, recording: Recording, kind: Kind) -> None:
        """A connection that breaks after any event raises its own error, with the message so far as `.partial`."""
        events = [*recording.streamed]
        for length in range(len(events)):
            broken = ConnectionFailedError("the connection broke")
            error, told = self._broken([*events[:length], broken], kind)
            # Once an answer has begun, the same failure is that of a stream, too: a `ConnectionLostError`.
            assert broken in (error, error.__cause__), length
            assert isinstance(error, ConnectionFailedError), length
            assert error.partial is not None, length
            assert error.partial.parts == told.parts, length
            assert error.provider is not None, length

    def test_a_stream_left_early_is_released(self, recording: Recording, kind: Kind) -> None:
        """After `close()`, and after leaving the `with` block by an exception, the transport's stream is closed."""
        for leave in _WAYS_OUT[kind]:
            llm, transport = self._playing(recording)
            leave(llm)
            assert len(transport.requests) == 1, leave.__name__
            assert transport.under_way == 0, leave.__name__

    def test_a_cancelled_stream_is_released(self, recording: Recording) -> None:
        """Cancelling the task that listens raises `CancelledError` there, and closes the transport's stream."""
        self._needs_async(streams=True)
        transport = WatchedTransport(events=[*recording.streamed], stalls=True)
        llm = self.make(transport=transport)

        async def listen() -> None:
            async for _ in llm.astream("hello"):
                pass

        _cancelled(listen, transport)

    def test_a_cancelled_call_is_released(self, recording: Recording) -> None:
        """Cancelling a call that waits for its reply raises `CancelledError` there, and ends the transport's call."""
        self._needs_async(streams=False)
        transport = WatchedTransport(recording.reply or {}, stalls=True)
        llm = self.make(transport=transport)
        _cancelled(lambda: llm.agenerate("hello"), transport)

    def _broken(self, events: Sequence[JsonObject | Exception], kind: Kind) -> tuple[BaseLLMException, AIMessage]:
        """The error of a stream, and what its deltas told before it; the transport's stream is closed."""
        transport, collector = WatchedTransport(events=events), Collector()
        error = failure(self.make(transport=transport), _streaming(kind), into=collector.add)
        assert transport.under_way == 0
        return error, collector.message()

    def _needs_async(self, *, streams: bool) -> None:
        if "async" not in self.claims or (streams and "streams" not in self.claims):
            pytest.skip("the suite does not claim async" + (" streams" if streams else ""))


def _close_by_hand(llm: Facade) -> None:
    stream = llm.stream("hello")
    next(stream)
    stream.close()
    stream.close()


def _raise_in_the_block(llm: Facade) -> None:
    with suppress(_Stop), llm.stream("hello") as stream:
        next(stream)
        raise _Stop


def _aclose_by_hand(llm: Facade) -> None:
    async def leave() -> None:
        stream = llm.astream("hello")
        await anext(stream)
        await stream.aclose()
        await stream.aclose()

    awaited(leave)


def _raise_in_the_async_block(llm: Facade) -> None:
    async def leave() -> None:
        with suppress(_Stop):
            async with llm.astream("hello") as stream:
                await anext(stream)
                raise _Stop

    awaited(leave)


_WAYS_OUT: Final[Mapping[Kind, Sequence[Callable[[Facade], None]]]] = {
    "sync": (_close_by_hand, _raise_in_the_block),
    "async": (_aclose_by_hand, _raise_in_the_async_block),
}


def _cancelled(call: Callable[[], Coroutine[object, object, object]], transport: WatchedTransport) -> None:
    """Begin the call, cancel it where it waits, and see it cancelled and released at once."""

    async def main() -> None:
        task = asyncio.create_task(call())
        for _ in range(1000):  # it may take some turns of the loop to begin
            await asyncio.sleep(0)
            if transport.under_way:
                break
        assert transport.under_way, "nothing was asked of the transport"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert transport.under_way == 0

    awaited(main)


def _streaming(kind: Kind) -> Literal["stream", "astream"]:
    return "stream" if kind == "sync" else "astream"
