"""The two transports of a cassette: one that records what crosses the socket, one that replays it."""

from __future__ import annotations

import copy
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, closing
from types import TracebackType
from typing import Generic, Self

from typing_extensions import TypeVar

from god_llm.domain.exceptions import BaseLLMException
from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.domain.timeouts import Timeouts
from god_llm.http.closing import aclose_part, close_part
from god_llm.protocols import DualTransport
from god_llm.testing.cassettes.cassette import Cassette
from god_llm.testing.cassettes.exceptions import CassetteMissError
from god_llm.testing.cassettes.exchange import Exchange, Kind
from god_llm.testing.cassettes.failures import Recordable, raised_again, told
from god_llm.testing.cassettes.plain import restored_object
from god_llm.testing.cassettes.scrubbing import remember_keys, secrets_of
from god_llm.transports.timeouts import with_timeout

__all__ = ["RecordingTransport", "ReplayTransport"]

RequestT = TypeVar("RequestT", bound=JsonObject, default=JsonObject)


class ReplayTransport:
    """Answers from a cassette, sync and async; it needs no key, no network and no SDK.

    It fits the transport of every provider: which one was recorded shows in the requests.

    Args:
        cassette: what was recorded.
        paced: hand out a stream's events at the times at which they came, where the cassette has them.

    Raises:
        CassetteMissError: from a call, where the cassette has no answer to the request.
    """

    def __init__(self, cassette: Cassette, *, paced: bool = False) -> None:
        self.cassette = cassette
        self._paced = paced

    def send(self, request: JsonObject, /) -> JsonObject:
        """The recorded reply, or the recorded error."""
        return _reply(self.cassette.play("whole", request))

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """The recorded events, and the error that came after them."""
        started, exchange = time.monotonic(), self.cassette.play("stream", request)
        for number, event in enumerate(exchange.events):
            if self._paced:
                time.sleep(_pause(exchange, number, started))
            yield restored_object(event)
        _end(exchange)

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """As `send`."""
        return self.send(request)

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """As `stream`."""
        started, exchange = time.monotonic(), self.cassette.play("stream", request)
        for number, event in enumerate(exchange.events):
            if self._paced:
                from anyio import sleep

                await sleep(_pause(exchange, number, started))
            yield restored_object(event)
        _end(exchange)

    def with_timeout(self, _: float | Timeouts, /) -> Self:
        """This transport: a recording is replayed whatever the timeout."""
        return self


class RecordingTransport(Generic[RequestT]):
    """A transport whose exchanges are kept on a cassette, and played from it where its mode says so.

    Errors of the network, the provider and the answer are recorded with what came before them, and a stream that
    its reader leaves early as far as it was read. Where nothing was sent (no key, no SDK), nothing is recorded.

    Args:
        inner: the transport that is asked where something is to be recorded.
        cassette: where the exchanges are.

    Raises:
        CassetteMissError: from a call, where the cassette has no answer and its mode records nothing.
    """

    def __init__(self, inner: DualTransport[RequestT], cassette: Cassette) -> None:
        self.inner = inner
        self.cassette = cassette

    def send(self, request: RequestT, /) -> JsonObject:
        """The recorded reply, else the inner transport's."""
        known = self.cassette.known("whole", request)
        if known is not None:
            return _reply(known)
        with _Take(self.cassette, "whole", request, self.inner) as take:
            return take.replied(self.inner.send(request))

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """The recorded events, else the inner transport's."""
        known = self.cassette.known("stream", request)
        if known is not None:
            yield from _events(known)
            return
        with (
            _Take(self.cassette, "stream", request, self.inner) as take,
            closing(self.inner.stream(request)) as events,
        ):
            for event in events:
                yield take.heard(event)

    async def asend(self, request: RequestT, /) -> JsonObject:
        """As `send`."""
        known = self.cassette.known("whole", request)
        if known is not None:
            return _reply(known)
        with _Take(self.cassette, "whole", request, self.inner) as take:
            return take.replied(await self.inner.asend(request))

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """As `stream`."""
        known = self.cassette.known("stream", request)
        if known is not None:
            for event in _events(known):
                yield event
            return
        with _Take(self.cassette, "stream", request, self.inner) as take:
            async with aclosing(self.inner.astream(request)) as events:
                async for event in events:
                    yield take.heard(event)

    def with_timeout(self, timeout: float | Timeouts, /) -> Self:
        """This recorder, with the same cassette, around the inner transport's `with_timeout`.

        Raises:
            UnsupportedParameterError: the inner transport has no `with_timeout`.
        """
        timed = copy.copy(self)
        timed.inner = with_timeout(self.inner, timeout)
        return timed

    def close(self) -> None:
        """Close the inner transport."""
        close_part(self.inner)

    async def aclose(self) -> None:
        """Close the inner transport."""
        await aclose_part(self.inner)


class _Take:
    """One exchange while it is recorded; it is kept at the end of the block."""

    def __init__(self, cassette: Cassette, kind: Kind, request: JsonObject, inner: object) -> None:
        self._cassette = cassette
        self._kind: Kind = kind
        self._inner = inner
        self._request = copy.deepcopy(request)  # now: whoever sends it, or reads an event, may change it
        self._place = cassette.place()
        self._started = time.monotonic()
        remember_keys(inner)
        self._reply: JsonObject | None = None
        self._events: list[JsonObject] = []
        self._times: list[float] = []

    def replied(self, reply: JsonObject) -> JsonObject:
        self._reply = copy.deepcopy(reply)
        return reply

    def heard(self, event: JsonObject) -> JsonObject:
        self._events.append(copy.deepcopy(event))
        if self._cassette.timing:
            self._times.append(round(time.monotonic() - self._started, 3))
        return event

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._keep()
        elif isinstance(error, Recordable):
            self._keep(error)
        elif self._kind == "stream" and not isinstance(error, Exception):
            self._keep(complete=False)  # closed, cancelled or interrupted by whoever read it

    def _keep(self, error: BaseLLMException | None = None, *, complete: bool = True) -> None:
        secrets = secrets_of(self._inner)

        def clean(value: JsonObject) -> dict[str, JsonValue]:
            return self._cassette.clean(value, secrets)

        exchange = Exchange(
            self._kind,
            clean(self._request),
            None if self._reply is None else clean(self._reply),
            tuple([clean(event) for event in self._events]),
            tuple(self._times),
            complete,
            None if error is None else self._cassette.clean(told(error), secrets, content=False),
        )
        self._cassette.add(self._place, exchange)


def _reply(exchange: Exchange) -> JsonObject:
    if exchange.error is not None:
        raise raised_again(restored_object(exchange.error))
    return restored_object(exchange.reply or {})


def _events(exchange: Exchange) -> Generator[JsonObject, None, None]:
    for event in exchange.events:
        yield restored_object(event)
    _end(exchange)


def _end(exchange: Exchange) -> None:
    """What comes after the events.

    Raises:
        CassetteMissError: the stream was read only so far when it was recorded.
        BaseLLMException: the recorded error.
    """
    if exchange.error is not None:
        raise raised_again(restored_object(exchange.error))
    if not exchange.complete:
        raise CassetteMissError("this stream was left early when it was recorded, and is now read further: record anew")


def _pause(exchange: Exchange, number: int, started: float) -> float:
    """Seconds until an event is due."""
    due = exchange.times[number] if number < len(exchange.times) else 0.0
    return max(0.0, started + due - time.monotonic())
