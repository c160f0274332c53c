"""The client port: what `HttpTransport` needs of an HTTP library or SDK, and the value that describes one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from god_llm.domain.exceptions import BaseLLMException
from god_llm.domain.plain_json import JsonObject
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import HttpFailure
from god_llm.http.options import ConnectionOptions
from god_llm.protocols import AuthSource

__all__ = ["AsyncClient", "AsyncResponse", "Client", "Library", "Opening", "Outgoing", "Response"]


class _Answered(Protocol):
    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def content(self) -> bytes:
        """The whole body; only of a response that is not streamed."""
        ...


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


@dataclass(slots=True)
class Outgoing:
    """A request that is ready to be posted.

    Attributes:
        url: a path from the base URL on, or after a redirect a whole URL.
        body: what is sent as JSON.
        headers: beside the library's own. No value shows itself in its `repr`.
        query: parameters to add to the URL.
        stream: whether the body of the response is read as it arrives.
        timeout: seconds without a sign of life; None for the client's own.
    """

    url: str
    body: JsonObject
    headers: Mapping[str, str]
    query: Mapping[str, str]
    stream: bool
    timeout: float | None


class Client(Protocol):
    """Posts requests to one service. Used by all threads."""

    def post(self, request: Outgoing, /) -> Response:
        """The response. Redirects are not followed.

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


@dataclass(frozen=True, slots=True)
class Opening:
    """What a client is opened with.

    Attributes:
        endpoint: the service.
        options: how to connect.
        auth: for a library that signs requests itself. Nothing else asks it for a key here.
    """

    endpoint: Endpoint
    options: ConnectionOptions
    auth: AuthSource


def _all_options(_: ConnectionOptions, /) -> None:
    """Accept every option."""


def _nothing_to_load(_: Opening, /) -> None:
    """Load nothing."""


def _no_client(*_: object) -> None:
    """Accept every client."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """An HTTP library or SDK: how to open a client of it, and what its exceptions mean.

    Attributes:
        name: as in `import name`.
        install: what to give to `pip install` if it is missing.
        classify: an exception of the library as one of the three `HttpFailure`s, or as a domain error if it is none
            of them; None for an exception of anything else.
        open: makes a client. It may import the library.
        aopen: the same for async code, inside its event loop; None for a library without async.
        load: imports the library, and does whatever else is slow; called in a thread before `aopen`.
        adopt: makes a `Client` of a library's client that the user gave.
        aadopt: the same for an async one; None for a library without async.
        accepts: checks the type of a client that the user gave: (client, whether it is for async calls).
        refuse: refuses options that mean nothing to this library.
    """

    name: str
    install: str
    classify: Callable[[Exception], HttpFailure | BaseLLMException | None]
    open: Callable[[Opening], Client]
    aopen: Callable[[Opening], AsyncClient] | None = None
    load: Callable[[Opening], None] = _nothing_to_load
    adopt: Callable[[object], Client] | None = None
    aadopt: Callable[[object], AsyncClient] | None = None
    accepts: Callable[[object, bool], None] = _no_client
    refuse: Callable[[ConnectionOptions], None] = _all_options
