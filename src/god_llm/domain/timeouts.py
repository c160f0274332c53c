"""The time limits of a call."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Final

from god_llm.domain.exceptions import InvalidSettingError

__all__ = ["Timeouts", "timeout_problem", "timeouts_of"]

_CONNECT: Final = 10.0
_IDLE: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """The time limits of one call, in seconds. The first one that passes raises `TimeoutExceededError`.

    Bytes that only keep the connection alive, such as comments and pings, count for no limit.

    Attributes:
        connect: to open a connection.
        first_event: from the request to the first event of a stream, or to the end of a whole reply. A model that
            the server loads first needs more. None is as long as `idle`.
        idle: from one event of a stream to the next.
        total: of the whole call with its retries; None is no limit.

    Raises:
        InvalidSettingError: a limit is not a finite number above 0.
    """

    connect: float = _CONNECT
    first_event: float | None = None
    idle: float = _IDLE
    total: float | None = None

    def __post_init__(self) -> None:
        """Check each limit."""
        for each in fields(self):
            value = getattr(self, each.name)
            if not _is_duration(value) and (value is not None or each.name in _REQUIRED):
                raise InvalidSettingError(f"{each.name} must be {_DURATION}, not {value!r}")

    @property
    def until_first_event(self) -> float:
        """Seconds until the first event, within `total`."""
        first = self.idle if self.first_event is None else self.first_event
        return first if self.total is None else min(first, self.total)

    @property
    def longest_silence(self) -> float:
        """Seconds between two pieces of an answer at the most."""
        return max(self.idle, self.until_first_event)


_REQUIRED: Final = frozenset({"connect", "idle"})
_DURATION: Final = "a finite number above 0 (in seconds)"


def timeout_problem(value: object) -> str | None:
    """The description of a valid timeout, or None if this value is one."""
    return None if isinstance(value, Timeouts) or _is_duration(value) else f"{_DURATION} or a Timeouts"


def timeouts_of(timeout: float | Timeouts | None) -> Timeouts:
    """The limits that a timeout stands for: a number is `idle`, and bounds `connect`; None is the default limits."""
    if isinstance(timeout, Timeouts):
        return timeout
    return _DEFAULT if timeout is None else Timeouts(connect=min(timeout, _CONNECT), idle=timeout)


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


_DEFAULT: Final = Timeouts()
