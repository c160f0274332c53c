"""Headers: which of a response's are kept, and how a request's are checked and hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from pydantic import SecretStr
from typing_extensions import override

from god_llm.domain.exceptions import InvalidSettingError, PromptError

__all__ = [
    "RESPONSE_HEADERS",
    "Hidden",
    "allowed_headers",
    "checked_headers",
    "checked_query",
    "fits_a_header",
    "header_values",
    "is_allowed",
    "reveal",
]

RESPONSE_HEADERS: Final = "response_headers"
"""The key of a reply, and of the first event of a stream, that holds the response headers that are kept."""

_NAMES: Final = frozenset(
    {
        # ids to give to the provider's support
        "request-id",
        "x-request-id",
        "x-amzn-requestid",
        "apim-request-id",
        "x-ms-request-id",
        "x-goog-request-id",
        # waiting
        "retry-after",
        "retry-after-ms",
        "x-should-retry",
        # time and place of processing
        "openai-processing-ms",
        "openai-version",
        "openai-model",
        "x-envoy-upstream-service-time",
        "x-ms-region",
        "x-amzn-errortype",
    }
)
_PREFIXES: Final = ("x-ratelimit-", "anthropic-ratelimit-", "anthropic-priority-", "x-groq-", "x-amzn-bedrock-")

_HEADER_NAME: Final = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_OURS: Final = frozenset({"content-length", "host", "transfer-encoding", "connection"})
"""Headers that belong to the message or the connection: another value would break it."""


def allowed_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The response headers that operators need, by lower-case names: the one allow-list.

    They are request ids, rate-limit figures, the time to wait and the time of processing. Everything else is left
    out, for it may hold cookies or names of internal hosts.
    """
    raw: object = getattr(headers, "raw", None)
    if isinstance(raw, list):  # httpx: its `items()` would decode every header
        return _of_pairs(raw)
    return {name.lower(): value for name, value in headers.items() if is_allowed(name)}


@lru_cache(maxsize=512)
def is_allowed(name: str) -> bool:
    """True if a response header is on the allow-list."""
    lower = name.lower()
    return lower in _NAMES or lower.startswith(_PREFIXES)


def _of_pairs(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The allowed headers of pairs of bytes; a repeated header is joined with commas, as HTTP defines."""
    kept: dict[str, str] = {}
    for pair in raw:
        name = _allowed_name(pair[0])
        if name is not None:
            value = pair[1].decode(errors="replace")
            kept[name] = f"{kept[name]}, {value}" if name in kept else value
    return kept


@lru_cache(maxsize=512)
def _allowed_name(name: bytes) -> str | None:
    """The name in lower case, if the header is on the allow-list."""
    lower = name.decode("latin-1").lower()
    return lower if is_allowed(lower) else None


class Hidden(str):
    """A header value that its `repr` does not show: SDKs log the headers that they are given, at the level DEBUG."""

    __slots__ = ()

    @override
    def __repr__(self) -> str:
        return "'**********'"


def reveal(value: str | SecretStr) -> str:
    """A value as it goes out: a secret's text is hidden from `repr`."""
    return Hidden(value.get_secret_value()) if isinstance(value, SecretStr) else value


def checked_headers(headers: Mapping[str, str | SecretStr] | None) -> dict[str, str | SecretStr]:
    """Request headers of the user's own.

    Raises:
        InvalidSettingError: a name is not a header name, or a value has a line break or a character outside ASCII.
    """
    for name, value in (headers or {}).items():
        if not _is_token(name):
            raise InvalidSettingError(f"{name!r} in headers= is not the name of an HTTP header")
        if name.lower() in _OURS:
            raise InvalidSettingError(f"leave {name!r} out of headers=: the HTTP library sets it")
        _check_value("headers", name, value, fits_a_header)
    return dict(headers or {})


def checked_query(query: Mapping[str, str | SecretStr] | None) -> dict[str, str | SecretStr]:
    """Query parameters of the user's own.

    Raises:
        InvalidSettingError: a name is empty, or a name or value is not text that a URL can hold.
    """
    for name, value in (query or {}).items():
        if not _is_parameter(name):
            raise InvalidSettingError(f"{name!r} in query= is not the name of a query parameter")
        _check_value("query", name, value, _fits_a_url)
    return dict(query or {})


def _check_value(where: str, name: str, value: object, fits: Callable[[str], bool]) -> None:
    """Refuse a value, without showing it."""
    if not isinstance(value, str | SecretStr):
        raise InvalidSettingError(f"{where}[{name!r}] must be a str or a SecretStr, not {type(value).__name__}")
    if not fits(value.get_secret_value() if isinstance(value, SecretStr) else value):
        raise InvalidSettingError(f"{where}[{name!r}] has a line break or another character that can't be sent")


def _is_token(name: object) -> bool:
    return isinstance(name, str) and re.fullmatch(_HEADER_NAME, name) is not None


def _is_parameter(name: object) -> bool:
    return isinstance(name, str) and name != "" and _fits_a_url(name)


def fits_a_header(text: str) -> bool:
    """True if a header can hold a text: one line of ASCII without blanks around it."""
    return text.isascii() and text.isprintable() and text == text.strip()


def _fits_a_url(text: str) -> bool:
    return text.isprintable()


def header_values(name: str, value: object) -> list[str]:
    """The values of a request field that becomes a header.

    Raises:
        PromptError: they are not words that fit a header.
    """
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) and fits_a_header(v) for v in values):
        raise PromptError(f"{name} becomes a header: it must be a list of words, not {value!r}")
    return [*values]
