"""Whatever way a stream is left, its connection is released at once, and nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Final, TypeAlias

import anyio
import pytest

from god_llm import Delta, FinishedDelta, TextDelta
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.engine.chat import ChatModel
from god_llm.testing.simulator import Answer, Delay, Simulator

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common
Sockets: TypeAlias = Callable[[], tuple[int, int]]

PROMPT: Final = "Tell me a long story."
LONG: Final = Answer(text="word " * 3000, pause=0.02)
"""A minute of talk: what is released within a second was not released by its end."""
STALLED: Final = Answer(text="one two three", pause=60)
"""A word at once, and then nothing for a minute."""
AT_ONCE: Final = 3.0
"""Seconds in which a release must have happened, on a machine that has other things to do."""


class Stop(Exception):  # noqa: N818 - no error: the application's own way out
    """Raised by the application in the middle of a stream."""


KEPT: Final = ("Thread-", "god-llm-simulator", "AnyIO worker", "asyncio_", "Trio thread")
"""Names of threads that are the simulator's, or of pools that end with their loop."""


def threads() -> set[threading.Thread]:
    """The threads that should end with what they were made for."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith(KEPT)}


def soon(met: Callable[[], bool]) -> bool:
    """Whether it holds before `AT_ONCE` is over."""
    end = time.monotonic() + AT_ONCE
    while time.monotonic() < end:
        if met():
            return True
        time.sleep(0.005)
    return met()


async def asoon(met: Callable[[], bool]) -> bool:
    """`soon`, for async code."""
    with anyio.move_on_after(AT_ONCE):
        while not met():  # noqa: ASYNC110 - sockets have no event to wait for
            await anyio.sleep(0.005)
    return met()


# -- sync ---------------------------------------------------------------------------------------------


def leave_the_block(stream: Stream[str]) -> None:
    """Leave the `with` block after some deltas."""
    with stream:
        text_of_some(stream)


def raise_in_the_block(stream: Stream[str]) -> None:
    """Leave the `with` block by an exception."""
    with contextlib.suppress(Stop), stream:
        text_of_some(stream)
        raise Stop


def break_without_a_block(stream: Stream[str]) -> None:
    """Leave the loop, and the stream to its fate."""
    for delta in stream:
        if isinstance(delta, TextDelta) and delta.text:
            break


def close_by_hand(stream: Stream[str]) -> None:
    """Call `close()`, twice."""
    text_of_some(stream)
    stream.close()
    stream.close()


def text_of_some(stream: Stream[str]) -> None:
    """Take deltas until there is text."""
    while not stream.message.content:
        next(stream)


@pytest.mark.parametrize(
    "leave", [leave_the_block, raise_in_the_block, break_without_a_block, close_by_hand], ids=lambda way: way.__name__
)
def test_a_sync_stream_left_early_is_released(
    leave: Callable[[Stream[str]], None], llm: Facade, simulator: Simulator, open_sockets: Sockets
) -> None:
    """The connection is closed by the time the loop or block is left; the simulator sees it; the next call works."""
    before = threads()
    simulator.script(LONG)
    leave(llm.stream(PROMPT))
    assert open_sockets()[0] == 0
    assert soon(lambda: open_sockets() == (0, 0))
    assert threads() <= before
    assert llm.generate("still there?").content == "You said: still there?"


def test_a_stream_that_was_heard_out_gives_its_connection_back(
    llm: Facade, simulator: Simulator, open_sockets: Sockets
) -> None:
    """One connection serves one stream after the other."""
    for _ in range(3):
        with llm.stream(PROMPT) as stream:
            deltas = [*stream]
        assert isinstance(deltas[-1], FinishedDelta)
    assert open_sockets()[0] == 1
    llm.close()
    assert open_sockets()[0] == 0
    assert len(simulator.journal) == 3


# -- async ----------------------------------------------------------------------------------------------


async def aleave_the_block(stream: AsyncStream[str]) -> None:
    """Leave the `async with` block after some deltas."""
    async with stream:
        await atext_of_some(stream)


async def araise_in_the_block(stream: AsyncStream[str]) -> None:
    """Leave the `async with` block by an exception."""
    with contextlib.suppress(Stop):
        async with stream:
            await atext_of_some(stream)
            raise Stop


async def abreak_without_a_block(stream: AsyncStream[str]) -> None:
    """Leave the loop, and the stream to its fate."""
    async for delta in stream:
        if isinstance(delta, TextDelta) and delta.text:
            break


async def aclose_by_hand(stream: AsyncStream[str]) -> None:
    """Call `aclose()`, twice."""
    await atext_of_some(stream)
    await stream.aclose()
    await stream.aclose()


async def cancel_the_task(stream: AsyncStream[str]) -> None:
    """Cancel the task that listens."""
    heard = asyncio.Event()

    async def listen() -> None:
        async with stream:
            async for _ in stream:
                heard.set()

    task = asyncio.create_task(listen())
    await heard.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def cancel_without_a_block(stream: AsyncStream[str]) -> None:
    """Cancel a task that listens without `async with`."""

    async def listen() -> list[Delta]:
        return [delta async for delta in stream]

    task = asyncio.create_task(listen())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def time_out(stream: AsyncStream[str]) -> None:
    """Put a timeout around it."""

    async def listen() -> None:
        async with asyncio.timeout(0.2), stream:
            async for _ in stream:
                pass

    with pytest.raises(TimeoutError):
        await listen()


async def atext_of_some(stream: AsyncStream[str]) -> None:
    """Take deltas until there is text."""
    while not stream.message.content:
        await anext(stream)


LEFT_BY_CHOICE = [aleave_the_block, araise_in_the_block, abreak_without_a_block, aclose_by_hand]
CUT_SHORT = [cancel_the_task, cancel_without_a_block, time_out]


@pytest.mark.parametrize("leave", [*LEFT_BY_CHOICE, *CUT_SHORT], ids=lambda way: way.__name__)
def test_an_async_stream_left_early_is_released(
    leave: Callable[[AsyncStream[str]], Awaitable[None]], llm: Facade, simulator: Simulator, open_sockets: Sockets
) -> None:
    """Connection, thread and task are gone at once; the simulator sees it; the next call works."""

    async def run() -> None:
        await llm.agenerate("load the SDK")
        await llm.aclose()
        before = threads()
        simulator.script(LONG)
        await leave(llm.astream(PROMPT))
        simulator.clear()
        assert await asoon(lambda: open_sockets()[0] == 0), "the connection is held"
        assert await asoon(lambda: open_sockets() == (0, 0)), "the simulator talks on"
        assert await asoon(lambda: threads() <= before), "a thread is left"
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert (await llm.agenerate("still there?")).content == "You said: still there?"

    before = threads()
    asyncio.run(run())
    assert soon(lambda: threads() <= before)
    llm.close()
    assert soon(lambda: open_sockets() == (0, 0))


@pytest.mark.parametrize("silence", [STALLED, Delay(60)], ids=["between two events", "before the first"])
@pytest.mark.parametrize("leave", CUT_SHORT, ids=lambda way: way.__name__)
def test_a_silent_stream_can_be_cancelled(
    leave: Callable[[AsyncStream[str]], Awaitable[None]],
    silence: Answer | Delay,
    llm: Facade,
    simulator: Simulator,
    open_sockets: Sockets,
) -> None:
    """Nothing has to arrive for a cancellation to take effect."""
    held = llm.provider in ("anthropic", "openai")  # they begin with events that are no part of the answer
    if leave is cancel_the_task and (held or isinstance(silence, Delay)):
        leave = cancel_without_a_block  # it waits for a delta, and there is none

    async def run() -> None:
        await llm.agenerate("load the SDK")
        await llm.aclose()
        before = threads()
        simulator.script(silence)
        began = time.monotonic()
        await leave(llm.astream(PROMPT))
        assert time.monotonic() - began < AT_ONCE
        assert await asoon(lambda: open_sockets()[0] == 0), "the connection is held"
        assert await asoon(lambda: threads() <= before), "a thread is left"
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())


def test_a_whole_call_can_be_cancelled(llm: Facade, simulator: Simulator, open_sockets: Sockets) -> None:
    """The same for `agenerate`."""

    async def run() -> None:
        await llm.agenerate("load the SDK")
        await llm.aclose()
        before = threads()
        simulator.script(Delay(60))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(llm.agenerate(PROMPT), 0.2)
        assert await asoon(lambda: open_sockets()[0] == 0)
        assert await asoon(lambda: threads() <= before)

    asyncio.run(run())


# -- clients --------------------------------------------------------------------------------------------


async def ask_both_ways(llm: Facade) -> None:
    """A whole answer and a streamed one, two at a time."""

    async def streamed() -> str:
        async with llm.astream("hello") as stream:
            async for _ in stream:
                pass
        return stream.message.content

    texts: list[str] = []

    async def keep(answer: Callable[[], Awaitable[str]]) -> None:
        texts.append(await answer())

    async def whole() -> str:
        return (await llm.agenerate("hello")).content

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(keep, streamed)
        tasks.start_soon(keep, whole)
    assert texts == ["You said: hello"] * 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_one_facade_serves_one_loop_after_the_other(backend: str, llm: Facade, open_sockets: Sockets) -> None:
    """As a container's singleton in an application, or in a test run with a loop for each test."""
    before = threads()
    for _ in range(3):
        anyio.run(ask_both_ways, llm, backend=backend)
    llm.close()  # Bedrock's connections are the threads', not the loop's
    assert soon(lambda: open_sockets() == (0, 0))
    assert soon(lambda: threads() <= before)


