"""The adapter for the ollama SDK.

The SDK has no public raw access, and its public `.chat()` builds pydantic models of the request and of each reply:
twice the work, and fields that it does not know are dropped. So one private name of the SDK is used, and no other:
`Client._client`, the httpx client below it (and `AsyncClient._client`). `pyproject.toml` holds the SDK to the
versions that have it (`ollama>=0.6.3,<0.7`), and a test checks that it is there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, cast

from god_llm.distribution import requirement
from god_llm.domain.exceptions import BaseLLMException, ConfigurationError
from god_llm.http.errors import HttpConnectionError, HttpFailure, HttpStatusError
from god_llm.http.given import client_of, refuse_aws
from god_llm.http.httpx_client import HttpxAsyncClient, HttpxClient
from god_llm.http.httpx_errors import classify_httpx
from god_llm.http.library import Library, Opening
from god_llm.http.options import masked, split_url
from god_llm.http.tls import shared_tls, tls_when_needed

if TYPE_CHECKING:
    import httpx
    import ollama

__all__ = ["OLLAMA"]

_VARIABLE: Final = "OLLAMA_HOST"
_LOCAL: Final = "http://127.0.0.1:11434"
_EVERY_INTERFACE: Final = re.compile(r"^((?:https?://)?)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)")


def _open(opening: Opening) -> HttpxClient:
    import httpx
    import ollama

    with _sound_address(opening) as (host, query):
        verify = tls_when_needed(httpx.create_ssl_context)
        sdk = ollama.Client(host, verify=verify)
        http: httpx.Client = sdk._client  # noqa: SLF001 - see the module's docstring
        _forget_key(http)
        return HttpxClient(http, query)


def _aopen(opening: Opening) -> HttpxAsyncClient:
    import httpx
    import ollama

    with _sound_address(opening) as (host, query):
        verify = tls_when_needed(httpx.create_ssl_context)
        sdk = ollama.AsyncClient(host, verify=verify)
        http: httpx.AsyncClient = sdk._client  # noqa: SLF001 - see the module's docstring
        _forget_key(http)
        return HttpxAsyncClient(http, query)


def _forget_key(http: httpx.Client | httpx.AsyncClient) -> None:
    """Drop the key that the SDK took from the environment: the auth source alone decides, at every request."""
    http.headers.pop("authorization", None)


def _adopt(sdk: object) -> HttpxClient:
    return HttpxClient(cast("ollama.Client", sdk)._client)  # noqa: SLF001 - see above; `_accepts` checked the type


def _aadopt(sdk: object) -> HttpxAsyncClient:
    return HttpxAsyncClient(cast("ollama.AsyncClient", sdk)._client)  # noqa: SLF001 - as above


def _load(opening: Opening) -> None:
    import httpx
    import ollama  # noqa: F401 - loaded for its effect

    host, _ = _place(opening)
    if host is not None and host.startswith("https"):
        shared_tls(httpx.create_ssl_context)


def _place(opening: Opening) -> tuple[str | None, Mapping[str, str]]:
    """The address and its query; None for the SDK's own. Docker's env files leave quotes around `OLLAMA_HOST`.

    The variable is the server's too, which listens at `0.0.0.0` or `[::]`: a client reaches that one at `127.0.0.1`.
    """
    if opening.options.base_url is not None:
        return split_url(opening.options.base_url)
    given = os.environ.get(_VARIABLE)
    if not given:
        return None, {}
    address = given.strip(" \t\r\n\"'") or _LOCAL
    return _EVERY_INTERFACE.sub(r"\g<1>127.0.0.1", address), {}


@contextmanager
def _sound_address(opening: Opening) -> Generator[tuple[str | None, Mapping[str, str]], None, None]:
    import httpx

    try:
        yield _place(opening)
    except (ValueError, httpx.InvalidURL) as error:
        base_url = opening.options.base_url
        where = _VARIABLE if base_url is None else f"base_url={masked(base_url)!r}"
        raise ConfigurationError(f"{where} is not an address of Ollama ({error}): correct it") from error


def _accepts(client: object, of_async: bool) -> None:
    client_of("ollama", "Client", "AsyncClient", client, of_async=of_async)


def _classify(error: Exception) -> HttpFailure | BaseLLMException | None:
    """The exceptions of httpx; `ollama.ResponseError` is raised by methods that are not used, but may be by a hook."""
    kind = type(error)
    if kind.__module__ == "ollama._types" and kind.__name__ == "ResponseError":
        text = str(getattr(error, "error", error))
        status = getattr(error, "status_code", -1)
        return HttpStatusError(status, {}, text.encode()) if status > 0 else HttpConnectionError(text)
    return classify_httpx(error)


OLLAMA: Final = Library(
    name="ollama",
    install=requirement("ollama"),
    load=_load,
    open=_open,
    aopen=_aopen,
    adopt=_adopt,
    aadopt=_aadopt,
    accepts=_accepts,
    refuse=refuse_aws,
    classify=_classify,
)
"""The ollama SDK."""
