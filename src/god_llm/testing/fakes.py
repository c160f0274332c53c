"""Parts for tests: a transport with scripted answers, a clock that stands still, ids in order.

Each fits its Protocol, is counted and recorded, and needs no network, no key and no SDK. A container may
copy what it holds; a fake's copy is the fake itself, so that what a test looks at is what was used.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, Generic, Self, TypeAlias

from typing_extensions import TypeVar, override

from god_llm.auth.static import StaticAuth
from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts

__all__ = ["Answer", "FakeTransport", "FrozenClock", "SequentialIds", "Shared", "StaticAuth"]

RequestT = TypeVar("RequestT", default=JsonObject)

Answer: TypeAlias = JsonObject | Exception | Iterable["JsonObject | Exception"] | list[object] | tuple[object, ...]
"""What a fake answers: a whole reply, a stream's events, or an error; an error among events cuts the stream there.

A type checker infers `list[object]` for events of different shapes that are kept in a constant.
"""

Script: TypeAlias = "Answer | Callable[[RequestT], Answer]"
"""An answer, or a function that looks at the request and gives one."""


class Shared:
    """An object that copies of a container share."""

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


class FakeTransport(Shared, Generic[RequestT]):
    """Answers from a script, sync and async: fits `Transport` and `AsyncTransport`.

    A plain `FakeTransport(...)` fits every provider. `FakeTransport[Request](...)`, or one whose functions say
    which requests they look at, fits the provider of that request alone: for any other it is a mypy error.

    Args:
        *script: an answer for each request; the last one stays for all that follow.

    Attributes:
        requests: what was sent, in order.
        timeouts: the arguments of `with_timeout`, in order.
        closed: whether `close` or `aclose` was called.

    Raises:
        ConfigurationError: there is no script, or it has events for a whole reply or a reply for a stream.
    """

    def __init__(self, *script: Script[RequestT]) -> None:
        if not script:
            raise ConfigurationError("a FakeTransport needs at least one answer")
        self._script = script
        self._lock = threading.Lock()
        self.requests: list[RequestT] = []
        self.timeouts: list[float | Timeouts] = []
        self.closed: bool = False

    @override
    def __reduce__(self) -> tuple[type[FakeTransport[RequestT]], tuple[Script[RequestT], ...]]:
        """In another process: the same script from its start, and nothing recorded."""
        return FakeTransport, self._script

    def send(self, request: RequestT, /) -> JsonObject:
        """The next answer of the script, a whole reply."""
        answer = self._answer(request)
        if not isinstance(answer, Mapping):
            raise ConfigurationError("the script has the events of a stream, but a whole reply was asked for")
        return answer

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """The next answer of the script, event by event."""
        answer = self._answer(request)
        if isinstance(answer, Mapping):
            raise ConfigurationError("the script has a whole reply, but a stream was asked for: give a list of events")
        for event in answer:
            if isinstance(event, Exception):
                raise event
            if not isinstance(event, Mapping):
                raise ConfigurationError(f"an event is a JSON object, not a {type(event).__name__}")
            yield event

    async def asend(self, request: RequestT, /) -> JsonObject:
        """As `send`."""
        return self.send(request)

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """As `stream`."""
        for event in self.stream(request):
            yield event

    def with_timeout(self, timeout: float | Timeouts, /) -> Self:
        """Record the timeout; the transport itself answers."""
        self.timeouts.append(timeout)
        return self

    def close(self) -> None:
        """Note that it was closed; it still answers, as a real transport does."""
        self.closed = True

    async def aclose(self) -> None:
        """As `close`."""
        self.closed = True

    def _answer(self, request: RequestT) -> JsonObject | Iterable[object]:
        with self._lock:
            scripted = self._script[min(len(self.requests), len(self._script) - 1)]
            self.requests.append(request)
        answer = scripted(request) if callable(scripted) else scripted
        if isinstance(answer, Exception):
            raise answer
        return answer


class FrozenClock(Shared):
    """A clock that stands still until a test moves it. Fits `Clock`.

    Args:
        now: where it stands, aware; by default the start of 2026, in UTC.

    Raises:
        ConfigurationError: `now` has no time zone.
    """

    def __init__(self, now: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if now.tzinfo is None:
            raise ConfigurationError("a clock's time must be aware: give it a tzinfo, for example UTC")
        self.now: datetime = now.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time it stands at."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Move it on."""
        self.now += timedelta(seconds=seconds)


class SequentialIds(Shared):
    """Ids that count up from 1, 32 hexadecimal digits long as the real ones. Fits `IdSource`."""

    def __init__(self) -> None:
        self._numbers: Final = count(1)

    def __call__(self) -> str:
        """The next id."""
        return f"{next(self._numbers):032x}"
