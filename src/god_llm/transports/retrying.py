"""Retries, alike for every provider: the SDKs' own are switched off."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Final, Generic, TypedDict, TypeVar

from god_llm.domain.exceptions import BaseLLMException, InvalidSettingError, ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.closing import aclose_part, close_part
from god_llm.protocols import DualTransport

if TYPE_CHECKING:
    from tenacity import RetryCallState, retry_base
    from tenacity.stop import StopBaseT

    class _Policy(TypedDict):
        retry: retry_base
        stop: StopBaseT
        wait: Callable[[RetryCallState], float]
        reraise: bool


__all__ = ["RetryingTransport", "retrying"]

RequestT = TypeVar("RequestT")
AnswerT = TypeVar("AnswerT")

FIRST_PAUSE: Final = 0.5
"""Seconds before the first retry; it doubles from one to the next, with jitter."""
LONGEST_PAUSE: Final = 8.0
"""Seconds between two tries at the most, unless the provider asks for more."""


def retrying(inner: DualTransport[RequestT], max_retries: int) -> DualTransport[RequestT]:
    """The transport with that many retries, or as it is for none.

    Raises:
        InvalidSettingError: `max_retries` is negative.
    """
    if max_retries < 0:
        raise InvalidSettingError(f"max_retries must be at least 0, not {max_retries}")
    return RetryingTransport(inner, max_retries=max_retries) if max_retries else inner


class RetryingTransport(Generic[RequestT]):
    """Tries again what may succeed later: what is marked `retryable`, and nothing else.

    A provider's `Retry-After` is obeyed; otherwise the pauses grow, with jitter. A stream is tried again only
    until its first event has been handed out.

    Args:
        inner: the transport to wrap.
        max_retries: how often to try again.
        max_seconds: no new try starts later than this after the first one; a provider that asks to wait
            longer is not tried again.
    """

    def __init__(self, inner: DualTransport[RequestT], *, max_retries: int = 2, max_seconds: float = 120.0) -> None:
        self.inner = inner
        self._max_retries = max_retries
        self._max_seconds = max_seconds

    def send(self, request: RequestT, /) -> JsonObject:
        """As the inner transport, tried again."""
        return self._tried(lambda: self.inner.send(request))

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """As the inner transport, tried again until the first event came."""

        def started() -> tuple[JsonObject | None, Generator[JsonObject, None, None]]:
            events = self.inner.stream(request)
            return next(events, None), events

        first, events = self._tried(started)
        try:
            if first is not None:
                yield first
                yield from events
        finally:
            events.close()

    async def asend(self, request: RequestT, /) -> JsonObject:
        """As the inner transport, tried again."""
        return await self._atried(lambda: self.inner.asend(request))

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """As the inner transport, tried again until the first event came."""

        async def started() -> tuple[JsonObject | None, AsyncGenerator[JsonObject, None]]:
            events = self.inner.astream(request)
            return await anext(events, None), events

        first, events = await self._atried(started)
        try:
            if first is not None:
                yield first
                async for event in events:
                    yield event
        finally:
            await events.aclose()

    def close(self) -> None:
        """Close the inner transport."""
        close_part(self.inner)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await aclose_part(self.inner)

    def _tried(self, attempt: Callable[[], AnswerT]) -> AnswerT:
        """The first try is free of the retry machinery, which is not even imported while all goes well."""
        started = time.monotonic()
        try:
            return attempt()
        except BaseLLMException as error:
            if not error.retryable:
                raise
            return self._retried(error, attempt, started)

    async def _atried(self, attempt: Callable[[], Awaitable[AnswerT]]) -> AnswerT:
        started = time.monotonic()
        try:
            return await attempt()
        except BaseLLMException as error:
            if not error.retryable:
                raise
            return await self._aretried(error, attempt, started)

    def _retried(self, failure: BaseLLMException, attempt: Callable[[], AnswerT], started: float) -> AnswerT:
        from tenacity import Retrying

        failures = [failure]

        def next_try() -> AnswerT:
            if failures:
                raise failures.pop()
            return attempt()

        return Retrying(**self._policy(started))(next_try)

    async def _aretried(
        self, failure: BaseLLMException, attempt: Callable[[], Awaitable[AnswerT]], started: float
    ) -> AnswerT:
        from tenacity import AsyncRetrying

        failures = [failure]

        async def next_try() -> AnswerT:
            if failures:
                raise failures.pop()
            return await attempt()

        return await AsyncRetrying(**self._policy(started))(next_try)

    def _policy(self, started: float) -> _Policy:
        from tenacity import retry_if_exception, stop_after_attempt, stop_before_delay

        # The retry library counts from now on, the budget from the start of the first try.
        left = self._max_seconds - (time.monotonic() - started)
        return {
            "retry": retry_if_exception(_may_succeed_later),
            "stop": stop_after_attempt(self._max_retries + 1) | stop_before_delay(left),
            "wait": _pause,
            "reraise": True,
        }


def _may_succeed_later(error: BaseException) -> bool:
    return isinstance(error, BaseLLMException) and error.retryable


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try: what the provider asked for, else a growing pause with jitter."""
    error = state.outcome.exception() if state.outcome is not None else None
    if isinstance(error, ProviderError) and error.retry_after is not None:
        return error.retry_after
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (state.attempt_number - 1))
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, not cryptography
