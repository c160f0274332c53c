"""Ollama's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from god_llm.dialects.http_errors import parsed_body, provider_error
from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    MalformedResponseError,
    ProviderError,
    TimeoutExceededError,
)

if TYPE_CHECKING:
    import httpx
    import ollama

__all__ = ["reported", "translate"]


def translate(error: Exception) -> BaseLLMException | None:
    """An exception of the SDK or its HTTP library as ours, or None for any other."""
    import httpx
    import ollama

    match error:
        case ollama.ResponseError():
            return _of_sdk(error)
        case httpx.HTTPStatusError():
            return _of_response(error.response)
        case httpx.TimeoutException():
            return TimeoutExceededError("Ollama did not answer in time", provider="ollama")
        case ConnectionError() | httpx.TransportError():
            return ConnectionFailedError(f"the connection to Ollama failed: {error}", provider="ollama")
        case UnicodeError():  # a host name that no resolver takes
            return ConfigurationError(f"the address of Ollama can't be used: {error}", provider="ollama")
        case httpx.HTTPError():
            return MalformedResponseError(f"Ollama's answer can't be read: {error}", provider="ollama")
        case _:
            return None


def reported(
    body: Mapping[str, object], *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> ProviderError:
    """The error that a body (`{"error": "text"}`) reports.

    Ollama has no error codes: the status alone tells. https://docs.ollama.com/api/errors
    """
    return _reported(body.get("error"), body, status, headers or {})


def _reported(said: object, body: object, status: int | None, headers: Mapping[str, str]) -> ProviderError:
    details: Mapping[str, object] = said if isinstance(said, dict) else {"message": said}
    message = details.get("message")
    return provider_error(
        provider="ollama",
        message=message if isinstance(message, str) else "",
        status=status,
        codes=(),
        table={},
        headers=headers,
        body=body,
    )


def _of_sdk(error: ollama.ResponseError) -> ProviderError:
    """The SDK keeps status and text; the headers (`Retry-After`) are with the exception that it replaced."""
    import httpx

    cause = error.__context__
    if isinstance(cause, httpx.HTTPStatusError):
        return _of_response(cause.response)
    status = error.status_code if error.status_code > 0 else None
    return _reported(error.error, error.error, status, {})


def _of_response(response: httpx.Response) -> ProviderError:
    body = parsed_body(response.text)
    said = body.get("error") if isinstance(body, dict) else body
    return _reported(said, body, response.status_code, response.headers)
