"""The client port: what `HttpTransport` needs of an HTTP library or SDK. Imported for types alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Protocol

from god_llm.http.outgoing import Outgoing

__all__ = ["AsyncClient", "AsyncResponse", "Client", "Response"]


class _Answered(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


class Response(_Answered, Protocol):
    """A response with a status below 300. The responses of httpx and httpx2 are one."""

    def iter_bytes(self) -> Iterator[bytes]:
        """The body as it arrives."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class AsyncResponse(_Answered, Protocol):
    """`Response`, for async code."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""
        ...

    async def aclose(self) -> None:
        """Release the connection."""
        ...


class Client(Protocol):
    """Posts requests to one service. Used by all threads."""

    def post(self, request: Outgoing, /) -> Response:
        """The response, before its body has been read. Redirects are not followed.

        Raises:
            Exception: the library's own, or an `HttpFailure`. A status of 300 or above is one too.
        """
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncClient(Protocol):
    """`Client`, for async code."""

    async def post(self, request: Outgoing, /) -> AsyncResponse:
        """As `Client.post`."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...
