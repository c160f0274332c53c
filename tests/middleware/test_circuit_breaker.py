"""`CircuitBreaker`: when it opens, what passes while it is open, and what closes it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Sequence
from contextlib import closing

import anyio
import pytest
from scripted import ANSWER, DELTAS, WAYS, Scripted, Way, asked, call_of

from god_llm import (
    ChatAnthropic,
    CircuitOpenError,
    ConnectionFailedError,
    CustomModel,
    InvalidRequestError,
    InvalidSettingError,
    MalformedResponseError,
    PromptError,
    RateLimitError,
)
from god_llm.middleware import CircuitBreaker, Fallback
from god_llm.testing import FakeGenerator, FakeTransport

DOWN = ConnectionFailedError("down")


class Bench:
    """A model behind a breaker of three failures and 30 seconds, with a clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.error: Exception | None = None
        self.inner = Scripted(fault=lambda: self.error)
        self.breaker = CircuitBreaker(failures=3, pause=30, clock=lambda: self.now)
        self.model = self.breaker(self.inner)

    @property
    def is_open(self) -> bool:
        """Whether the circuit of the calls' model is open."""
        return self.breaker.is_open("groq", "some-model")

    def fail(self, way: Way, *errors: Exception) -> None:
        """Make a call for each error, which is raised."""
        for self.error in errors:
            with pytest.raises(type(self.error)):
                asked(self.model, way)
        self.error = None


@pytest.mark.parametrize("way", WAYS)
def test_failures_in_a_row_open_the_circuit(way: Way) -> None:
    """After three failures nothing is sent for 30 seconds; then a trial that succeeds closes the circuit."""
    bench = Bench()
    bench.fail(way, DOWN, RateLimitError("wait"), MalformedResponseError("what?"))
    bench.now = 29
    with pytest.raises(CircuitOpenError) as caught:
        asked(bench.model, way)
    assert (caught.value.retry_after, caught.value.retryable, bench.inner.asked) == (1, True, 3)
    bench.now = 30
    found = asked(bench.model, way)
    assert found is ANSWER or list(found) == list(DELTAS)
    assert not bench.is_open
    bench.fail(way, DOWN, DOWN)
    assert not bench.is_open


@pytest.mark.parametrize("way", WAYS)
def test_a_trial_that_fails_opens_the_circuit_again(way: Way) -> None:
    """One failure is enough then."""
    bench = Bench()
    bench.fail(way, DOWN, DOWN, DOWN)
    bench.now = 30
    bench.fail(way, DOWN)
    bench.now = 59
    with pytest.raises(CircuitOpenError):
        asked(bench.model, way)
    assert bench.inner.asked == 4


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("between", "opens"),
    [([InvalidRequestError("bad")], False), ([PromptError("no")], True), ([KeyError("bug")], True)],
)
def test_which_errors_end_a_row(way: Way, between: Sequence[Exception], opens: bool) -> None:
    """An error that the provider sent shows that it works; one before anything was sent shows nothing."""
    bench = Bench()
    bench.fail(way, DOWN, DOWN, *between, DOWN)
    assert bench.is_open == opens


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_ends_a_row(way: Way) -> None:
    """Failures count only in a row."""
    bench = Bench()
    bench.fail(way, DOWN, DOWN)
    asked(bench.model, way)
    bench.fail(way, DOWN, DOWN)
    assert not bench.is_open


def test_the_provider_may_ask_for_a_longer_pause() -> None:
    """`retry_after` of the last error counts if it is longer than the pause."""
    bench = Bench()
    bench.fail("respond", DOWN, DOWN, RateLimitError("wait", retry_after=100))
    bench.now = 99
    with pytest.raises(CircuitOpenError):
        asked(bench.model, "respond")


def test_one_trial_passes_at_a_time() -> None:
    """While a trial is under way other calls are refused; one that is left before anything came frees the place."""
    bench = Bench()
    bench.fail("respond", DOWN, DOWN, DOWN)
    bench.now = 30
    with closing(bench.model.stream(call_of())) as deltas:
        next(deltas)
        with pytest.raises(CircuitOpenError):
            asked(bench.model, "respond")
    assert not bench.is_open  # it was left after its first delta


def test_a_trial_that_is_cancelled_frees_its_place() -> None:
    """A cancelled trial tells nothing: the next call is the trial."""
    bench = Bench()
    bench.fail("arespond", DOWN, DOWN, DOWN)
    bench.now = 30
    slow = bench.breaker(Scripted(seconds=5))

    async def cancelled() -> None:
        with anyio.move_on_after(0.01):
            await slow.arespond(call_of())

    anyio.run(cancelled)
    assert bench.is_open
    assert asked(bench.model, "respond") is ANSWER
    assert not bench.is_open


def test_each_model_has_a_circuit_of_its_own() -> None:
    """Another model of the same provider is asked."""
    bench = Bench()
    bench.fail("respond", DOWN, DOWN, DOWN)
    assert asked(bench.model, "respond", call_of(model="other")) is ANSWER
    with pytest.raises(CircuitOpenError):
        asked(bench.model, "respond")


def test_a_fallback_passes_by_an_open_circuit() -> None:
    """`Fallback` asks the next model, and the broken one is not asked any more."""
    transport: FakeTransport = FakeTransport(DOWN)
    breaker = CircuitBreaker(failures=1)
    assert copy.deepcopy(breaker) is breaker
    broken = ChatAnthropic(CustomModel("c"), transport=transport, middleware=[breaker])
    llm = Fallback(broken, FakeGenerator("second"))
    assert [llm.generate("hi").content for _ in range(3)] == ["second"] * 3
    assert len(transport.requests) == 1


def test_another_process_starts_closed() -> None:
    """A pickle has the arguments and none of the state."""
    breaker = CircuitBreaker(failures=1)
    model = breaker(Scripted(fault=lambda: DOWN))
    with pytest.raises(ConnectionFailedError):
        asked(model, "respond")
    other: CircuitBreaker = pickle.loads(pickle.dumps(breaker))
    assert breaker.is_open("groq", "some-model")
    assert not other.is_open("groq", "some-model")


@pytest.mark.parametrize(("failures", "pause"), [(0, 1), (1, 0)])
def test_settings_are_positive(failures: int, pause: float) -> None:
    """No failure and no pause are `InvalidSettingError`s."""
    with pytest.raises(InvalidSettingError):
        CircuitBreaker(failures=failures, pause=pause)
