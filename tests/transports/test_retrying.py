"""Retries: what is tried again, how long it waits, and when it stops."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
import pickle
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from itertools import pairwise
from typing import Literal

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from god_llm import (
    AuthenticationError,
    BaseLLMException,
    ChatAnthropic,
    ConnectionFailedError,
    ContextLengthError,
    InvalidSettingError,
    MalformedResponseError,
    OverloadedError,
    RateLimitError,
    RetryingTransport,
    TimeoutExceededError,
    UnsupportedParameterError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import AsyncTransport, Transport
from god_llm.testing import FakeTransport
from god_llm.transports.retrying import RetryAttempt, retrying

REQUEST = {"ask": "hi"}
REPLY = {"said": "hello"}
EVENTS = [{"n": 1}, {"n": 2}]
AT_ONCE = 0.001
LONGEST = 60
"""Seconds that a provider may ask to wait, by default."""

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


@pytest.mark.parametrize("asked", [61, 100, 1e300])
def test_a_longer_wait_than_the_longest_pause_ends_the_call_at_once(asked: float) -> None:
    """A provider that asks for more than `max_pause` makes nobody wait: its error says for how long it asked."""
    inner = FakeTransport(RateLimitError(retry_after=asked))
    with pytest.raises(RateLimitError) as caught:
        RetryingTransport(inner, max_seconds=1e301, sleep=lambda _: pytest.fail("it waited")).send(REQUEST)
    assert caught.value.retry_after == asked
    assert len(inner.requests) == 1


def test_the_longest_pause_can_be_chosen() -> None:
    """A pause of `max_pause` is kept, and one that is longer is not."""
    waited: list[float] = []
    patient = FakeTransport(RateLimitError(retry_after=3), REPLY)
    assert RetryingTransport(patient, max_pause=3, sleep=waited.append).send(REQUEST) == REPLY
    assert waited == [3]
    with pytest.raises(RateLimitError):
        RetryingTransport(FakeTransport(RateLimitError(retry_after=3.01)), max_pause=3).send(REQUEST)


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


# -- the hook ---------------------------------------------------------------------------------------------------


class Bench:
    """Time that only sleeping and working moves, and a record of everything that is injected."""

    def __init__(self, jitter: Sequence[float] = (0.75,)) -> None:
        self.now = 1000.0
        self.pauses: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.attempts: list[RetryAttempt] = []
        self._jitter = jitter

    def clock(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Sleep without waiting."""
        self.pauses.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        """The same, async."""
        self.sleep(seconds)

    def random(self, low: float, high: float) -> float:
        """The next number of the jitter, between the bounds."""
        share = self._jitter[len(self.bounds) % len(self._jitter)]
        self.bounds.append((low, high))
        return low + share * (high - low)

    def around(
        self, inner: FakeTransport, *, max_retries: int = 2, max_seconds: float = 120
    ) -> RetryingTransport[JsonObject]:
        """A transport with retries whose surroundings are this bench."""
        return RetryingTransport(
            inner,
            max_retries=max_retries,
            max_seconds=max_seconds,
            on_retry=self.attempts.append,
            clock=self.clock,
            sleep=self.sleep,
            asleep=self.asleep,
            random=self.random,
        )


Way = Literal["send", "asend", "stream", "astream"]
WAYS: Sequence[Way] = ("send", "asend", "stream", "astream")


def tried(transport: RetryingTransport[JsonObject], way: Way) -> object:
    """The answer in one of the four ways, or the error in its place."""
    try:
        match way:
            case "send":
                return transport.send({})
            case "asend":
                return asyncio.run(transport.asend({}))
            case "stream":
                return [*transport.stream({})]
            case "astream":
                return asyncio.run(collected(transport.astream({})))
    except BaseLLMException as error:
        return error


@pytest.mark.parametrize("way", WAYS)
def test_the_hook_is_told_of_each_attempt_that_is_retried(way: Way) -> None:
    """It gets number, error, pause and provider, in order and before the pause; the last failure is not reported."""
    errors = [RateLimitError(retry_after=3, provider="groq"), OverloadedError(), ConnectionFailedError()]
    bench = Bench()
    assert tried(bench.around(FakeTransport(*errors)), way) is errors[-1]
    assert bench.attempts == [
        RetryAttempt(number=1, error=errors[0], pause=3, provider="groq"),
        RetryAttempt(number=2, error=errors[1], pause=0.875, provider=None),
    ]
    assert bench.pauses == [3, 0.875]


def test_without_a_retry_the_hook_is_not_called() -> None:
    """An answer at once, a lasting error, and a pause beyond the budget are no retries."""
    bench = Bench()
    for first in (REPLY, AuthenticationError(), RateLimitError(retry_after=120)):
        tried(bench.around(FakeTransport(first, REPLY)), "send")
    assert (bench.attempts, bench.pauses) == ([], [])


