"""Groq's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.dialects.chat_completions.errors import ErrorCodes
from god_llm.domain.exceptions import (
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
)
from god_llm.domain.plain_json import JsonObject

__all__ = ["failure", "read_error", "reported"]

# https://console.groq.com/docs/errors, https://console.groq.com/docs/flex-processing (`capacity_exceeded`)
_CODES: Final = ErrorCodes(
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
    places=(("error",), ("x_groq", "error")),
)


def reported(body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that a body (`{"error": {...}}`) reports; in a stream `x_groq.error` is its text alone."""
    return _CODES.reported(body, status=status, headers=headers)


def failure(reply: JsonObject) -> ProviderError | None:
    """The error that a reply or an event with status 200 reports, or None."""
    return _CODES.failure(reply)


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response of Groq's reports."""
    return _CODES.read(status, headers, body)
