"""A language model with scripted answers that takes its time, and the four ways to ask it."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, closing
from typing import Final, Literal, TypeAlias, get_args

import anyio

from god_llm import (
    AIMessage,
    Call,
    Delta,
    FinishedDelta,
    LanguageModel,
    Settings,
    StartedDelta,
    TextDelta,
    Usage,
    UsageDelta,
    UserMessage,
)

Way: TypeAlias = Literal["respond", "arespond", "stream", "astream"]
WAYS: Final[Sequence[Way]] = get_args(Way)

USAGE: Final = Usage(input_tokens=3, output_tokens=7)
ANSWER: Final = AIMessage(content="hello", finish_reason="stop", usage=USAGE, response_id="id")
DELTAS: Final[Sequence[Delta]] = (
    StartedDelta("id"),
    TextDelta("hel"),
    TextDelta("lo"),
    UsageDelta(USAGE),
    FinishedDelta("stop"),
)


def call_of(text: str = "hi", **changes: str) -> Call:
    """A call with one user message."""
    return Call(
        provider="groq",
        model=changes.get("model", "some-model"),
        messages=(UserMessage(content=text),),
        settings=Settings(user=changes.get("user")),
    )


CALL: Final = call_of()


class Scripted:
    """Answers with `ANSWER` or `DELTAS`, or raises what `fault` returns.

    Args:
        seconds: how long an answer takes.
        fault: the error of the next call, or None.

    Attributes:
        asked: the number of calls.
        most: the largest number of calls that were under way at a time.
    """

    def __init__(self, *, seconds: float = 0, fault: Callable[[], Exception | None] = lambda: None) -> None:
        self._seconds = seconds
        self._fault = fault
        self._lock = threading.Lock()
        self._under_way = 0
        self.asked = 0
        self.most = 0

    def _begin(self) -> None:
        with self._lock:
            self.asked += 1
            self._under_way += 1
            self.most = max(self.most, self._under_way)

    def _end(self) -> None:
        with self._lock:
            self._under_way -= 1

    def _fail(self) -> None:
        error = self._fault()
        if error is not None:
            raise error

    def respond(self, _: Call, /) -> AIMessage:
        self._begin()
        try:
            time.sleep(self._seconds)
            self._fail()
            return ANSWER
        finally:
            self._end()

    async def arespond(self, _: Call, /) -> AIMessage:
        self._begin()
        try:
            await anyio.sleep(self._seconds)
            self._fail()
            return ANSWER
        finally:
            self._end()

    def stream(self, _: Call, /) -> Generator[Delta, None, None]:
        self._begin()
        try:
            time.sleep(self._seconds)
            self._fail()
            yield from DELTAS
        finally:
            self._end()

    async def astream(self, _: Call, /) -> AsyncGenerator[Delta, None]:
        self._begin()
        try:
            await anyio.sleep(self._seconds)
            self._fail()
            for delta in DELTAS:
                yield delta
        finally:
            self._end()


async def aasked(model: LanguageModel, way: Way, call: Call = CALL) -> AIMessage | Sequence[Delta]:
    """The answer or the deltas of an async call, or of a sync one in a thread."""
    if way == "arespond":
        return await model.arespond(call)
    if way == "astream":
        async with aclosing(model.astream(call)) as deltas:
            return [delta async for delta in deltas]
    return await anyio.to_thread.run_sync(asked, model, way, call)


def asked(model: LanguageModel, way: Way, call: Call = CALL) -> AIMessage | Sequence[Delta]:
    """The answer or the deltas of a call, in one of four ways."""
    if way == "respond":
        return model.respond(call)
    if way == "stream":
        with closing(model.stream(call)) as deltas:
            return list(deltas)
    return anyio.run(aasked, model, way, call)
