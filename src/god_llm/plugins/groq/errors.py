"""Groq's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.dialects.chat_completions.errors import ErrorWords
from god_llm.domain.exceptions import (
    AuthenticationError,
    BaseLLMException,
    ConnectionFailedError,
    ContentFilterError,
    ContextLengthError,
    InvalidRequestError,
    MalformedResponseError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    TimeoutExceededError,
)
from god_llm.domain.plain_json import JsonObject

__all__ = ["reported", "translate"]

# https://console.groq.com/docs/errors, https://console.groq.com/docs/flex-processing (`capacity_exceeded`)
_WORDS: Final = ErrorWords(
    "groq",
    table={
        "capacity_exceeded": OverloadedError,
        "content_filter": ContentFilterError,
        "context_length_exceeded": ContextLengthError,
        "invalid_api_key": AuthenticationError,
        "json_validate_failed": InvalidRequestError,
        "model_decommissioned": NotFoundError,
        "model_not_found": NotFoundError,
        "organization_restricted": PermissionDeniedError,
        "rate_limit_exceeded": RateLimitError,
        "request_too_large": InvalidRequestError,
        "tool_use_failed": InvalidRequestError,
    },
    # A type is the same for many statuses: a status says more.
    vague={
        "authentication_error": AuthenticationError,
        "internal_server_error": ProviderUnavailableError,
        "invalid_request_error": InvalidRequestError,
        "permissions_error": PermissionDeniedError,
        "requests": RateLimitError,
        "service_unavailable": ProviderUnavailableError,
        "tokens": RateLimitError,
    },
)


def translate(error: Exception) -> BaseLLMException | None:
    """An exception of the SDK or its HTTP library as ours, or None for any other."""
    import groq
    import httpx

    match error:
        case groq.APIStatusError():
            return _WORDS.answered(error.response.text, error.status_code, error.response.headers)
        case groq.APITimeoutError() | httpx.TimeoutException():
            return TimeoutExceededError("Groq did not answer in time", provider="groq")
        case groq.APIConnectionError() | httpx.TransportError():
            return ConnectionFailedError(f"the connection to Groq failed: {error.__cause__ or error}", provider="groq")
        case groq.GroqError() | httpx.HTTPError():
            return MalformedResponseError(f"Groq's answer can't be read: {error}", provider="groq")
        case _:
            return None


def reported(body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that a body (`{"error": {...}}`) reports; in a stream `x_groq.error` is its text alone."""
    return _WORDS.reported(body, status=status, headers=headers)
