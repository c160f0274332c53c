"""Retries, alike for every provider: the SDKs' own are switched off."""

from __future__ import annotations

import copy
import math
import random as standard_random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, Self, TypeAlias, TypedDict, TypeVar, cast

from god_llm.domain.exceptions import BaseLLMException, InvalidSettingError, ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.http.closing import aclose_part, close_part
from god_llm.protocols import DualTransport
from god_llm.transports.timeouts import with_timeout

if TYPE_CHECKING:
    from tenacity import RetryCallState, retry_base

    class _Policy(TypedDict):
        retry: retry_base
        stop: Callable[[RetryCallState], bool]
        wait: Callable[[RetryCallState], float]
        before_sleep: Callable[[RetryCallState], None]
        reraise: bool


__all__ = ["OnRetry", "RetryAttempt", "RetryingTransport", "log_retry", "retrying"]

RequestT = TypeVar("RequestT")
AnswerT = TypeVar("AnswerT")

FIRST_PAUSE: Final = 0.5
"""Seconds before the first retry; it doubles from one to the next, with jitter."""
LONGEST_PAUSE: Final = 8.0
"""Seconds between two attempts at the most, unless the provider asks for more."""
MAX_PAUSE: Final = 60.0
"""Seconds that a provider may ask to wait by default: the window of most rate limits is a minute."""
_SHORTEST: Final = 0.001
"""Seconds of an attempt at the least: a pause may end a moment late."""
_DOUBLINGS: Final = int(math.log2(LONGEST_PAUSE / FIRST_PAUSE))
"""The number of doublings until the pause is the longest."""


class RetryAttempt(NamedTuple):
    """A failed attempt that will be followed by another one.

    Attributes:
        number: which attempt failed, counted from 1.
        error: why it failed.
        pause: seconds until the next attempt starts.
        provider: the provider's name, if the transport put it on the error.
    """

    number: int
    error: BaseLLMException
    pause: float
    provider: str | None


OnRetry: TypeAlias = Callable[[RetryAttempt], None]
"""Told of every attempt that will be retried, before the pause. What it raises ends the call."""


def log_retry(attempt: RetryAttempt) -> None:
    """Log a warning to the logger `god_llm.retries`, without the text and body of the error."""
    from logging import WARNING

    from god_llm.transports.logs import RETRIES, error_fields, write

    if RETRIES.isEnabledFor(WARNING):
        known = {"event": "retry", "provider": attempt.provider, "attempt": attempt.number, "pause": attempt.pause}
        write(RETRIES, WARNING, _RETRY, {**known, **error_fields(attempt.error)})


_RETRY: Final = (
    "%(provider)s: attempt %(attempt)d failed with %(error)s (status %(status)s, code %(code)s,"
    " request %(request_id)s); next attempt in %(pause).2f s"
)


def _uniform(low: float, high: float) -> float:
    return standard_random.uniform(low, high)  # noqa: S311 - jitter, not cryptography


async def _anyio_sleep(seconds: float) -> None:
    from anyio import sleep  # only a retry needs it

    await sleep(seconds)


def retrying(
    inner: DualTransport[RequestT],
    max_retries: int,
    *,
    timeout: float | Timeouts | None = None,
    on_retry: OnRetry = log_retry,
) -> DualTransport[RequestT]:
    """The transport, which has this timeout, with that many retries; with none, the transport itself.

    Raises:
        InvalidSettingError: `max_retries` is negative or no number.
    """
    _check("max_retries", max_retries)
    limits = timeout if isinstance(timeout, Timeouts) else None
    return (
        RetryingTransport(inner, max_retries=max_retries, timeouts=limits, on_retry=on_retry) if max_retries else inner
    )


