"""Anthropic's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm.dialects.http_errors import ErrorTable, provider_error
from god_llm.domain.exceptions import (
    AuthenticationError,
    BaseLLMException,
    ConnectionFailedError,
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

if TYPE_CHECKING:
    import anthropic

__all__ = ["reported", "translate"]

# https://platform.claude.com/docs/en/api/errors
_TABLE: Final[ErrorTable] = {
    "invalid_request_error": InvalidRequestError,
    "request_too_large": InvalidRequestError,
    "authentication_error": AuthenticationError,
    "billing_error": PermissionDeniedError,
    "permission_error": PermissionDeniedError,
    "not_found_error": NotFoundError,
    "rate_limit_error": RateLimitError,
    "timeout_error": ProviderUnavailableError,
    "api_error": ProviderUnavailableError,
    "overloaded_error": OverloadedError,
}


def translate(error: Exception) -> BaseLLMException | None:
    """An exception of the SDK or its HTTP library as ours, or None for any other."""
    import anthropic
    import httpx2

    match error:
        case anthropic.APIStatusError():
            return _of_status(error)
        case anthropic.APITimeoutError() | httpx2.TimeoutException():
            return TimeoutExceededError("Anthropic did not answer in time", provider="anthropic")
        case anthropic.APIConnectionError() | httpx2.TransportError():
            return ConnectionFailedError(
                f"the connection to Anthropic failed: {error.__cause__ or error}", provider="anthropic"
            )
        case anthropic.AnthropicError() | httpx2.HTTPError():
            return MalformedResponseError(f"Anthropic's answer can't be read: {error}", provider="anthropic")
        case _:
            return None


def reported(
    body: Mapping[str, object], *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> ProviderError:
    """The error that a body (`{"type": "error", "error": {...}}`) reports."""
    inner = body.get("error")
    details: Mapping[str, object] = inner if isinstance(inner, dict) else {}
    kind, message = details.get("type"), details.get("message")
    return provider_error(
        provider="anthropic",
        message=message if isinstance(message, str) else "",
        status=status,
        codes=(kind if isinstance(kind, str) else None,),
        table=_TABLE,
        headers=headers or {},
        body=body,
    )


def _of_status(error: anthropic.APIStatusError) -> ProviderError:
    body = error.body if isinstance(error.body, dict) else {"error": {"message": error.response.text or error.message}}
    return reported(body, status=error.status_code, headers=error.response.headers)