def test_what_the_hook_raises_ends_the_call() -> None:
    """The application may stop a call in its hook: no pause, no further attempt."""

    def stop(attempt: RetryAttempt) -> None:
        raise LookupError(attempt.number)

    inner = FakeTransport(soon(), REPLY)
    with pytest.raises(LookupError, match="1"):
        RetryingTransport(inner, on_retry=stop).send(REQUEST)
    assert len(inner.requests) == 1


def test_a_reported_attempt_is_a_value() -> None:
    """It can't be changed, so that one hook may hand it to others."""
    attempt = RetryAttempt(number=1, error=soon(), pause=1, provider=None)
    with pytest.raises(AttributeError):
        attempt.number = 2  # type: ignore[misc]  # the law


def test_the_pauses_are_drawn_between_bounds_that_double() -> None:
    """The jitter is drawn between half the pause and all of it: from 0.5 s, doubled each time, to 8 s at the most."""
    bench = Bench()
    tried(bench.around(FakeTransport(ConnectionFailedError()), max_retries=7), "send")
    assert bench.bounds == [(0.25, 0.5), (0.5, 1), (1, 2), (2, 4), (4, 8), (4, 8), (4, 8), (4, 8)]


def test_a_pause_in_the_past_is_no_pause() -> None:
    """A provider that asks to wait until a moment that is over is asked at once."""
    bench = Bench()
    assert tried(bench.around(FakeTransport(OverloadedError(retry_after=-5), REPLY)), "send") == REPLY
    assert bench.pauses == [0]


def test_any_number_of_retries_is_counted_without_overflow() -> None:
    """Thousands of attempts have the longest pause, not an arithmetic error."""
    bench = Bench()
    tried(bench.around(FakeTransport(ConnectionFailedError()), max_retries=1100, max_seconds=1e9), "send")
    assert len(bench.pauses) == 1100


FAILURES = st.builds(
    lambda seconds, after: (seconds, OverloadedError(retry_after=after)),
    st.floats(0, 50),
    st.none() | st.floats(0, 100),
)


@given(
    failures=st.lists(FAILURES, max_size=6),
    jitter=st.lists(st.floats(0, 1), min_size=1, max_size=4),
    max_retries=st.integers(0, 5),
    max_seconds=st.floats(0, 200),
)
def test_pauses_depend_on_errors_clock_and_random_alone(
    failures: list[tuple[float, OverloadedError]], jitter: list[float], max_retries: int, max_seconds: float
) -> None:
    """The four ways pause alike, as a model of ten lines says, and end alike."""
    outcomes = []
    for way in WAYS:
        bench = Bench(jitter)
        script = [working(bench, *failure) for failure in failures]
        whole = [REPLY] if "send" in way else [EVENTS]
        inner = FakeTransport(*script, *whole)
        answer = tried(bench.around(inner, max_retries=max_retries, max_seconds=max_seconds), way)
        kind = "answer" if answer in (REPLY, EVENTS) else answer
        outcomes.append((bench.pauses, [attempt.pause for attempt in bench.attempts], len(inner.requests), kind))
    expected = modelled(failures, jitter, max_retries, max_seconds)
    assert [(pauses, reported) for pauses, reported, _, _ in outcomes] == [(expected, expected)] * 4
    assert {sent for _, _, sent, _ in outcomes} == {len(expected) + 1}
    assert all(outcome[3] is outcomes[0][3] for outcome in outcomes)


def working(bench: Bench, seconds: float, error: OverloadedError) -> Callable[[object], OverloadedError]:
    """An attempt that takes some time and fails."""

    def failing(_: object) -> OverloadedError:
        bench.now += seconds
        return error

    return failing


def modelled(
    failures: list[tuple[float, OverloadedError]], jitter: list[float], max_retries: int, max_seconds: float
) -> list[float]:
    """The pauses as the documentation has them."""
    bench, started = Bench(jitter), Bench().now
    for number, (seconds, error) in enumerate(failures):
        bench.now += seconds
        longest = min(8, 0.5 * 2**number)
        pause = bench.random(longest / 2, longest) if error.retry_after is None else error.retry_after
        if number >= max_retries or pause > LONGEST or bench.now + pause - started >= max_seconds:
            break
        bench.sleep(pause)
    return bench.pauses


@pytest.mark.parametrize("run", [lambda call: asyncio.run(call()), trio.run])
def test_async_pauses_work_on_both_event_loops(run: Callable[[Callable[[], object]], object]) -> None:
    """The default async sleep is the running event loop's own."""

    async def call() -> object:
        return await RetryingTransport(FakeTransport(soon(), REPLY)).asend(REQUEST)

    assert run(call) == REPLY


