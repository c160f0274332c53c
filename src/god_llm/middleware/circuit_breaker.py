"""A circuit breaker: after repeated failures, calls fail at once for a while."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from typing_extensions import override

from god_llm.domain.exceptions import (
    BaseLLMException,
    CircuitOpenError,
    InvalidSettingError,
    ProviderError,
    ResponseError,
)
from god_llm.middleware.shared import SharedState
from god_llm.middleware.watching import Watch, Watching

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.protocols import LanguageModel

__all__ = ["CircuitBreaker"]


@dataclass(slots=True)
class _Circuit:
    """The state of one model.

    Attributes:
        failures: those in a row.
        opens_until: when a trial call may pass; None while the circuit is closed.
        on_trial: whether a trial call is under way.
    """

    failures: int = 0
    opens_until: float | None = None
    on_trial: bool = False


class CircuitBreaker(SharedState):
    """Stops asking a model that keeps failing: `ChatX(..., middleware=[CircuitBreaker()])`.

    After `failures` failures in a row the circuit of that model is open: calls raise `CircuitOpenError` at once, for
    `pause` seconds, or longer if the provider asked for it. Then one trial call passes. Its success closes the
    circuit, its failure opens it again. A failure is a retryable error, after all retries, or an answer that can't be
    read. An error that shows that the provider works (a bad request, say) counts as a success. Calls that were not
    sent or were cancelled count as neither. Facades with the same `CircuitBreaker` share it; each provider and model
    has a circuit of its own.

    Args:
        failures: in a row.
        pause: seconds.
        clock: seconds that never go back.

    Raises:
        InvalidSettingError: `failures` or `pause` is not positive.
    """

    def __init__(self, *, failures: int = 5, pause: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        if failures < 1 or not pause > 0:
            raise InvalidSettingError(f"failures and pause must be above 0, not {failures!r} and {pause!r}")
        super().__init__({"failures": failures, "pause": pause, "clock": clock})
        self._failures = failures
        self._pause = pause
        self._clock = clock
        self._lock = threading.Lock()
        self._circuits: dict[tuple[str, str], _Circuit] = {}

    def __call__(self, inner: LanguageModel, /) -> LanguageModel:
        """The language model, behind this breaker."""
        return _GuardedModel(inner, self)

    def is_open(self, provider: str, model: str) -> bool:
        """True while calls of the model are refused or on trial."""
        with self._lock:
            circuit = self._circuits.get((provider, model))
            return circuit is not None and circuit.opens_until is not None

    def admit(self, call: Call) -> bool:
        """Let a call pass; True if it is the trial.

        Raises:
            CircuitOpenError: the circuit is open.
        """
        with self._lock:
            circuit = self._circuits.setdefault((call.provider, call.model), _Circuit())
            if circuit.opens_until is None:
                return False
            seconds = max(0.0, circuit.opens_until - self._clock())
            if seconds or circuit.on_trial:
                raise CircuitOpenError(
                    f"{call.provider}'s {call.model} failed {circuit.failures} times in a row."
                    f" Nothing was sent; the next call may pass in {seconds:.1f} s",
                    retry_after=seconds,
                )
            circuit.on_trial = True
            return True

    def report(self, call: Call, *, failed: bool | None, trial: bool, retry_after: float | None = None) -> None:
        """Note what became of a call; `failed` is None if it tells nothing of the provider."""
        with self._lock:
            circuit = self._circuits[call.provider, call.model]
            if trial:
                circuit.on_trial = False
            if failed:
                circuit.failures += 1
                if trial or (circuit.opens_until is None and circuit.failures >= self._failures):
                    circuit.opens_until = self._clock() + max(self._pause, retry_after or 0)
            elif failed is False:
                circuit.failures, circuit.opens_until = 0, None


class _GuardedModel(Watching):
    """A language model behind a breaker."""

    def __init__(self, inner: LanguageModel, breaker: CircuitBreaker) -> None:
        super().__init__(inner)
        self._breaker = breaker

    @override
    def watch(self, call: Call, *, streamed: bool) -> Watch:
        return _Guard(self._breaker, call)


class _Guard(Watch):
    def __init__(self, breaker: CircuitBreaker, call: Call) -> None:
        self._breaker = breaker
        self._call = call
        self._trial = False

    @override
    def begin(self) -> None:
        self._trial = self._breaker.admit(self._call)

    @override
    def end(self, error: BaseException | None) -> None:
        retry_after = error.retry_after if isinstance(error, ProviderError) else None
        self._breaker.report(self._call, failed=self._failed(error), trial=self._trial, retry_after=retry_after)

    def _failed(self, error: BaseException | None) -> bool | None:
        if isinstance(error, ResponseError) or (isinstance(error, BaseLLMException) and error.retryable):
            return True
        answered = error is None or isinstance(error, ProviderError) or self.begun
        return False if answered else None
