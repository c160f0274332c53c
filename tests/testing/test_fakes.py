"""The fakes: parts for tests that fit their sockets and tell what they were asked."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from god_llm import BaseLLMException, ConfigurationError, RateLimitError
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import AsyncTransport, DualTransport, Transport
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds


def test_a_fake_transport_fits_both_sockets() -> None:
    """It stands wherever a transport does, for the type checker and at run time."""
    fake: DualTransport[JsonObject] = FakeTransport({})
    assert isinstance(fake, Transport)
    assert isinstance(fake, AsyncTransport)


def test_answers_come_in_the_order_of_the_script_and_the_last_one_stays() -> None:
    """Each request takes the next answer, whatever kind of call it is; after the end the last one is given again."""
    fake = FakeTransport({"n": 1}, {"n": 2}, [{"n": 3}])
    assert fake.send({}) == {"n": 1}
    assert asyncio.run(fake.asend({})) == {"n": 2}
    assert [*fake.stream({})] == [*fake.stream({})] == [{"n": 3}]

    async def streamed() -> list[JsonObject]:
        return [event async for event in fake.astream({})]

    assert asyncio.run(streamed()) == [{"n": 3}]


def test_requests_are_kept() -> None:
    """What was sent is there, in order, also where the answer was an error."""
    fake = FakeTransport(RateLimitError(), {})
    with pytest.raises(RateLimitError):
        fake.send({"ask": 1})
    fake.send({"ask": 2})
    assert fake.requests == [{"ask": 1}, {"ask": 2}]


def test_an_answer_may_depend_on_the_request() -> None:
    """A function is shown the request and gives a reply, events, or an error."""

    def answer(request: JsonObject) -> JsonObject | Exception:
        return {"heard": request["ask"]} if request["ask"] != "no" else RateLimitError()

    fake = FakeTransport(answer)
    assert fake.send({"ask": "hi"}) == {"heard": "hi"}
    with pytest.raises(RateLimitError):
        fake.send({"ask": "no"})


def test_an_error_among_events_cuts_the_stream_there() -> None:
    """The events before it are handed out."""
    events = FakeTransport([{"n": 1}, RateLimitError(), {"n": 2}]).stream({})
    assert next(events) == {"n": 1}
    with pytest.raises(RateLimitError):
        next(events)


def test_a_script_of_the_other_kind_is_a_clear_error() -> None:
    """A whole reply can't be streamed, events are no whole reply, and no script is no fake."""
    with pytest.raises(ConfigurationError, match="list of events"):
        next(FakeTransport({}).stream({}))
    with pytest.raises(ConfigurationError, match="whole reply"):
        FakeTransport([{}]).send({})
    with pytest.raises(BaseLLMException, match="at least one answer"):
        FakeTransport()


def test_threads_take_one_answer_each() -> None:
    """No answer is given twice while the script lasts."""
    fake = FakeTransport(*({"n": n} for n in range(64)))
    together = threading.Barrier(8)

    def eight(_: int) -> list[object]:
        together.wait()
        return [fake.send({})["n"] for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        assert sorted(str(n) for taken in pool.map(eight, range(8)) for n in taken) == sorted(map(str, range(64)))


def test_copies_are_the_fake_itself() -> None:
    """A container copies what it holds; what a test looks at must be what was used."""
    for fake in (FakeTransport({}), FrozenClock(), SequentialIds()):
        assert copy.copy(fake) is copy.deepcopy(fake) is fake


def test_in_another_process_the_script_starts_again() -> None:
    """A pickled fake has the whole script and no requests."""
    fake = FakeTransport({"n": 1}, {"n": 2})
    fake.send({})
    there = pickle.loads(pickle.dumps(fake))
    assert there.requests == []
    assert there.send({}) == {"n": 1}


def test_a_fake_transport_records_timeouts() -> None:
    """The timeouts asked for are kept in order; the fake itself answers."""
    fake = FakeTransport({})
    assert fake.with_timeout(1.5).with_timeout(2) is fake
    assert fake.timeouts == [1.5, 2]


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    """It shows the time it was given, in UTC, and moves by the seconds it is told."""
    clock = FrozenClock(datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))))
    fits: Clock = clock
    assert fits() == fits() == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert clock().tzinfo is UTC
    clock.advance(1.5)
    assert clock() == datetime(2026, 5, 1, 10, 0, 1, 500000, tzinfo=UTC)


def test_a_clock_needs_a_time_zone() -> None:
    """A naive time is refused, as a message would refuse it."""
    with pytest.raises(ConfigurationError, match="aware"):
        FrozenClock(datetime(2026, 1, 1))  # noqa: DTZ001 - the law


def test_ids_count_up() -> None:
    """Ids are told apart by eye and have the length of real ones."""
    ids: IdSource = SequentialIds()
    assert [ids(), ids()] == ["0" * 31 + "1", "0" * 31 + "2"]
