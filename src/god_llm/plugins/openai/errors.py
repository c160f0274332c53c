"""OpenAI's errors as ours, for both of its APIs and for servers that speak like it."""

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

# https://platform.openai.com/docs/guides/error-codes
_WORDS: Final = ErrorWords(
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


def translate(error: Exception) -> BaseLLMException | None:
    """An exception of the SDK or its HTTP library as ours, or None for any other."""
    import httpx2
    import openai

    match error:
        case openai.APIStatusError():
            return _WORDS.answered(error.response.text, error.status_code, error.response.headers)
        case openai.APITimeoutError() | httpx2.TimeoutException():
            return TimeoutExceededError("OpenAI did not answer in time", provider="openai")
        case openai.APIConnectionError() | httpx2.TransportError():
            return ConnectionFailedError(
                f"the connection to OpenAI failed: {error.__cause__ or error}", provider="openai"
            )
        case openai.OpenAIError() | httpx2.HTTPError():
            return MalformedResponseError(f"OpenAI's answer can't be read: {error}", provider="openai")
        case _:
            return None


def reported(body: JsonObject, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that a body reports: `{"error": {...}}`, or a stream's `{"type": "error", "code": ...}`."""
    return _WORDS.reported(body, status=status, headers=headers)
