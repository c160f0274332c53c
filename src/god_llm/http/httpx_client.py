"""The adapter for httpx: for the ollama SDK, which is built on it, and for providers without an SDK."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, cast

from god_llm.domain.exceptions import ConfigurationError
from god_llm.http.errors import HttpStatusError
from god_llm.http.given import client_of, refuse_aws
from god_llm.http.httpx_errors import classify_httpx
from god_llm.http.httpx_timeouts import allow_silence, socket_timeouts
from god_llm.http.library import Library, Opening
from god_llm.http.options import split_url
from god_llm.http.outgoing import Outgoing

if TYPE_CHECKING:
    import httpx

__all__ = ["HttpxAsyncClient", "HttpxClient", "httpx_library"]

_FAILURE: Final = 300


class HttpxClient:
    """A `Client` over an httpx client.

    Args:
        http: posts.
        query: of the base URL; httpx would put it before the path.
    """

    def __init__(self, http: httpx.Client, query: Mapping[str, str] | None = None) -> None:
        self._http = http
        self._places = _Places(http, query or {})

    def close(self) -> None:
        """Close the httpx client."""
        self._http.close()

    def post(self, request: Outgoing) -> httpx.Response:
        """See `Client.post`."""
        response = self._http.send(self._places.built(request), stream=True, follow_redirects=False)
        if response.status_code < _FAILURE:
            return allow_silence(response, request.timeouts)
        try:
            raise _failure(response, response.read())
        finally:
            response.close()


class HttpxAsyncClient:
    """An `AsyncClient` over an httpx client.

    Args:
        http: posts.
        query: of the base URL; httpx would put it before the path.
    """

    def __init__(self, http: httpx.AsyncClient, query: Mapping[str, str] | None = None) -> None:
        self._http = http
        self._places = _Places(http, query or {})

    async def aclose(self) -> None:
        """Close the httpx client."""
        await self._http.aclose()

    async def post(self, request: Outgoing) -> httpx.Response:
        """See `AsyncClient.post`."""
        response = await self._http.send(self._places.built(request), stream=True, follow_redirects=False)
        if response.status_code < _FAILURE:
            return allow_silence(response, request.timeouts)
        try:
            raise _failure(response, await response.aread())
        finally:
            await response.aclose()


class _Places:
    """Writes requests. Each URL is put together once: httpx would do it at every request, a tenth of its work."""

    def __init__(self, http: httpx.Client | httpx.AsyncClient, query: Mapping[str, str]) -> None:
        self._http = http
        self._query = query
        self._urls: dict[str, httpx.URL] = {}

    def built(self, request: Outgoing) -> httpx.Request:
        from httpx import USE_CLIENT_DEFAULT, Timeout

        limits = request.timeouts
        return self._http.build_request(
            "POST",
            self._url(request),
            json=request.body,
            headers=request.headers,
            timeout=USE_CLIENT_DEFAULT if limits is None else Timeout(**socket_timeouts(limits)),
        )

    def _url(self, request: Outgoing) -> httpx.URL | str:
        if not request.url.startswith("/"):  # a redirect's whole URL
            return request.url
        url = self._urls.get(request.url)
        if url is None:
            query = {**self._query, **request.query}
            url = self._urls[request.url] = self._http.build_request("POST", request.url, params=query or None).url
        return url


def httpx_library(*, base_url: str | None = None, install: str = "httpx") -> Library:
    """The `Library` that posts with httpx.

    Args:
        base_url: of the provider, unless the user gives another one.
        install: what to give to `pip install` if httpx is missing.
    """

    def place(opening: Opening) -> tuple[str, Mapping[str, str]]:
        url = opening.options.base_url or base_url
        if url is None:
            raise ConfigurationError(
                "base_url= is missing: this provider has no default", provider=opening.endpoint.provider
            )
        return split_url(url)

    def open_client(opening: Opening) -> HttpxClient:
        import httpx

        root, query = place(opening)
        return HttpxClient(httpx.Client(base_url=root), query)

    def aopen_client(opening: Opening) -> HttpxAsyncClient:
        import httpx

        root, query = place(opening)
        return HttpxAsyncClient(httpx.AsyncClient(base_url=root), query)

    return Library(
        name="httpx",
        install=install,
        load=_load,
        open=open_client,
        aopen=aopen_client,
        adopt=lambda http: HttpxClient(cast("httpx.Client", http)),  # `accepts` has checked the type
        aadopt=lambda http: HttpxAsyncClient(cast("httpx.AsyncClient", http)),  # as above
        accepts=lambda client, of_async: client_of("httpx", "Client", "AsyncClient", client, of_async=of_async),
        refuse=refuse_aws,
        classify=classify_httpx,
    )


def _failure(response: httpx.Response, body: bytes) -> HttpStatusError:
    return HttpStatusError(response.status_code, response.headers, body, str(response.url))


def _load(_: Opening) -> None:
    import httpx  # noqa: F401 - loaded for its effect
