"""A transport that plays a recording, and tells what became of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Self

from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts
from god_llm.testing.conformance.recordings import Recording

__all__ = ["AsyncOnly", "SyncOnly", "WatchedTransport"]


class WatchedTransport:
    """Fits both sockets.

    Args:
        reply: what `send` gives.
        events: what `stream` gives; an exception is raised in its turn.
        stalls: whether async calls wait for ever, `asend` at once and `astream` after its events.

    Attributes:
        requests: what was sent.
        under_way: calls and streams that were begun and have not been left yet.
    """

    def __init__(
        self,
        reply: JsonObject | None = None,
        events: Sequence[JsonObject | Exception] | None = None,
        *,
        stalls: bool = False,
    ) -> None:
        self._reply = reply
        self._events = events
        self._stalls = stalls
        self.requests: list[JsonObject] = []
        self.under_way: int = 0

    @classmethod
    def playing(cls, recording: Recording) -> WatchedTransport:
        """A transport that answers with a recording, in whichever form is asked for."""
        return cls(recording.reply, recording.events)

    def send(self, request: JsonObject, /) -> JsonObject:
        """See `Transport.send`."""
        self.requests.append(request)
        if self._reply is None:
            raise ConfigurationError("the recording has no whole reply")
        return self._reply

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`."""
        self.requests.append(request)
        if self._events is None:
            raise ConfigurationError("the recording has no events")
        self.under_way += 1
        try:
            for event in self._events:
                if isinstance(event, Exception):
                    raise event
                yield event
        finally:
            self.under_way -= 1

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        self.under_way += 1
        try:
            reply = self.send(request)
            if self._stalls:
                await _for_ever()
            return reply
        finally:
            self.under_way -= 1

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        events = self.stream(request)
        try:
            for event in events:
                yield event
            if self._stalls:
                self.under_way += 1
                try:
                    await _for_ever()
                finally:
                    self.under_way -= 1
        finally:
            events.close()

    def with_timeout(self, _: float | Timeouts, /) -> Self:
        """See `SupportsTimeout.with_timeout`: the recording is played whatever the timeout."""
        return self


class SyncOnly:
    """The sync side of a transport alone."""

    def __init__(self, inner: WatchedTransport) -> None:
        self._inner = inner

    def send(self, request: JsonObject, /) -> JsonObject:
        """See `Transport.send`."""
        return self._inner.send(request)

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`."""
        return self._inner.stream(request)


class AsyncOnly:
    """The async side of a transport alone."""

    def __init__(self, inner: WatchedTransport) -> None:
        self._inner = inner

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        return await self._inner.asend(request)

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        return self._inner.astream(request)


async def _for_ever() -> None:
    from anyio import sleep_forever

    await sleep_forever()
