"""Anthropic's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.domain.exceptions import (
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
)
from god_llm.http.errors import ErrorTable, parsed_body, provider_error

__all__ = ["failure", "read_error", "reported"]

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


def failure(reply: Mapping[str, object]) -> ProviderError | None:
    """The error that a reply or an event with status 200 reports, or None."""
    return reported(reply) if reply.get("type") == "error" else None


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response of Anthropic's reports; a gateway's body may not be JSON."""
    text = body.decode(errors="replace")
    parsed = parsed_body(text)
    return reported(
        parsed if isinstance(parsed, dict) else {"error": {"message": text}}, status=status, headers=headers
    )