class RetryingTransport(Generic[RequestT]):
    """Sends a request again after an error that is marked `retryable`, and after no other.

    A provider's `Retry-After` is obeyed up to `max_pause`; otherwise the pauses grow, with jitter. A stream is retried
    only until its first event has been handed out.

    Args:
        inner: the transport to wrap.
        max_retries: attempts after the first one.
        max_seconds: no attempt starts later than this after the first one; if a provider asks to wait longer, its
            error is raised at once.
        max_pause: seconds between two attempts at the most; if a provider asks to wait longer, its error is raised at
            once, with `retry_after`.
        timeouts: the limits of the inner transport. `total` is counted from the first attempt.
        on_retry: called with each failed attempt that will be retried; by default `log_retry`.
        clock: seconds on a clock that never goes back.
        sleep, asleep: wait that many seconds, in sync and in async code.
        random: a number between two bounds, for the jitter.

    Raises:
        InvalidSettingError: `max_retries`, `max_seconds` or `max_pause` is negative or no number.
    """

    def __init__(
        self,
        inner: DualTransport[RequestT],
        *,
        max_retries: int = 2,
        max_seconds: float = 120.0,
        max_pause: float = MAX_PAUSE,
        timeouts: Timeouts | None = None,
        on_retry: OnRetry = log_retry,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        asleep: Callable[[float], Awaitable[None]] = _anyio_sleep,
        random: Callable[[float, float], float] = _uniform,
    ) -> None:
        _check("max_retries", max_retries)
        _check("max_seconds", max_seconds)
        _check("max_pause", max_pause)
        self.inner = inner
        self._max_retries = max_retries
        self._max_seconds = max_seconds
        self._max_pause = max_pause
        self._on_retry = on_retry
        self._clock = clock
        self._sleep = sleep
        self._asleep = asleep
        self._random = random
        self._timeouts = timeouts

    def send(self, request: RequestT, /) -> JsonObject:
        """`Transport.send` of the inner transport, with retries."""
        return self._tried(lambda inner: inner.send(request))

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """`Transport.stream` of the inner transport, with retries until the first event."""

        def started(inner: DualTransport[RequestT]) -> tuple[JsonObject | None, Generator[JsonObject, None, None]]:
            events = inner.stream(request)
            return next(events, None), events

        first, events = self._tried(started)
        try:
            if first is not None:
                yield first
                yield from events
        finally:
            events.close()

    async def asend(self, request: RequestT, /) -> JsonObject:
        """`send`, for async code."""
        return await self._atried(lambda inner: inner.asend(request))

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """`stream`, for async code."""

        async def started(
            inner: DualTransport[RequestT],
        ) -> tuple[JsonObject | None, AsyncGenerator[JsonObject, None]]:
            events = inner.astream(request)
            return await anext(events, None), events

        first, events = await self._atried(started)
        try:
            if first is not None:
                yield first
                async for event in events:
                    yield event
        finally:
            await events.aclose()

    def with_timeout(self, timeout: float | Timeouts, /) -> Self:
        """This transport around the inner one's `with_timeout`; each attempt has all limits but `total` to itself.

        Raises:
            UnsupportedParameterError: the inner transport has no `with_timeout`.
        """
        timed = copy.copy(self)
        timed.inner = with_timeout(self.inner, timeout)
        timed._timeouts = timeout if isinstance(timeout, Timeouts) else None  # noqa: SLF001 - an object of this class
        return timed

    def close(self) -> None:
        """Close the inner transport."""
        close_part(self.inner)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await aclose_part(self.inner)

    # -- attempts --------------------------------------------------------------------------------------

    def _tried(self, attempt: Callable[[DualTransport[RequestT]], AnswerT]) -> AnswerT:
        """The first attempt runs outside the retry library, which is imported only after a failure."""
        started = self._clock()
        try:
            return attempt(self.inner)
        except BaseLLMException as error:
            if not error.retryable:
                raise
            return self._retried(error, attempt, started)

    async def _atried(self, attempt: Callable[[DualTransport[RequestT]], Awaitable[AnswerT]]) -> AnswerT:
        started = self._clock()
        try:
            return await attempt(self.inner)
        except BaseLLMException as error:
            if not error.retryable:
                raise
            return await self._aretried(error, attempt, started)

    def _retried(
        self, failure: BaseLLMException, attempt: Callable[[DualTransport[RequestT]], AnswerT], started: float
    ) -> AnswerT:
        from tenacity import Retrying

        failures = [failure]

        def next_try() -> AnswerT:
            if failures:
                raise failures.pop()
            return attempt(self._in_the_rest(started))

        return Retrying(sleep=self._sleep, **self._policy(started))(next_try)

    async def _aretried(
        self,
        failure: BaseLLMException,
        attempt: Callable[[DualTransport[RequestT]], Awaitable[AnswerT]],
        started: float,
    ) -> AnswerT:
        from tenacity import AsyncRetrying

        failures = [failure]

        async def next_try() -> AnswerT:
            if failures:
                raise failures.pop()
            return await attempt(self._in_the_rest(started))

        return await AsyncRetrying(sleep=self._asleep, **self._policy(started))(next_try)

    # -- the policy of one call ------------------------------------------------------------------------

    def _in_the_rest(self, started: float) -> DualTransport[RequestT]:
        """The inner transport, within the rest of the call's total time."""
        limits = self._timeouts
        if limits is None or limits.total is None:
            return self.inner
        rest = limits.total - (self._clock() - started)
        return with_timeout(self.inner, replace(limits, total=max(rest, _SHORTEST)))

    def _policy(self, started: float) -> _Policy:
        from tenacity import retry_if_exception

        return {
            "retry": retry_if_exception(_may_succeed_later),
            "stop": lambda state: self._exhausted(state, started),
            "wait": self._pause,
            "before_sleep": self._report,
            "reraise": True,
        }

    def _exhausted(self, state: RetryCallState, started: float) -> bool:
        """True if no attempt is left, the pause would be too long, or the next attempt would start too late."""
        if state.upcoming_sleep > self._max_pause:
            return True
        next_start = self._clock() + state.upcoming_sleep - started
        total = self._max_seconds if self._timeouts is None else self._timeouts.total
        longest = self._max_seconds if total is None else min(total, self._max_seconds)
        return state.attempt_number > self._max_retries or next_start >= longest

    def _pause(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the provider asked for, else a growing pause with jitter."""
        error = _failure(state)
        if isinstance(error, ProviderError) and error.retry_after is not None:
            return max(0.0, error.retry_after)
        longest = FIRST_PAUSE * 2.0 ** min(state.attempt_number - 1, _DOUBLINGS)
        return self._random(longest / 2, longest)

    def _report(self, state: RetryCallState) -> None:
        error, number, pause = _failure(state), state.attempt_number, state.upcoming_sleep
        self._on_retry(RetryAttempt(number=number, error=error, pause=pause, provider=error.provider))


def _check(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:  # NaN too
        raise InvalidSettingError(f"{name} must be at least 0 (a number), not {value!r}")


def _failure(state: RetryCallState) -> BaseLLMException:
    # The retry library computes a pause only after an error that `_may_succeed_later`.
    return cast("BaseLLMException", state.outcome and state.outcome.exception())


def _may_succeed_later(error: BaseException) -> bool:
    return isinstance(error, BaseLLMException) and error.retryable