@pytest.mark.parametrize("bad", [-1, float("nan")])
def test_limits_below_zero_are_refused(bad: float) -> None:
    """A negative number of retries or seconds is a mistake, also where the wrapper is made by hand."""
    with pytest.raises(InvalidSettingError, match="max_seconds must be at least 0"):
        RetryingTransport(FakeTransport(REPLY), max_seconds=bad)
    with pytest.raises(InvalidSettingError, match="max_retries must be at least 0"):
        RetryingTransport(FakeTransport(REPLY), max_retries=-1)


def test_it_is_copied_and_pickled_with_its_defaults() -> None:
    """A container copies it, a batch on other machines pickles it."""
    wrapped = RetryingTransport(FakeTransport(soon(), REPLY))
    for other in (copy.deepcopy(wrapped), pickle.loads(pickle.dumps(wrapped))):
        assert other.send(REQUEST) == REPLY


def test_the_first_attempt_loads_no_retry_machinery() -> None:
    """Neither the retry library nor logging is loaded while calls succeed, nor where an error is lasting."""
    program = """
import sys
from god_llm import AuthenticationError, RetryingTransport
class Inner:
    def send(self, request):
        if request:
            raise AuthenticationError()
        return {}
transport = RetryingTransport(Inner())
transport.send({})
try:
    transport.send({"fail": True})
except AuthenticationError:
    pass
print(*{"tenacity", "logging", "anyio"} & sys.modules.keys())
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


# -- one call's timeout ------------------------------------------------------------------------------------------


def test_a_timeout_of_one_call_reaches_the_transport_inside() -> None:
    """`with_timeout` is the inner transport's; retries, hook and clock stay as they are, here and there."""
    bench, inner = Bench(), FakeTransport(soon(), REPLY)
    wrapped = bench.around(inner)
    timed = wrapped.with_timeout(2.5)
    assert isinstance(timed, RetryingTransport)
    assert timed.send(REQUEST) == REPLY
    assert (inner.timeouts, wrapped.inner, len(bench.attempts)) == ([2.5], inner, 1)


def test_a_transport_that_has_no_timeout_is_named() -> None:
    """A timeout that would be ignored is an error that names the class and what to give it."""
    with pytest.raises(UnsupportedParameterError, match=r"Watched .*with_timeout\(timeout\)"):
        RetryingTransport(Watched()).with_timeout(1)


# -- what is logged ----------------------------------------------------------------------------------------------


def test_a_retry_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """The default hook logs provider, attempt, pause, and class, status, code and request id of the error."""
    error = RateLimitError(
        "the prompt was: secret",
        provider="groq",
        status_code=429,
        code="rate_limit_exceeded",
        request_id="req-1",
        retry_after=AT_ONCE,
        body={"prompt": "secret"},
    )
    RetryingTransport(FakeTransport(error, TimeoutExceededError("secret"), REPLY)).send(REQUEST)
    first, second = caplog.records
    assert (first.name, first.levelno, first.exc_info) == ("god_llm.retries", logging.WARNING, None)
    assert first.getMessage() == (
        "groq: attempt 1 failed with RateLimitError (status 429, code rate_limit_exceeded, request req-1);"
        " next attempt in 0.00 s"
    )
    fields = {name: vars(first)[name] for name in ("event", "attempt", "pause", "error", "status", "request_id")}
    assert fields == {
        "event": "retry",
        "attempt": 1,
        "pause": AT_ONCE,
        "error": "RateLimitError",
        "status": 429,
        "request_id": "req-1",
    }
    assert (vars(second)["error"], vars(second)["status"]) == ("TimeoutExceededError", None)
    assert "secret" not in json.dumps([vars(record) for record in caplog.records], default=str)


def test_a_code_that_is_prose_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A server may put the prompt where its code belongs: what is no identifier is left out."""
    RetryingTransport(
        FakeTransport(OverloadedError(code="you said: secret", request_id="a\nb", retry_after=0), {})
    ).send(REQUEST)
    (record,) = caplog.records
    assert (vars(record)["code"], vars(record)["request_id"]) == (None, None)


def test_a_retry_is_not_logged_where_warnings_are_off(caplog: pytest.LogCaptureFixture) -> None:
    """The application may raise the level of the layer."""
    with caplog.at_level(logging.ERROR, "god_llm.retries"):
        assert RetryingTransport(FakeTransport(soon(), REPLY)).send(REQUEST) == REPLY
    assert caplog.records == []


def test_a_retry_prints_nothing_by_itself() -> None:
    """Without any configuration of logging, stderr stays empty."""
    program = (
        "from god_llm import RateLimitError, RetryingTransport\n"
        "from god_llm.testing import FakeTransport\n"
        "RetryingTransport(FakeTransport(RateLimitError(retry_after=0), {})).send({})\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")
