"""The adapter for SDKs of one make: anthropic, openai and groq.

Those SDKs let a caller post a plain body and get the HTTP response back: `client.post(path, body=..., cast_to=<the
HTTP library's Response>)`. Connection pool, timeouts, headers and typed errors are the SDK's; its walk over the
request and its reply models are skipped.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from god_llm.distribution import requirement
from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, MalformedResponseError
from god_llm.http.errors import HttpConnectionError, HttpFailure, HttpStatusError, HttpTimeoutError
from god_llm.http.given import client_of, refuse_aws
from god_llm.http.httpx_errors import body_of, classify_httpx
from god_llm.http.httpx_timeouts import HasRequest, allow_silence, socket_timeouts
from god_llm.http.library import Library, Opening
from god_llm.http.options import split_url
from god_llm.http.outgoing import Outgoing

if TYPE_CHECKING:
    from god_llm.http.client import AsyncClient, AsyncResponse, Client, Response

    class HttpxResponse(HasRequest, Response, Protocol):
        """A response of httpx or httpx2."""

    class AsyncHttpxResponse(HasRequest, AsyncResponse, Protocol):
        """A response of httpx or httpx2."""


__all__ = ["AsyncSDK", "SyncSDK", "stainless"]

_ONE_TRY: Final = {"max_retries": 0, "follow_redirects": False}
"""Retries and redirects are `RetryingTransport`'s and `HttpTransport`'s, for a client of the user's own too."""


class _SDK(Protocol):
    @property
    def timeout(self) -> object:
        """Seconds, or a value of the HTTP library."""
        ...

    @property
    def post(self) -> Callable[..., Any]:  # Any: each SDK has types of its own for options and responses
        """Post a body, and get whatever `cast_to` asks for."""
        ...


class SyncSDK(_SDK, Protocol):
    """The interface of an SDK's client that is used here."""

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncSDK(_SDK, Protocol):
    """`SyncSDK`, for async code."""

    async def close(self) -> None:
        """Close all connections."""
        ...


def stainless(
    name: str,
    *,
    http: str,
    base_url_variable: str,
    open: Callable[[str | None], SyncSDK],  # noqa: A002 - as the field of `Library`
    aopen: Callable[[str | None], AsyncSDK],
) -> Library:
    """The `Library` for one of the SDKs.

    Args:
        name: of the SDK, and of the extra that installs it.
        http: the HTTP library that the SDK is built on.
        base_url_variable: the environment variable that the SDK reads its URL from.
        open: makes a client that holds no key, for a base URL; None leaves it to the SDK.
        aopen: the same for async code.
    """
    return Library(
        name=name,
        install=requirement(name),
        load=partial(_load, name),
        open=partial(_open, _Make(name, http, base_url_variable), open),
        aopen=partial(_aopen, _Make(name, http, base_url_variable), aopen),
        adopt=partial(_adopt, _Make(name, http, base_url_variable)),
        aadopt=partial(_aadopt, _Make(name, http, base_url_variable)),
        accepts=partial(_accepts, name),
        refuse=refuse_aws,
        classify=partial(_classify, name),
    )


class _Make(NamedTuple):
    """The names that tell the SDKs apart."""

    name: str
    http: str
    base_url_variable: str


class _Client:
    """A `Client`."""

    def __init__(self, sdk: SyncSDK, asked: _Asked) -> None:
        self._sdk = sdk
        self._asked = asked
        self.close = sdk.close

    def post(self, request: Outgoing) -> Response:
        response: HttpxResponse = self._sdk.post(
            request.url,
            cast_to=self._asked.response,
            body=request.body,
            options=self._asked.options(request, self._sdk.timeout),
            stream=True,
        )
        return allow_silence(response, request.timeouts)


class _AsyncClient:
    """An `AsyncClient`."""

    def __init__(self, sdk: AsyncSDK, asked: _Asked) -> None:
        self._sdk = sdk
        self._asked = asked
        self.aclose = sdk.close

    async def post(self, request: Outgoing) -> AsyncResponse:
        response: AsyncHttpxResponse = await self._sdk.post(
            request.url,
            cast_to=self._asked.response,
            body=request.body,
            options=self._asked.options(request, self._sdk.timeout),
            stream=True,
        )
        return allow_silence(response, request.timeouts)


