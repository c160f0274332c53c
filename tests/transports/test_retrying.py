"""Retries: what is tried again, how long it waits, and when it stops."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator
from itertools import pairwise

import pytest

from god_llm import (
    AuthenticationError,
    ChatAnthropic,
    ConnectionFailedError,
    ContextLengthError,
    InvalidSettingError,
    MalformedResponseError,
    OverloadedError,
    RateLimitError,
    RetryingTransport,
    TimeoutExceededError,
)
from god_llm.protocols import AsyncTransport, Transport
from god_llm.testing import FakeTransport
from god_llm.transports.retrying import retrying

REQUEST = {"ask": "hi"}
REPLY = {"said": "hello"}
EVENTS = [{"n": 1}, {"n": 2}]
AT_ONCE = 0.001

LASTING = [
    AuthenticationError(),
    ContextLengthError(),
    MalformedResponseError(),
    RateLimitError(retryable=False),
    ZeroDivisionError(),
]


def soon() -> RateLimitError:
    """An error after which the provider asks to wait for a moment."""
    return RateLimitError(retry_after=AT_ONCE)


async def collected(events: AsyncGenerator[object, None]) -> list[object]:
    """All events of an async stream."""
    return [event async for event in events]


def test_it_is_a_transport_for_both_kinds_of_calls() -> None:
    """A transport with retries fits wherever the one inside does."""
    wrapped: Transport[dict[str, str]] = RetryingTransport(FakeTransport(REPLY))
    assert isinstance(wrapped, Transport)
    assert isinstance(wrapped, AsyncTransport)


def test_what_may_succeed_later_is_tried_again() -> None:
    """After a passing failure the same request is sent again, and the answer is the later one."""
    inner = FakeTransport(soon(), OverloadedError(retry_after=0), REPLY)
    assert RetryingTransport(inner).send(REQUEST) == REPLY
    assert inner.requests == [REQUEST] * 3


def test_async_calls_are_tried_again_too() -> None:
    """The same holds for async calls."""
    inner = FakeTransport(soon(), soon(), REPLY)
    assert asyncio.run(RetryingTransport(inner).asend(REQUEST)) == REPLY
    assert len(inner.requests) == 3


@pytest.mark.parametrize("error", LASTING)
def test_what_would_fail_again_is_not_tried_again(error: Exception) -> None:
    """What is not marked as passing is raised as it is, at once, and so is an error that is not ours."""
    inner = FakeTransport(error, REPLY)
    with pytest.raises(type(error)) as caught:
        RetryingTransport(inner).send(REQUEST)
    assert caught.value is error
    assert len(inner.requests) == 1


@pytest.mark.parametrize("retries", [1, 2, 4])
def test_it_gives_up_after_the_tries_it_was_given(retries: int) -> None:
    """`max_retries` counts the tries after the first one; then the provider's last error is raised."""
    errors = [soon() for _ in range(retries + 1)]
    inner = FakeTransport(*errors, REPLY)
    with pytest.raises(RateLimitError) as caught:
        RetryingTransport(inner, max_retries=retries).send(REQUEST)
    assert caught.value is errors[-1]
    assert len(inner.requests) == retries + 1


def test_the_pause_the_provider_asks_for_is_kept() -> None:
    """`Retry-After` is obeyed: no try starts before it is over."""
    started: list[float] = []

    def answer(_: object) -> Exception:
        started.append(time.monotonic())
        return RateLimitError(retry_after=0.05)

    with pytest.raises(RateLimitError):
        RetryingTransport(FakeTransport(answer), max_retries=2).send(REQUEST)
    pauses = [after - before for before, after in pairwise(started)]
    assert len(pauses) == 2
    assert all(0.05 <= pause < 0.4 for pause in pauses)


def test_without_a_word_from_the_provider_the_pause_is_ours() -> None:
    """A lost connection is tried again after a pause of about half a second or less, not at once."""
    inner = FakeTransport(ConnectionFailedError(), REPLY)
    before = time.monotonic()
    assert RetryingTransport(inner).send(REQUEST) == REPLY
    assert 0.25 <= time.monotonic() - before < 1.5


@pytest.mark.parametrize("error", [RateLimitError(retry_after=3600), OverloadedError(retry_after=121)])
def test_a_pause_beyond_the_budget_is_not_waited_for(error: Exception) -> None:
    """A provider that asks to wait longer than the budget is not tried again: its error comes at once."""
    inner = FakeTransport(error, REPLY)
    before = time.monotonic()
    with pytest.raises(type(error)):
        RetryingTransport(inner, max_seconds=120).send(REQUEST)
    assert time.monotonic() - before < 1
    assert len(inner.requests) == 1


def test_no_try_starts_after_the_budget_in_time() -> None:
    """However many tries are left, none starts later than `max_seconds` after the first."""
    inner = FakeTransport(lambda _: RateLimitError(retry_after=0.03))
    with pytest.raises(RateLimitError):
        RetryingTransport(inner, max_retries=1000, max_seconds=0.1).send(REQUEST)
    assert 2 <= len(inner.requests) <= 4


