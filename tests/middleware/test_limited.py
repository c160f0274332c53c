"""`Limited`: what waits for what, in threads and in tasks, and that nothing is lost when a wait is broken off."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from contextlib import closing
from typing import Final

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ANSWER, DELTAS, WAYS, Scripted, Way, aasked, asked, call_of

from god_llm import ChatAnthropic, ConfigurationError, CustomModel, InvalidSettingError, LanguageModel, RateLimitError
from god_llm.middleware import Limited
from god_llm.testing import FakeTransport


class Time:
    """A clock that moves only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        """The present time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def limited(time: Time, *, requests: int | None = None, tokens: int | None = None) -> Limited:
    """Limits per minute whose waits take no time."""
    return Limited(
        requests_per_minute=requests,
        tokens_per_minute=tokens,
        clock=time.clock,
        sleep=time.sleep,
        asleep=time.asleep,
    )


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_threads_and_tasks_share_the_slots(backend: str) -> None:
    """No more calls are under way than there are slots, whichever way and thread they come from."""
    inner = Scripted(seconds=0.01)
    model = Limited(concurrency=2)(inner)

    async def all_at_once() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(4):
                for way in WAYS:
                    group.start_soon(aasked, model, way)

    for _ in range(2):  # the slots of the first wave are those of the second one
        anyio.run(all_at_once, backend=backend)
    assert (inner.asked, inner.most) == (32, 2)


@pytest.mark.parametrize("way", WAYS)
def test_the_answer_is_the_same_object(way: Way) -> None:
    """Answers and deltas pass unchanged."""
    found = asked(Limited(concurrency=1, requests_per_minute=9, tokens_per_minute=99)(Scripted()), way)
    assert found is ANSWER or list(found) == list(DELTAS)


@pytest.mark.parametrize("way", WAYS)
def test_a_failed_call_gives_its_slot_back(way: Way) -> None:
    """After an error the next call finds a slot."""
    errors = iter([RateLimitError("wait"), None])
    model = Limited(concurrency=1)(Scripted(fault=lambda: next(errors)))
    with pytest.raises(RateLimitError):
        asked(model, way)
    assert asked(model, way)


def test_a_stream_that_is_left_gives_its_slot_back() -> None:
    """A stream holds its slot until it is closed, not longer."""
    inner = Scripted()
    model = Limited(concurrency=1)(inner)
    with closing(model.stream(call_of())) as deltas:
        next(deltas)
    assert asked(model, "respond") is ANSWER


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_wait_that_is_cancelled_takes_no_slot(backend: str) -> None:
    """Cancelled waiters leave the queue; those behind them get the slot."""
    model = Limited(concurrency=1)(Scripted(seconds=0.05))

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(aasked, model, "arespond")
            await anyio.sleep(0.01)
            with anyio.move_on_after(0.01):
                await model.arespond(call_of())
            with anyio.fail_after(1):
                assert await model.arespond(call_of()) is ANSWER

    anyio.run(main, backend=backend)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_sync_call_inside_an_event_loop_never_stops_it(backend: str) -> None:
    """A sync call that would wait for tasks of its own loop is refused with advice, and takes no slot."""
    model = Limited(concurrency=1)(Scripted(seconds=0.05))

    async def main() -> None:
        assert model.respond(call_of()) is ANSWER
        async with anyio.create_task_group() as group:
            group.start_soon(aasked, model, "arespond")
            await anyio.sleep(0.01)
            with pytest.raises(ConfigurationError, match="agenerate"):
                model.respond(call_of())
        assert model.respond(call_of()) is ANSWER

    anyio.run(main, backend=backend)


@pytest.mark.parametrize("way", WAYS)
@given(limit=st.integers(1, 5), calls=st.integers(1, 17))
def test_no_minute_has_more_requests_than_the_limit(way: Way, limit: int, calls: int) -> None:
    """Any 60 seconds have at most `requests_per_minute` starts, and no call waits longer than that takes."""
    time, starts = Time(), list[float]()
    model = limited(time, requests=limit)(Scripted(fault=lambda: starts.append(time.now)))
    for _ in range(calls):
        asked(model, way)
    assert all(late - early >= 60 for early, late in zip(starts, starts[limit:], strict=False))
    assert time.now == 60 * ((calls - 1) // limit)


@pytest.mark.parametrize("way", WAYS)
def test_calls_wait_while_the_last_minute_took_too_many_tokens(way: Way) -> None:
    """A call of 10 tokens with a limit of 20: two calls at once, and two a minute later."""
    time, starts = Time(), list[float]()
    model = limited(time, tokens=20)(Scripted(fault=lambda: starts.append(time.now)))
    for _ in range(5):
        asked(model, way)
    assert starts == [0, 0, 60, 60, 120]


@given(limit=st.integers(1, 60), pauses=st.lists(st.integers(0, 50), max_size=12))
def test_a_call_starts_only_below_the_tokens_of_a_minute(limit: int, pauses: list[int]) -> None:
    """At each start the calls of the last 60 seconds took fewer tokens than the limit; a call takes 10."""
    time, starts = Time(), list[float]()
    model = limited(time, tokens=limit)(Scripted(fault=lambda: starts.append(time.now)))
    for pause in pauses:
        time.now += pause
        asked(model, "respond")
    for number, start in enumerate(starts):
        assert 10 * sum(earlier > start - 60 for earlier in starts[:number]) < limit


def test_facades_share_the_limits_of_one_object() -> None:
    """Two facades with the same `Limited` have one minute between them; a deep copy is the same object."""
    time = Time()
    limits = limited(time, requests=1)
    assert copy.deepcopy(limits) is limits
    reply = {"content": [{"type": "text", "text": "Oslo"}], "stop_reason": "end_turn"}
    for _ in range(2):
        llm = ChatAnthropic(CustomModel("c"), transport=FakeTransport(reply), middleware=[limits])
        assert llm.generate("hi").content == "Oslo"
    assert time.now == 60


def test_another_process_gets_limits_of_its_own() -> None:
    """A pickle has the arguments and none of the state."""
    limits = Limited(concurrency=1, requests_per_minute=3)
    with limits.turn():
        model: LanguageModel = pickle.loads(pickle.dumps(limits))(Scripted())
        assert asked(model, "respond") is ANSWER


MISTAKES: Final[dict[str, Callable[[], object]]] = {
    "nothing": Limited,
    "zero": lambda: Limited(concurrency=0),
    "a fraction": lambda: Limited(requests_per_minute=1.5),  # type: ignore[arg-type]  # the mistake
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_limits_that_are_none_are_refused(mistake: str) -> None:
    """No limit at all, 0 and a fraction are `InvalidSettingError`s."""
    with pytest.raises(InvalidSettingError):
        MISTAKES[mistake]()
