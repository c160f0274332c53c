"""OpenAI's errors as ours, for both of its APIs and for servers that speak like it."""

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

__all__ = ["CODES", "failure", "read_error", "reported", "response_failure"]

# https://platform.openai.com/docs/guides/error-codes
CODES: Final = ErrorCodes(
    "openai",
    table={
        "account_deactivated": AuthenticationError,
        "billing_hard_limit_reached": RateLimitError,
        "billing_not_active": RateLimitError,
        "bio_policy": ContentFilterError,
        "content_filter": ContentFilterError,
        "content_policy_violation": ContentFilterError,
        "context_length_exceeded": ContextLengthError,
        "cyber_policy": ContentFilterError,
        "image_content_policy_violation": ContentFilterError,
        "insufficient_quota": RateLimitError,
        "invalid_api_key": AuthenticationError,
        "misalignment_policy_violation": ContentFilterError,
        "model_not_found": NotFoundError,
        "rate_limit_exceeded": RateLimitError,
        "server_is_overloaded": OverloadedError,
        "slow_down": OverloadedError,
        # llama.cpp's server: https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md
        "exceed_context_size_error": ContextLengthError,
        "not_supported_error": InvalidRequestError,
    },
    # OpenAI calls a refused key an `invalid_request_error`, too: a status says more.
    vague={
        "authentication_error": AuthenticationError,
        "invalid_prompt": InvalidRequestError,
        "invalid_request_error": InvalidRequestError,
        "not_found_error": NotFoundError,
        "permission_error": PermissionDeniedError,
        "requests": RateLimitError,
        "server_error": ProviderUnavailableError,
        "tokens": RateLimitError,
        "vector_store_timeout": ProviderUnavailableError,
    },
    final=frozenset({"billing_hard_limit_reached", "billing_not_active", "insufficient_quota", "not_supported_error"}),
)


def reported(body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that a body reports: `{"error": {...}}`, or a stream's `{"type": "error", "code": ...}`."""
    return CODES.reported(body, status=status, headers=headers)


def failure(reply: JsonObject) -> ProviderError | None:
    """The error that a reply or an event with status 200 reports, or None."""
    return CODES.failure(reply)


def response_failure(event: JsonObject) -> ProviderError | None:
    """The error that a response of the Responses API reports, alone or in an event of a stream, or None."""
    kind, response = event.get("type"), event.get("response")
    reply = response if isinstance(response, dict) else event
    if kind == "error" or (reply.get("error") and (reply is not event or kind is None)):
        return reported(reply)
    if reply.get("status") == "failed":
        return reported({**reply, "error": {"message": "the response failed; OpenAI does not say why"}})
    return None


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response of OpenAI's reports."""
    return CODES.read(status, headers, body)
