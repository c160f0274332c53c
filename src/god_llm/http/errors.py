"""HTTP failures: the three that an adapter reports, and the domain errors that a status and a body become.

An error is classified by its code if the provider's table has it, otherwise by its status. Message text is never
searched.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

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
from god_llm.domain.time_limit import TimeLimit
from god_llm.http.headers import allowed_headers

__all__ = [
    "ErrorReader",
    "ErrorTable",
    "HttpConnectionError",
    "HttpFailure",
    "HttpStatusError",
    "HttpTimeoutError",
    "is_certificate_error",
    "parsed_body",
    "provider_error",
    "redirect_error",
    "refused_fields",
    "retry_after",
]

ErrorTable = Mapping[str, type[ProviderError]]
"""A provider's error codes and types -> our classes."""

ErrorReader: TypeAlias = Callable[[int, Mapping[str, str], bytes], ProviderError]
"""Reads an error response of one provider: its status, headers and body, whatever library carried it."""

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
_UNKNOWN_FIELD: Final = frozenset({400, 422})
_RETRYABLE_STATUS: Final = frozenset({408, 409, 425, 429})
_SERVER_FAILED: Final = 500
_CERTIFICATE_ERRORS: Final = frozenset({"SSLCertVerificationError", "CertificateError"})
"""Classes of `ssl` and urllib3, by name: `ssl` is slow to import."""
_LONGEST_MESSAGE: Final = 2000
"""Characters of a provider's message that an error text shows; `ProviderError.body` has the rest."""
_SHOULD_RETRY: Final[Mapping[str, bool]] = {"true": True, "false": False}


class HttpFailure(Exception):  # noqa: N818 - the base of the three below, which are named as errors
    """A request failed. An adapter reports every exception of its library as one of the subclasses."""


class HttpStatusError(HttpFailure):
    """The server answered with a status of 300 or above.

    Attributes:
        status: the HTTP status.
        headers: of the response.
        body: of the response, whole.
        url: that was requested.
    """

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, url: str = "") -> None:
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url


class HttpTimeoutError(HttpFailure):
    """The server did not answer in time.

    Attributes:
        limit: the limit that passed; None where the library does not tell more than that one passed.
        seconds: the length of the limit.
    """

    def __init__(self, limit: TimeLimit | None = None, seconds: float | None = None) -> None:
        super().__init__("the time is over")
        self.limit = limit
        self.seconds = seconds


class HttpConnectionError(HttpFailure):
    """The connection could not be made, or broke. The text says how."""


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
        provider: the provider that reported it.
        message: the provider's message; a long one is cut in the text of the error.
        status: the HTTP status, or None inside a stream; a code that is a number is then read as the status.
        codes: the code and type that the provider gave, the most specific first.
        table: which class a code means.
        headers: of the response; empty inside a stream. `x-should-retry` decides whether a retry is useful.
        body: the error as sent.
        final: codes for which a retry is useless, whatever the status.
    """
    known = [code for code in codes if code]
    meant = status if status is not None else next(filter(None, map(_status_in, known)), None)
    kind = next((table[code] for code in known if code in table), None) or _of_status(meant)
    retryable = kind.always_retryable or meant in _RETRYABLE_STATUS or (meant or 0) >= _SERVER_FAILED
    asked = _SHOULD_RETRY.get(headers.get("x-should-retry", "").strip().lower())
    code = next(iter(known), None)
    return kind(
        " ".join(text for text in (f"[{status}]" if status else "", _shortened(message or code or "")) if text),
        provider=provider,
        status_code=status,
        code=code,
        request_id=_request_id(headers, body),
        retry_after=retry_after(headers),
        retryable=(retryable if asked is None else asked) and not final.intersection(known),
        headers=allowed_headers(headers),
        body=body,
    )


def redirect_error(provider: str, failure: HttpStatusError, origin: str) -> ProviderError:
    """The error for a redirect that is not followed. It names the origin, and never the path, of the location."""
    return ProviderError(
        f"[{failure.status}] the server redirects to {origin}. Redirects to another origin are not followed, because"
        f" the key and the prompt would go there: if that server is the right one, set base_url to its URL",
        provider=provider,
        status_code=failure.status,
        retryable=False,
        headers=allowed_headers(failure.headers),
        body=parsed_body(failure.body.decode(errors="replace")),
    )


def is_certificate_error(error: BaseException) -> bool:
    """True if a connection failed because the certificate of the server is not trusted: a retry is useless."""
    seen = set[int]()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        if type(behind).__name__ in _CERTIFICATE_ERRORS:
            return True
        behind = behind.__cause__ or behind.__context__
    return False


def parsed_body(text: str) -> object:
    """An error body, parsed if it is JSON."""
    try:
        body: object = from_json(text)
    except ValueError:
        return text
    return body


def refused_fields(failure: HttpStatusError, fields: Collection[str]) -> frozenset[str]:
    """Those of the fields that a server refuses to know.

    A refusal is a status 400 or 422 whose body names the field; servers have no code for it, and each another shape.
    """
    if failure.status not in _UNKNOWN_FIELD:
        return frozenset()
    return frozenset([name for name in fields if name.encode() in failure.body])


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait before a retry (`retry-after-ms`, or `retry-after` in seconds or as a date), or None.

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
    """Seconds from now to a date; 0 if it has passed, None if it is not a date."""
    from email.utils import parsedate_to_datetime  # rarely needed, and slow to import

    try:
        when = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _status_in(code: str) -> int | None:
    """The error status that a code is (`"529"`), or None."""
    return int(code) if re.fullmatch("[45][0-9]{2}", code) else None


def _shortened(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "..."


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
