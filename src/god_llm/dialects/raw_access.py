"""The transport over an SDK's raw access, for the SDKs of one make (anthropic, openai, groq).

Those SDKs let a caller post a plain body and get the HTTP response back: `client.post(path, body=...,
cast_to=<the HTTP library's Response>)`. Auth, connection pool, timeouts, headers and typed errors stay the
SDK's; its walk over the request and its reply models are skipped.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, Protocol, TypeVar

from pydantic import SecretStr
from typing_extensions import override

from god_llm.dialects.replies import json_object
from god_llm.dialects.sse import Event, EventSplitter
from god_llm.domain.exceptions import (
    BaseLLMException,
    MalformedResponseError,
    MissingDependencyError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import LLMProviderType
from god_llm.engine.base import missing_key
from god_llm.protocols import AuthSource
from god_llm.transports.bodies import StreamedResponse, pieces_of
from god_llm.transports.per_loop import PerLoop
from god_llm.transports.timeouts import checked_timeout

__all__ = [
    "DONE",
    "AsyncClient",
    "AsyncResponse",
    "Client",
    "ClientOptions",
    "RawAccess",
    "RawTransport",
    "Response",
]

RequestT = TypeVar("RequestT", bound=JsonObject)

DONE: Final[JsonObject] = {"type": "[DONE]"}
"""What stands in a stream's events for OpenAI's closing line `data: [DONE]`, which is not JSON."""


class _Headed(Protocol):
    @property
    def headers(self) -> Mapping[str, str]: ...


class Response(_Headed, Protocol):
    """What we use of an HTTP response."""

    @property
    def content(self) -> bytes:
        """The whole body."""
        ...

    def iter_bytes(self) -> Iterator[bytes]:
        """The body, as it arrives."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class AsyncResponse(_Headed, StreamedResponse, Protocol):
    """`Response`, for async code."""

    @property
    def content(self) -> bytes:
        """The whole body."""
        ...


class Client(Protocol):
    """An SDK's client, as far as it is used: it posts a body to the provider's endpoint."""

    def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> Response:
        """The response; one with an error status is raised as the SDK's own exception."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncClient(Protocol):
    """`Client`, for async code."""

    async def post(self, body: JsonObject, headers: Mapping[str, str], *, stream: bool) -> AsyncResponse:
        """As `Client.post`."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """What a client is made with; None leaves it to the SDK."""

    key: SecretStr
    base_url: str | None
    timeout: float | None


@dataclass(frozen=True, slots=True)
class RawAccess:
    """How one SDK is used: a value that its `transport.py` fills in."""

    provider: LLMProviderType
    load: Callable[[], object]
    """Imports the SDK."""
    open: Callable[[ClientOptions], Client]
    aopen: Callable[[ClientOptions], AsyncClient]
    headers: Callable[[str], Mapping[str, str]]
    """The headers that carry a key."""
    streaming: JsonObject
    """What a request says to get a stream."""
    translate: Callable[[Exception], BaseLLMException | None]
    """The error table: an exception of the SDK, or of its HTTP library, as ours; None for any other."""


class RawTransport(Generic[RequestT]):
    """Carries plain JSON through an SDK. Clients are made on first use: one for all threads, one per event loop."""

    def __init__(
        self,
        access: RawAccess,
        auth: AuthSource,
        *,
        base_url: str | None = None,
        timeout: float | None = None,
    ) -> None:
        self._access = access
        self._auth = auth
        self._base_url = base_url
        self._timeout = checked_timeout(timeout)
        self._lock = threading.Lock()
        self._client: tuple[Client, weakref.finalize[[], RawTransport[RequestT]]] | None = None
        self._aclients = PerLoop(
            lambda: access.aopen(ClientOptions(_key(access, auth), base_url, timeout)), lambda client: client.aclose()
        )

    @override
    def __reduce__(self) -> tuple[Callable[[AuthSource], object], tuple[AuthSource]]:
        """The configuration alone: a pickle has no connections, and no keys."""
        return partial(type(self), base_url=self._base_url, timeout=self._timeout), (self._auth,)

    def send(self, request: RequestT, /) -> JsonObject:
        """See `Transport.send`."""
        headers = self._headers()
        with self._translated():
            body = self._opened().post(request, headers, stream=False).content
        return json_object(body)

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`."""
        headers = self._headers()
        with self._translated():
            response = self._opened().post({**request, **self._access.streaming}, headers, stream=True)
            try:
                splitter = _splitter(response)
                for piece in response.iter_bytes():
                    for event in splitter.feed(piece):
                        yield _read(event)
            finally:
                response.close()

    async def asend(self, request: RequestT, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        headers = self._headers()
        client = await self._aopened()
        with self._translated():
            body = (await client.post(request, headers, stream=False)).content
        return json_object(body)

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        headers = self._headers()
        client = await self._aopened()
        with self._translated():
            response = await client.post({**request, **self._access.streaming}, headers, stream=True)
            async with pieces_of(response) as pieces:
                splitter = _splitter(response)
                async for piece in pieces:
                    for event in splitter.feed(piece):
                        yield _read(event)

    def close(self) -> None:
        """Close the client of sync calls."""
        with self._lock:
            held, self._client = self._client, None
        if held is not None:
            _, close = held
            close()

    async def aclose(self) -> None:
        """Close the client of the running event loop."""
        await self._aclients.close()

    def _opened(self) -> Client:
        held = self._client
        if held is None:
            with self._lock:
                held = self._client
                if held is None:
                    self._loaded()
                    client = self._access.open(ClientOptions(self._key(), self._base_url, self._timeout))
                    # Who never closes a facade leaves no socket open.
                    held = self._client = client, weakref.finalize(self, client.close)
        return held[0]

    async def _aopened(self) -> AsyncClient:
        if not self._aclients.has_client():
            from anyio.to_thread import run_sync

            await run_sync(self._loaded)  # an SDK's import takes up to a second: not on the loop
        return await self._aclients.get()

    def _loaded(self) -> None:
        provider = self._access.provider
        try:
            self._access.load()
        except ImportError as error:
            raise MissingDependencyError(
                f"the SDK for {provider} is not installed: pip install 'god-llm[{provider}]'",
                provider=provider,
            ) from error

    def _headers(self) -> Mapping[str, str]:
        headers = self._access.headers(self._key().get_secret_value())
        return {name: _Unshown(value) for name, value in headers.items()}

    def _key(self) -> SecretStr:
        return _key(self._access, self._auth)

    @contextmanager
    def _translated(self) -> Generator[None, None, None]:
        try:
            yield
        except BaseLLMException:
            raise
        except Exception as error:
            ours = self._access.translate(error)
            if ours is None:
                raise
            raise ours from error


def _key(access: RawAccess, auth: AuthSource) -> SecretStr:
    key = auth.get_key(access.provider)
    if key is None:
        raise missing_key(access.provider)
    return key


class _Unshown(str):
    """A header's value that its `repr` does not show: SDKs log the headers they are given, at the level DEBUG."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return "'**********'"


def _splitter(response: _Headed) -> EventSplitter:
    """A splitter for the response's events.

    Raises:
        MalformedResponseError: the response is no event stream (a proxy's web page, say).
    """
    kind = response.headers.get("content-type", "text/event-stream")
    if not kind.startswith("text/event-stream"):
        raise MalformedResponseError(f"asked for a stream of events, the provider sent {kind}")
    return EventSplitter()


def _read(event: Event) -> JsonObject:
    return DONE if event.data == "[DONE]" else json_object(event.data)
