"""Limits of concurrency, requests per minute and tokens per minute, inside this process."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import aclosing, asynccontextmanager, closing, contextmanager
from typing import TYPE_CHECKING

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.middleware.shared import SharedState
from god_llm.middleware.waiting import Slots
from god_llm.middleware.windows import RequestWindow, TokenWindow

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.usage import Usage
    from god_llm.protocols import LanguageModel

__all__ = ["Limited"]


class Limited(SharedState):
    """Makes calls wait until they are within limits: `ChatX(..., middleware=[Limited(concurrency=4)])`.

    Facades with the same `Limited` share its limits, whether they are called from threads or from tasks. A call first
    waits for a slot, in the order of arrival, then for the minute. A stream holds its slot until it ends or is left.

    Args:
        concurrency: calls under way at a time.
        requests_per_minute: calls that start in any 60 seconds. A call's retries are not counted.
        tokens_per_minute: no call starts while the answers of the last 60 seconds took this many tokens. The tokens
            of a call are known at its end only, so calls under way at the same time can go beyond the limit.
        clock, sleep, asleep: time, for tests; `asleep` is that of anyio by default.

    Raises:
        InvalidSettingError: a limit is below 1, or there is none.
        ConfigurationError: from a sync call inside an event loop that would have to wait for tasks of the loop.
    """

    def __init__(
        self,
        *,
        concurrency: int | None = None,
        requests_per_minute: int | None = None,
        tokens_per_minute: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        asleep: Callable[[float], Awaitable[object]] | None = None,
    ) -> None:
        limits = {
            "concurrency": concurrency,
            "requests_per_minute": requests_per_minute,
            "tokens_per_minute": tokens_per_minute,
        }
        _check(limits)
        super().__init__({**limits, "clock": clock, "sleep": sleep, "asleep": asleep})
        self._slots = None if concurrency is None else Slots(concurrency)
        self._requests = None if requests_per_minute is None else RequestWindow(requests_per_minute, clock)
        self._tokens = None if tokens_per_minute is None else TokenWindow(tokens_per_minute, clock)
        self._sleep = sleep
        self._asleep = _asleep if asleep is None else asleep

    def __call__(self, inner: LanguageModel, /) -> LanguageModel:
        """The language model, within these limits."""
        return _LimitedModel(inner, self)

    @contextmanager
    def turn(self) -> Generator[None, None, None]:
        """Wait for a turn, and hold it until the end of the block.

        Raises:
            ConfigurationError: a sync call inside an event loop would wait for tasks of the loop.
        """
        if self._slots is not None:
            self._slots.take()
        try:
            with self._start() as seconds:
                if seconds:
                    self._sleep(seconds)
            while self._tokens is not None and (seconds := self._tokens.wait()):
                self._sleep(seconds)
            yield
        finally:
            if self._slots is not None:
                self._slots.free()

    @asynccontextmanager
    async def aturn(self) -> AsyncGenerator[None, None]:
        """`turn`, for async code."""
        if self._slots is not None:
            await self._slots.atake()
        try:
            with self._start() as seconds:
                if seconds:
                    await self._asleep(seconds)
            while self._tokens is not None and (seconds := self._tokens.wait()):
                await self._asleep(seconds)
            yield
        finally:
            if self._slots is not None:
                self._slots.afree()

    def spent(self, usage: Usage | None) -> None:
        """Count the tokens of a call."""
        if self._tokens is not None and usage is not None:
            self._tokens.spend((usage.input_tokens or 0) + (usage.output_tokens or 0))

    @contextmanager
    def _start(self) -> Generator[float, None, None]:
        """Reserve the next start, given back if the wait for it is broken off. Yields the seconds until then."""
        if self._requests is None:
            yield 0
            return
        seconds, start = self._requests.reserve()
        try:
            yield seconds
        except BaseException:
            self._requests.cancel(start)
            raise


class _LimitedModel:
    """A language model within limits."""

    def __init__(self, inner: LanguageModel, limits: Limited) -> None:
        self.inner = inner
        self._limits = limits

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        with self._limits.turn():
            message = self.inner.respond(call)
            self._limits.spent(message.usage)
        return message

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        async with self._limits.aturn():
            message = await self.inner.arespond(call)
            self._limits.spent(message.usage)
        return message

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        from god_llm.domain.deltas import UsageDelta  # only streams need it

        usage: Usage | None = None
        with self._limits.turn():
            try:
                with closing(self.inner.stream(call)) as deltas:
                    for delta in deltas:
                        usage = delta.usage if isinstance(delta, UsageDelta) else usage
                        yield delta
            finally:
                self._limits.spent(usage)

    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        from god_llm.domain.deltas import UsageDelta

        usage: Usage | None = None
        async with self._limits.aturn():
            try:
                async with aclosing(self.inner.astream(call)) as deltas:
                    async for delta in deltas:
                        usage = delta.usage if isinstance(delta, UsageDelta) else usage
                        yield delta
            finally:
                self._limits.spent(usage)


def _check(limits: Mapping[str, object]) -> None:
    given = {name: limit for name, limit in limits.items() if limit is not None}
    if not given:
        raise InvalidSettingError(f"Limited() limits nothing; give one of {', '.join(f'{name}=' for name in limits)}")
    for name, limit in given.items():
        if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
            raise InvalidSettingError(f"{name} must be a whole number of at least 1, not {limit!r}")


async def _asleep(seconds: float) -> None:
    from anyio import sleep  # the first wait loads it

    await sleep(seconds)