class _Asked:
    """The request options of an SDK's client, beside path and body.

    Args:
        make: the SDK.
        query: of the base URL, which the SDK would put before the path.
        without_key: headers for a request that has no key, so that the SDK does not insist on one.
    """

    def __init__(self, make: _Make, query: Mapping[str, str], without_key: Mapping[str, object]) -> None:
        # With this class the SDK returns the bare response.
        self.response: object = import_module(make.http).Response
        self._timeout: Callable[..., object] = import_module(make.http).Timeout
        self._query = query
        self._without_key = without_key

    def options(self, request: Outgoing, timeout: object) -> Mapping[str, object]:
        headers: Mapping[str, object] = request.headers
        if self._without_key and not _has_key(headers):
            headers = {**self._without_key, **headers}
        options: dict[str, object] = {**_ONE_TRY, "headers": headers}
        if self._query or request.query:
            options["params"] = {**self._query, **request.query}
        # The SDK's own too: anthropic writes a timeout that is not given into a header, as `NOT_GIVEN`.
        limits = request.timeouts
        chosen = timeout if limits is None else self._timeout(**socket_timeouts(limits))
        if chosen is not None:
            options["timeout"] = chosen
        return options


def _open(make: _Make, open_sdk: Callable[[str | None], SyncSDK], opening: Opening) -> Client:
    root, query = _place(make, opening)
    sdk = open_sdk(root)
    return _Client(sdk, _Asked(make, query, _without_key(make, sdk)))


def _aopen(make: _Make, open_sdk: Callable[[str | None], AsyncSDK], opening: Opening) -> AsyncClient:
    root, query = _place(make, opening)
    sdk = open_sdk(root)
    return _AsyncClient(sdk, _Asked(make, query, _without_key(make, sdk)))


def _adopt(make: _Make, sdk: SyncSDK) -> Client:
    return _Client(sdk, _Asked(make, {}, {}))


def _aadopt(make: _Make, sdk: AsyncSDK) -> AsyncClient:
    return _AsyncClient(sdk, _Asked(make, {}, {}))


def _place(make: _Make, opening: Opening) -> tuple[str | None, Mapping[str, str]]:
    """The base URL and its query; None for the SDK's own."""
    url = opening.options.base_url or os.environ.get(make.base_url_variable)
    return split_url(url) if url else (None, {})


def _without_key(make: _Make, sdk: object) -> Mapping[str, object]:
    """An order to leave the key out, unless the SDK's headers (`ANTHROPIC_CUSTOM_HEADERS` and its like) have one."""
    headers: Mapping[str, object] = getattr(sdk, "default_headers", {})
    bearer = {str(value).strip() for name, value in headers.items() if name.lower() == "authorization"}
    return {} if bearer - {"Bearer"} else {"Authorization": import_module(make.name).Omit()}


def _has_key(headers: Mapping[str, object]) -> bool:
    return "Authorization" in headers or "X-Api-Key" in headers


def _load(name: str, _: Opening) -> None:
    import_module(name)


def _accepts(name: str, client: object, of_async: bool) -> None:
    client_of(name, "SyncAPIClient", "AsyncAPIClient", client, of_async=of_async)


def _classify(name: str, error: Exception) -> HttpFailure | BaseLLMException | None:
    """An exception of the SDK, or of its HTTP library, as one of the three."""
    sdk = sys.modules.get(name)
    if sdk is None or not isinstance(error, sdk.APIError.__base__):
        return classify_httpx(error)
    if isinstance(error, sdk.APIStatusError):
        response = error.response
        return HttpStatusError(error.status_code, response.headers, body_of(response), str(response.url))
    if isinstance(error, sdk.APIConnectionError):  # a timeout too
        return _of_connection(error)
    if isinstance(error, sdk.APIError):
        return MalformedResponseError(f"the answer can't be read: {error}")
    return ConfigurationError(f"the {name} SDK can't send the request: {error}")


def _of_connection(error: Exception) -> HttpFailure | BaseLLMException:
    """The SDK wraps whatever comes up while it sends."""
    cause = error.__cause__
    known = classify_httpx(cause) if isinstance(cause, Exception) else None
    if known is not None:
        return known
    is_timeout = any(kind.__name__ == "APITimeoutError" for kind in type(error).__mro__)
    return HttpTimeoutError() if is_timeout else HttpConnectionError(str(cause or error))
