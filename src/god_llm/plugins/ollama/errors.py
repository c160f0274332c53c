"""Ollama's errors as ours.

Ollama has no error codes: the status alone classifies an error. https://docs.ollama.com/api/errors
"""

from __future__ import annotations

from collections.abc import Mapping

from god_llm.domain.exceptions import ProviderError
from god_llm.http.errors import parsed_body, provider_error

__all__ = ["failure", "read_error", "reported"]


def reported(
    body: Mapping[str, object], *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> ProviderError:
    """The error that a body (`{"error": "text"}`) reports."""
    return _reported(body.get("error"), body, status, headers or {})


def failure(reply: Mapping[str, object]) -> ProviderError | None:
    """The error that a reply or a line of a stream with status 200 reports, or None."""
    return None if reply.get("error") is None else reported(reply)


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error that a response of Ollama's reports; a gateway's body may not be JSON."""
    parsed = parsed_body(body.decode(errors="replace"))
    return _reported(parsed.get("error") if isinstance(parsed, dict) else parsed, parsed, status, headers)


def _reported(error: object, body: object, status: int | None, headers: Mapping[str, str]) -> ProviderError:
    details: Mapping[str, object] = error if isinstance(error, dict) else {"message": error}
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
