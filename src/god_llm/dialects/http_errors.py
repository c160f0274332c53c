"""What an HTTP status and an error body say, for every provider that speaks JSON over HTTP.

An error is classified by its code where a provider's table knows it, else by its status; its text is never
searched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic_core import from_json

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

__all__ = ["ErrorTable", "parsed_body", "provider_error", "retry_after"]

ErrorTable = Mapping[str, type[ProviderError]]
"""A provider's error codes and types -> our classes."""

_BY_STATUS: Final[Mapping[int, type[ProviderError]]] = {
    400: InvalidRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    413: InvalidRequestError,
    422: InvalidRequestError,
    429: RateLimitError,
    529: OverloadedError,
}
_RETRYABLE_STATUS: Final = frozenset({408, 409, 425, 429})
_SERVER_FAILED: Final = 500


def provider_error(
    *,
    provider: str,
    message: str,
    status: int | None,
    codes: tuple[str | None, ...],
    table: ErrorTable,
    headers: Mapping[str, str],
    body: object,
    final: frozenset[str] = frozenset(),
) -> ProviderError:
    """The exception for an error that the provider reported.

    Args:
        provider: who reported it.
        message: the provider's own words.
        status: the HTTP status, or None inside a stream.
        codes: the code and type the provider gave, the most telling first.
        table: which class a code means.
        headers: of the reply, lower-case names; empty inside a stream.
        body: the error as sent.
        final: codes after which trying again is no use, whatever the status.
    """
    known = [code for code in codes if code]
    kind = next((table[code] for code in known if code in table), None) or _of_status(status)
    retryable = kind.always_retryable or status in _RETRYABLE_STATUS or (status or 0) >= _SERVER_FAILED
    code = next(iter(known), None)
    return kind(
        " ".join(text for text in (f"[{status}]" if status else "", message or code or "") if text),
        provider=provider,
        status_code=status,
        code=code,
        request_id=_request_id(headers, body),
        retry_after=retry_after(headers),
        retryable=retryable and not final.intersection(known),
        body=body,
    )


def parsed_body(text: str) -> object:
    """An error body, parsed where it is JSON."""
    try:
        body: object = from_json(text)
    except ValueError:
        return text
    return body


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before another try (`retry-after-ms`, or `retry-after` in seconds or as a date), or None.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    value = headers.get("retry-after")
    seconds = _number(value)
    return _seconds_until(value) if seconds is None and value is not None else seconds


def _number(value: str | None) -> float | None:
    """A finite number, not below 0, or None."""
    try:
        number = float(value or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _seconds_until(date: str) -> float | None:
    """Seconds from now to a date; 0 where it has passed, None where it is none."""
    from email.utils import parsedate_to_datetime  # rarely needed, and not cheap

    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _of_status(status: int | None) -> type[ProviderError]:
    if status is None:
        return ProviderError
    return _BY_STATUS.get(status) or (ProviderUnavailableError if status >= _SERVER_FAILED else ProviderError)


def _request_id(headers: Mapping[str, str], body: object) -> str | None:
    for name in ("x-request-id", "request-id", "x-amzn-requestid"):
        if name in headers:
            return headers[name]
    found = body.get("request_id") if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
