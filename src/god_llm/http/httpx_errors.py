"""Classification of the exceptions of httpx and httpx2. Both have the same classes; neither is imported here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, MalformedResponseError
from god_llm.http.errors import HttpConnectionError, HttpFailure, HttpStatusError, HttpTimeoutError

__all__ = ["HTTP_LIBRARIES", "body_of", "classify_httpx", "classify_network"]

HTTP_LIBRARIES: Final = ("httpx2", "httpx")


def classify_httpx(error: Exception) -> HttpFailure | BaseLLMException | None:
    """An exception of httpx or httpx2, or of the network below, as one of the three; None for any other."""
    for library in _loaded():
        if isinstance(error, library.HTTPStatusError):
            response = error.response
            return HttpStatusError(response.status_code, response.headers, body_of(response), str(response.url))
        if isinstance(error, library.TimeoutException):
            return HttpTimeoutError("connect" if isinstance(error, library.ConnectTimeout) else None)
        if isinstance(error, library.UnsupportedProtocol | library.InvalidURL | library.CookieConflict):
            return ConfigurationError(f"the URL of the service can't be used: {error}; set base_url=")
        if isinstance(error, library.TransportError):
            return HttpConnectionError(_text(error))
        if isinstance(error, library.HTTPError | library.StreamError):  # DecodingError, TooManyRedirects
            return MalformedResponseError(f"the answer can't be read: {_text(error)}")
    return classify_network(error)


def classify_network(error: Exception) -> HttpFailure | BaseLLMException | None:
    """An exception of Python's own network modules, and of anyio's, as one of the three; None for any other."""
    match error:
        case HttpFailure():
            return error
        case TimeoutError():
            return HttpTimeoutError()
        case UnicodeError() if getattr(error, "encoding", "idna") == "idna":
            return ConfigurationError(f"the host of base_url= can't be looked up: {type(error).__name__}")
        case OSError():  # also ssl.SSLError
            return HttpConnectionError(_text(error))
        case _ if type(error).__module__.partition(".")[0] in (
            "anyio",
            "trio",
        ):  # openai's issue: unmapped TLS failures
            return HttpConnectionError(_text(error))
        case _:
            return None


def body_of(response: Any) -> bytes:  # Any: a response of httpx or httpx2, one of which may not be installed
    """The body of an error response; empty if nobody read it before it was closed."""
    try:
        content: bytes = response.content
    except Exception:  # noqa: BLE001 - each of the libraries has an exception of its own for this
        return b""
    return content


def _loaded() -> Iterator[ModuleType]:
    """The libraries that are loaded: an exception of one that is not can't come."""
    for name in HTTP_LIBRARIES:
        module = sys.modules.get(name)
        if module is not None:
            yield module


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__