def test_the_first_try_counts_towards_the_budget() -> None:
    """A first try that took all the time there was is not followed by another, sync or async."""

    def slow(_: object) -> Exception:
        time.sleep(0.1)
        return RateLimitError(retry_after=0)

    sync, other = FakeTransport(slow, REPLY), FakeTransport(slow, REPLY)
    with pytest.raises(RateLimitError):
        RetryingTransport(sync, max_seconds=0.09).send(REQUEST)
    with pytest.raises(RateLimitError):
        asyncio.run(RetryingTransport(other, max_seconds=0.09).asend(REQUEST))
    assert (len(sync.requests), len(other.requests)) == (1, 1)


def test_an_async_call_that_would_fail_again_is_not_tried_again() -> None:
    """What is lasting is raised at once there, too."""
    inner = FakeTransport(AuthenticationError(), REPLY)
    with pytest.raises(AuthenticationError):
        asyncio.run(RetryingTransport(inner).asend(REQUEST))
    assert len(inner.requests) == 1


# -- streams ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [soon(), [soon()]])
def test_a_stream_that_fails_before_its_first_event_is_tried_again(failure: Exception | list[Exception]) -> None:
    """Nothing was handed out yet, so nobody can tell."""
    inner = FakeTransport(failure, EVENTS)
    assert list(RetryingTransport(inner).stream(REQUEST)) == EVENTS
    assert len(inner.requests) == 2


def test_an_async_stream_is_tried_again_too() -> None:
    """The same holds for async streams."""
    inner = FakeTransport([soon()], soon(), EVENTS)
    assert asyncio.run(collected(RetryingTransport(inner).astream(REQUEST))) == EVENTS
    assert len(inner.requests) == 3


def test_a_stream_is_never_tried_again_after_its_first_event() -> None:
    """What was handed out can't be taken back: the error is raised, and the request is not sent twice."""
    inner = FakeTransport([EVENTS[0], soon()], EVENTS)
    events = RetryingTransport(inner).stream(REQUEST)
    assert next(events) == EVENTS[0]
    with pytest.raises(RateLimitError):
        next(events)
    assert len(inner.requests) == 1


def test_an_async_stream_is_never_tried_again_after_its_first_event() -> None:
    """The same holds for async streams."""
    inner = FakeTransport([EVENTS[0], soon()], EVENTS)
    with pytest.raises(RateLimitError):
        asyncio.run(collected(RetryingTransport(inner).astream(REQUEST)))
    assert len(inner.requests) == 1


def test_a_stream_without_events_ends() -> None:
    """An empty stream is an empty stream, not a failure of the transport."""
    assert list(RetryingTransport(FakeTransport([])).stream(REQUEST)) == []
    assert asyncio.run(collected(RetryingTransport(FakeTransport([])).astream(REQUEST))) == []


class Watched:
    """A transport whose streams tell when they are closed."""

    def __init__(self) -> None:
        self.requests: list[object] = []
        self.closed = 0

    def send(self, request: object, /) -> dict[str, object]:
        """Not used here."""
        raise NotImplementedError

    def stream(self, request: object, /) -> Generator[dict[str, object], None, None]:
        """Events without end."""
        self.requests.append(request)
        try:
            while True:
                yield {}
        finally:
            self.closed += 1

    async def asend(self, request: object, /) -> dict[str, object]:
        """Not used here."""
        raise NotImplementedError

    async def astream(self, request: object, /) -> AsyncGenerator[dict[str, object], None]:
        """Events without end."""
        self.requests.append(request)
        try:
            while True:
                yield {}
        finally:
            self.closed += 1


def test_leaving_a_stream_closes_the_one_inside() -> None:
    """A stream that is left early releases its connection at once."""
    inner = Watched()
    events = RetryingTransport(inner).stream(REQUEST)
    next(events)
    events.close()
    assert inner.closed == 1

    async def left() -> None:
        events = RetryingTransport(inner).astream(REQUEST)
        await anext(events)
        await events.aclose()

    asyncio.run(left())
    assert inner.closed == 2


# -- closing and choosing ---------------------------------------------------------------------------------------


def test_closing_closes_the_transport_inside() -> None:
    """Both kinds of closing reach what holds the connections."""
    inner, other = FakeTransport(REPLY), FakeTransport(REPLY)
    RetryingTransport(inner).close()
    asyncio.run(RetryingTransport(other).aclose())
    assert (inner.closed, other.closed) == (True, True)


def test_no_retries_is_no_wrapper() -> None:
    """With `max_retries=0` the transport is used as it is; a negative number is refused."""
    inner = FakeTransport(REPLY)
    assert retrying(inner, 0) is inner
    assert isinstance(retrying(inner, 1), RetryingTransport)
    with pytest.raises(InvalidSettingError, match="max_retries"):
        retrying(inner, -1)
    with pytest.raises(InvalidSettingError, match="max_retries"):
        ChatAnthropic("claude-sonnet-5-5", api_key="key", max_retries=-1)


def test_cancelling_is_not_retried() -> None:
    """A call that is cancelled while it waits ends at once; its request is not sent again."""
    inner = FakeTransport(RateLimitError(retry_after=30))

    async def impatient() -> None:
        async with asyncio.timeout(0.05):
            await RetryingTransport(inner).asend(REQUEST)

    before = time.monotonic()
    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert time.monotonic() - before < 5
    assert len(inner.requests) == 1


def test_a_timeout_is_a_passing_failure() -> None:
    """No answer in time may be one the next time."""
    assert TimeoutExceededError.retryable
