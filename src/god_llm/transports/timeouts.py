"""Other time limits for one call."""

from __future__ import annotations

from typing import TypeVar

from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.timeouts import Timeouts
from god_llm.protocols import SupportsTimeout

__all__ = ["with_timeout"]

TransportT = TypeVar("TransportT")


def with_timeout(transport: TransportT, timeout: float | Timeouts) -> TransportT:
    """The transport with other time limits.

    Raises:
        UnsupportedParameterError: it has no method `with_timeout`.
    """
    if not isinstance(transport, SupportsTimeout):
        raise UnsupportedParameterError(
            f"{type(transport).__name__} can't change its timeout for one call: give it a method"
            " with_timeout(timeout), or leave timeout= out and set it where the transport is made"
        )
    return transport.with_timeout(timeout)