def test_one_facade_serves_asyncio_and_trio(llm: Facade) -> None:
    """Which of the two runs is seen at each call."""
    for backend in ("asyncio", "trio", "asyncio"):
        anyio.run(ask_both_ways, llm, backend=backend)


def test_one_facade_serves_loops_in_several_threads(llm: Facade) -> None:
    """Two loops at the same time have a client each."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(ask_both_ways(llm))
        except BaseException as error:  # noqa: BLE001 - it is looked at below
            errors.append(error)

    runners = [threading.Thread(target=run) for _ in range(3)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join()
    assert errors == []


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_closed_facade_holds_no_connection(
    backend: str, connect: Callable[[], Facade], open_sockets: Sockets
) -> None:
    """`async with` and `aclose()` close the loop's connections; the facade goes on with new ones."""

    async def run() -> None:
        async with connect() as llm:
            await ask_both_ways(llm)
            assert open_sockets()[0] > 0
        assert await asoon(lambda: open_sockets()[0] == 0)
        await ask_both_ways(llm)
        await llm.aclose()
        await llm.aclose()
        assert await asoon(lambda: open_sockets()[0] == 0)

    anyio.run(run, backend=backend)


@pytest.mark.parametrize("leave", [leave_the_block, break_without_a_block], ids=lambda way: way.__name__)
def test_trio_releases_what_is_left_early(
    leave: Callable[[Stream[str]], None], llm: Facade, simulator: Simulator, open_sockets: Sockets
) -> None:
    """On trio, too: a block that is left, and a timeout."""

    async def run() -> None:
        simulator.script(LONG)
        if leave is leave_the_block:
            await aleave_the_block(llm.astream(PROMPT))
        else:
            with anyio.move_on_after(0.2):
                async with llm.astream(PROMPT) as stream:
                    async for _ in stream:
                        pass
        assert await asoon(lambda: open_sockets() == (0, 0))

    anyio.run(run, backend="trio")


