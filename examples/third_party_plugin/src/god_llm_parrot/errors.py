"""Parrot's errors, and httpx's, as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from god_llm import (
    AuthenticationError,
    BaseLLMException,
    ConnectionFailedError,
    MalformedResponseError,
    OverloadedError,
    ProviderError,
    TimeoutExceededError,
)
from god_llm.dialects.http_errors import ErrorTable, parsed_body, provider_error

if TYPE_CHECKING:
    import httpx

__all__ = ["reported", "translate"]

_TABLE: Final[ErrorTable] = {"busy": OverloadedError, "stranger": AuthenticationError}


def reported(body: object, *, status: int | None = None, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error that a body (`{"error": {"code": ..., "text": ...}}`) reports."""
    details = body.get("error") if isinstance(body, Mapping) else None
    known: Mapping[str, object] = details if isinstance(details, Mapping) else {}
    code, text = known.get("code"), known.get("text")
    return provider_error(
        provider="parrot",
        message=text if isinstance(text, str) else "",
        status=status,
        codes=(code if isinstance(code, str) else None,),
        table=_TABLE,
        headers=headers or {},
        body=body,
    )


def translate(error: httpx.HTTPError) -> BaseLLMException:
    """An exception of httpx as ours."""
    import httpx

    match error:
        case httpx.HTTPStatusError():
            response = error.response
            return reported(parsed_body(response.text), status=response.status_code, headers=response.headers)
        case httpx.TimeoutException():
            return TimeoutExceededError("Parrot did not answer in time", provider="parrot")
        case httpx.TransportError():
            return ConnectionFailedError(f"the connection to Parrot failed: {error}", provider="parrot")
        case _:
            return MalformedResponseError(f"Parrot's answer can't be read: {error}", provider="parrot")
