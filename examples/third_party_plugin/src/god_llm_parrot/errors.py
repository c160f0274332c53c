"""Parrot's errors as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.provider_kit import (
    AuthenticationError,
    ErrorTable,
    OverloadedError,
    ProviderError,
    parsed_body,
    provider_error,
)

__all__ = ["read_error", "reported"]

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


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response reports."""
    return reported(parsed_body(body.decode(errors="replace")), status=status, headers=headers)