# -- facades that nobody closes ---------------------------------------------------------------------------


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What Python complains of: warnings, also those that are raised where nobody can catch them."""
    said: list[str] = []
    hook = sys.unraisablehook
    sys.unraisablehook = lambda what: said.append(repr(what.exc_value))
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        show = warnings.showwarning
        warnings.showwarning = lambda message, *_, **__: said.append(repr(message))
        try:
            yield said
        finally:
            warnings.showwarning = show
            sys.unraisablehook = hook


def test_a_facade_that_is_dropped_closes_its_connections(
    connect: Callable[[], Facade], open_sockets: Sockets, complaints: list[str]
) -> None:
    """Without a word, and without waiting for the garbage collector."""
    gc.collect()
    gc.disable()
    try:
        assert connect().generate("hello").content
        assert open_sockets()[0] == 0
    finally:
        gc.enable()
    gc.collect()
    assert complaints == []


def test_a_facade_that_is_dropped_in_a_loop_closes_its_connections(
    connect: Callable[[], Facade], open_sockets: Sockets, complaints: list[str]
) -> None:
    """The same for async code, while the loop goes on."""

    async def run() -> None:
        llm = connect()
        await aleave_the_block(llm.astream("hello"))
        await ask_both_ways(llm)
        del llm
        assert await asoon(lambda: open_sockets()[0] == 0)

    gc.collect()
    gc.disable()
    try:
        asyncio.run(run())
    finally:
        gc.enable()
    gc.collect()
    assert complaints == []


def test_a_facade_that_outlives_its_loop_leaves_nothing_open(
    connect: Callable[[], Facade], open_sockets: Sockets, complaints: list[str]
) -> None:
    """The end of the loop closes the loop's connections, also those of a stream that was left lying."""

    async def run(llm: Facade, kept: list[AsyncStream[str]]) -> None:
        await ask_both_ways(llm)
        kept.append(llm.astream("hello"))
        await anext(kept[0])

    llm, kept = connect(), list[AsyncStream[str]]()
    asyncio.run(run(llm, kept))
    llm.close()
    assert soon(lambda: open_sockets()[0] == 0)
    del llm, kept
    gc.collect()
    assert complaints == []
