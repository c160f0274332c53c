"""The latency of a stream: from its first delta asked for to its end, and the same at every later look."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from typing import Any, Final, TypeAlias

import pytest

from god_llm import (
    AIMessage,
    AsyncStream,
    ChatAnthropic,
    ConnectionFailedError,
    ConnectionLostError,
    FinishedDelta,
    Stream,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import FakeTransport

EVENTS: Final[list[JsonObject | Exception]] = [
    {"type": "message_start", "message": {"id": "msg_1", "model": "claude", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello."}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    {"type": "message_stop"},
]
WORK: Final = 0.05
"""Seconds that the provider takes before its first event."""
IDLE: Final = 0.3
"""Seconds that the application does something else."""


class Slow:
    """A transport that takes some time for its first event."""

    def __init__(self, *events: JsonObject | Exception) -> None:
        self.fake = FakeTransport(events)

    def send(self, request: JsonObject, /) -> JsonObject:
        """Not used here."""
        raise NotImplementedError

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """Not used here."""
        raise NotImplementedError

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """The events, late."""
        time.sleep(WORK)
        yield from self.fake.stream(request)

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """The events, late."""
        await asyncio.sleep(WORK)
        for event in self.fake.stream(request):
            yield event


def claude(*events: JsonObject | Exception) -> ChatAnthropic:
    """A model over a slow transport."""
    return ChatAnthropic("claude-haiku-4-5", transport=Slow(*(events or EVENTS)))


def latency(message: AIMessage) -> float:
    """The seconds that a message says it took."""
    assert message.metadata is not None
    seconds: object = message.metadata["latency"]
    assert isinstance(seconds, float)
    return seconds


class Driven:
    """A sync or an async stream behind one set of methods. Any: the loop runs whatever it is given."""

    def __init__(self, llm: ChatAnthropic, kind: str) -> None:
        self.loop = asyncio.new_event_loop() if kind == "astream" else None
        self.stream: Stream | AsyncStream = llm.stream("hi") if kind == "stream" else llm.astream("hi")

    def step(self) -> object:
        """The next delta; None at the end."""
        if isinstance(self.stream, Stream):
            return next(self.stream, None)
        return self._run(anext(self.stream, None))

    def leave(self) -> None:
        """Close the stream."""
        if isinstance(self.stream, Stream):
            self.stream.close()
        else:
            self._run(self.stream.aclose())

    def end(self) -> None:
        """Close the loop."""
        if self.loop is not None:
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.close()

    def _run(self, step: Any) -> object:  # Any: see the class
        assert self.loop is not None

        async def run() -> object:
            return await step

        result: object = self.loop.run_until_complete(run())
        return result


def read_out(driven: Driven) -> None:
    """Read to the end."""
    while driven.step() is not None:
        pass


def to_the_last_delta(driven: Driven) -> None:
    """Read all deltas, and do not ask whether there are more."""
    while not isinstance(driven.step(), FinishedDelta):
        pass


def leave_in_the_middle(driven: Driven) -> None:
    """Read one delta and close."""
    driven.step()
    driven.leave()


def leave_unread(driven: Driven) -> None:
    """Close before the first delta."""
    driven.leave()


Use: TypeAlias = Callable[[Driven], None]
USES: Final[Mapping[str, Use]] = {
    "read": read_out,
    "all deltas": to_the_last_delta,
    "left": leave_in_the_middle,
    "left unread": leave_unread,
}
every_kind = pytest.mark.parametrize("kind", ["stream", "astream"])


@every_kind
@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_two_looks_at_a_stream_that_is_over_are_equal(kind: str, use: Use) -> None:
    """However it ended, its message is one value, latency included."""
    driven = Driven(claude(), kind)
    use(driven)
    first = driven.stream.message
    time.sleep(0.02)
    assert driven.stream.message == first
    driven.end()


@every_kind
@pytest.mark.parametrize("use", [read_out, to_the_last_delta, leave_in_the_middle])
def test_latency_counts_from_the_first_delta_asked_for_to_the_end(kind: str, use: Use) -> None:
    """Neither the time before the request was sent counts, nor that after the stream was over."""
    driven = Driven(claude(), kind)
    time.sleep(IDLE)
    use(driven)
    time.sleep(IDLE)
    assert WORK * 0.9 <= latency(driven.stream.message) < IDLE
    driven.end()


@every_kind
def test_a_stream_that_was_not_sent_took_no_time(kind: str) -> None:
    """Before the first delta is asked for there is no latency."""
    driven = Driven(claude(), kind)
    time.sleep(0.02)
    assert latency(driven.stream.message) == 0
    driven.leave()
    assert latency(driven.stream.message) == 0
    driven.end()


@every_kind
def test_the_time_between_two_deltas_counts(kind: str) -> None:
    """It is the time until the answer was complete, as the reader lived it."""
    driven = Driven(claude(), kind)
    driven.step()
    time.sleep(WORK)
    read_out(driven)
    assert latency(driven.stream.message) >= 2 * WORK * 0.9
    driven.end()


@every_kind
def test_the_partial_of_an_error_is_the_message_of_the_stream(kind: str) -> None:
    """Both say the same of a stream that broke, however late they are looked at."""
    driven = Driven(claude(*EVENTS[:3], ConnectionFailedError("gone")), kind)
    with pytest.raises(ConnectionLostError) as caught:
        read_out(driven)
    time.sleep(0.02)
    assert driven.stream.message == driven.stream.message == caught.value.partial
    assert latency(driven.stream.message) >= WORK * 0.9
    driven.end()
