"""The socket timeouts of httpx and httpx2. Both take the same values; neither is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypedDict, TypeVar, cast

from god_llm.domain.timeouts import Timeouts

__all__ = ["HasRequest", "SocketTimeouts", "allow_silence", "socket_timeouts"]


class SocketTimeouts(TypedDict):
    """The keyword arguments of `httpx.Timeout`, in seconds."""

    connect: float
    read: float
    write: float
    pool: float


class _Request(Protocol):
    @property
    def extensions(self) -> Mapping[str, object]: ...


class HasRequest(Protocol):
    """A response of httpx or httpx2."""

    @property
    def request(self) -> _Request:
        """The request that it answers."""
        ...


ResponseT = TypeVar("ResponseT", bound=HasRequest)


def socket_timeouts(limits: Timeouts) -> SocketTimeouts:
    """The timeouts of a request until its response begins."""
    first = limits.until_first_event
    return {"connect": min(limits.connect, first), "read": first, "write": first, "pool": first}


def allow_silence(response: ResponseT, limits: Timeouts | None) -> ResponseT:
    """The response, whose body may pause as long as its limits allow, if that is longer than for the first event.

    httpcore reads `Request.extensions["timeout"]` again when it begins to read the body.
    """
    if limits is not None and limits.longest_silence > limits.until_first_event:
        timeouts = response.request.extensions.get("timeout")
        if isinstance(timeouts, dict):
            cast("dict[str, float]", timeouts)["read"] = limits.longest_silence  # as httpx documents the extension
    return response
