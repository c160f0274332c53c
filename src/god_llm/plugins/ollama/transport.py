"""The ollama SDK: the only place, with its error table, that imports it.

The SDK has no public raw access, and its public `.chat()` builds pydantic models of the request and of each
reply: twice the work, and fields that it does not know are dropped. So two private names of the SDK are
used, and no others: `Client._request_raw(method, path, ...)`, which posts and raises the SDK's own errors,
and `Client._client`, the httpx client below it (with their async twins). `pyproject.toml` holds the SDK to
the versions that have them (`ollama>=0.6.3,<0.7`), and a test checks that they are there.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from god_llm.dialects.ndjson import ObjectSplitter
from god_llm.dialects.replies import json_object
from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, MissingDependencyError
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.ollama.errors import translate
from god_llm.plugins.ollama.wire import Request
from god_llm.protocols import AuthSource
from god_llm.transports.bodies import pieces_of
from god_llm.transports.per_loop import PerLoop
from god_llm.transports.timeouts import checked_timeout
from god_llm.transports.tls import shared_tls, tls_when_needed

if TYPE_CHECKING:
    import httpx
    import ollama

__all__ = ["OllamaTransport"]

_PATH: Final = "/api/chat"


class OllamaTransport:
    """Sends requests to Ollama. Clients are made on first use: one for all threads, one per event loop.

    Args:
        auth: where the key comes from; a local Ollama needs none, so none may be found.
        base_url: of the service, without `/api`; by default the SDK's (`OLLAMA_HOST`, else this machine).
        timeout: seconds without a sign of life from the service; by default the SDK's (no limit).
    """

    def __init__(self, auth: AuthSource, *, base_url: str | None = None, timeout: float | None = None) -> None:
        self._auth = auth
        self._base_url = base_url
        self._timeout = checked_timeout(timeout)
        self._lock = threading.Lock()
        self._client: tuple[_Client, weakref.finalize[[], OllamaTransport]] | None = None
        self._aclients = PerLoop(lambda: _aopen(base_url, timeout), lambda client: client.aclose())

    @override
    def __reduce__(self) -> tuple[Callable[[AuthSource], OllamaTransport], tuple[AuthSource]]:
        """The configuration alone: a pickle has no connections, and no keys."""
        return partial(type(self), base_url=self._base_url, timeout=self._timeout), (self._auth,)

    def send(self, request: Request, /) -> JsonObject:
        """See `Transport.send`."""
        headers = self._headers()
        with _translated():
            response = self._opened().post(request, headers)
        return json_object(response.content)

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`."""
        headers = self._headers()
        with _translated():
            response = self._opened().stream(request, headers)
            try:
                splitter = ObjectSplitter()
                for piece in response.iter_bytes():
                    yield from splitter.feed(piece)
                yield from splitter.finish()
            finally:
                response.close()

    async def asend(self, request: Request, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        headers = self._headers()
        with _translated():
            client = await self._aopened()
            response = await client.post(request, headers)
        return json_object(response.content)

    async def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        headers = self._headers()
        with _translated():
            client = await self._aopened()
            response = await client.stream(request, headers)
            async with pieces_of(response) as pieces:
                splitter = ObjectSplitter()
                async for piece in pieces:
                    for event in splitter.feed(piece):
                        yield event
                for event in splitter.finish():
                    yield event

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

    def _opened(self) -> _Client:
        held = self._client
        if held is None:
            with self._lock:
                held = self._client
                if held is None:
                    _load(self._base_url)
                    client = _open(self._base_url, self._timeout)
                    # Who never closes a facade leaves no socket open.
                    held = self._client = client, weakref.finalize(self, client.close)
        return held[0]

    async def _aopened(self) -> _AsyncClient:
        if not self._aclients.has_client():
            from anyio.to_thread import run_sync

            await run_sync(_load, self._base_url)  # an SDK's import takes up to a second: not on the loop
        return await self._aclients.get()

    def _headers(self) -> Mapping[str, str]:
        key = self._auth.get_key("ollama")
        return {} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"}


class _Client:
    def __init__(self, sdk: ollama.Client) -> None:
        self._sdk = sdk
        self._http: httpx.Client = sdk._client  # noqa: SLF001 - see the module's docstring
        self._url = _endpoint(self._http)
        self.close = self._http.close
        _forget_key(self._http)

    def post(self, request: Request, headers: Mapping[str, str]) -> httpx.Response:
        response: httpx.Response = self._sdk._request_raw(  # type: ignore[no-untyped-call]  # noqa: SLF001 - as above
            "POST", self._url, json=_body(request, stream=False), headers=headers
        )
        return response

    def stream(self, request: Request, headers: Mapping[str, str]) -> httpx.Response:
        asked = self._http.build_request("POST", self._url, json=_body(request, stream=True), headers=headers)
        response = self._http.send(asked, stream=True)
        if not response.is_success:
            try:
                response.read()
            finally:
                response.close()
            response.raise_for_status()
        return response


class _AsyncClient:
    def __init__(self, sdk: ollama.AsyncClient) -> None:
        self._sdk = sdk
        self._http: httpx.AsyncClient = sdk._client  # noqa: SLF001 - see the module's docstring
        self._url = _endpoint(self._http)
        self.aclose = self._http.aclose
        _forget_key(self._http)

    async def post(self, request: Request, headers: Mapping[str, str]) -> httpx.Response:
        response: httpx.Response = await self._sdk._request_raw(  # type: ignore[no-untyped-call]  # noqa: SLF001 - as above
            "POST", self._url, json=_body(request, stream=False), headers=headers
        )
        return response

    async def stream(self, request: Request, headers: Mapping[str, str]) -> httpx.Response:
        asked = self._http.build_request("POST", self._url, json=_body(request, stream=True), headers=headers)
        response = await self._http.send(asked, stream=True)
        if not response.is_success:
            try:
                await response.aread()
            finally:
                await response.aclose()
            response.raise_for_status()
        return response


def _body(request: Request, *, stream: bool) -> JsonObject:
    """The request with its switch: Ollama streams unless it is told not to."""
    return {**request, "stream": stream}


def _endpoint(http: httpx.Client | httpx.AsyncClient) -> httpx.URL:
    """The whole address of the endpoint: httpx would put it together anew at every request, a tenth of its work."""
    return http.build_request("POST", _PATH).url


def _forget_key(http: httpx.Client | httpx.AsyncClient) -> None:
    """Drop the key that the SDK took from the environment: the auth source alone decides, at every request."""
    http.headers.pop("authorization", None)


def _load(base_url: str | None) -> None:
    try:
        import httpx
        import ollama  # noqa: F401 - loaded for its effect
    except ImportError as error:
        raise MissingDependencyError(
            "the SDK for ollama is not installed: pip install 'god-llm[ollama]'", provider="ollama"
        ) from error
    address = os.environ.get("OLLAMA_HOST", "") if base_url is None else base_url
    if address.startswith("https"):
        shared_tls(httpx.create_ssl_context)


def _open(base_url: str | None, timeout: float | None) -> _Client:
    import httpx
    import ollama

    with _sound_address(base_url):
        return _Client(ollama.Client(base_url, timeout=timeout, verify=tls_when_needed(httpx.create_ssl_context)))


def _aopen(base_url: str | None, timeout: float | None) -> _AsyncClient:
    import httpx
    import ollama

    with _sound_address(base_url):
        return _AsyncClient(
            ollama.AsyncClient(base_url, timeout=timeout, verify=tls_when_needed(httpx.create_ssl_context))
        )


@contextmanager
def _sound_address(base_url: str | None) -> Generator[None, None, None]:
    import httpx

    try:
        yield
    except (ValueError, httpx.InvalidURL) as error:
        where = "OLLAMA_HOST" if base_url is None else f"base_url={base_url!r}"
        raise ConfigurationError(f"{where} is not an address of Ollama: {error}", provider="ollama") from error


@contextmanager
def _translated() -> Generator[None, None, None]:
    try:
        yield
    except BaseLLMException:
        raise
    except Exception as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error
