"""Connection options, validated when they are given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from pydantic import SecretStr

from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError
from god_llm.domain.timeouts import Timeouts, timeout_problem
from god_llm.http.headers import checked_headers, checked_query

__all__ = ["ConnectionOptions", "checked_timeout", "masked", "split_url"]

_QUOTES: Final = "\"'`"
_OF_THE_CLIENT: Final = ("base_url", "timeout", "region")
"""Options that a client of the user's own makes meaningless: it has its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ConnectionOptions:
    """Connection options. None leaves a value to the SDK.

    Attributes:
        base_url: of the service, with a query if every request needs one.
        timeout: the time limits, or the limit `idle` as a number of seconds.
        headers: sent with each request; a `SecretStr` for what is secret. They win over the SDK's and the key's.
        query: parameters that are added to the URL of each request.
        client: an SDK client of the user's own for sync calls, or a function without arguments that makes one.
        async_client: the same for async calls.
        region: of AWS.
        max_concurrency: how many async calls may be under way at a time, for a library that has no async.

    Raises:
        InvalidSettingError: a timeout, a header, a parameter or a limit is out of its range.
        ConfigurationError: `base_url` is not a URL, or an option has no meaning beside a client.
    """

    base_url: str | None = field(default=None, repr=False)
    timeout: float | Timeouts | None = None
    headers: Mapping[str, str | SecretStr] = field(default_factory=dict, repr=False)
    query: Mapping[str, str | SecretStr] = field(default_factory=dict, repr=False)
    client: object = None
    async_client: object = None
    region: str | None = None
    max_concurrency: int | None = None

    def __post_init__(self) -> None:
        """Check each value, and the combination."""
        checked_timeout(self.timeout)
        if self.base_url is not None:
            _check_url(self.base_url)
        # A copy: a dict that changes later would escape the check.
        object.__setattr__(self, "headers", checked_headers(self.headers))
        object.__setattr__(self, "query", checked_query(self.query))
        if self.max_concurrency is not None:
            _check_limit(self.max_concurrency)
        if self.has_client:
            self._refuse_beside_a_client()

    @property
    def has_client(self) -> bool:
        """True if the user gave a client."""
        return self.client is not None or self.async_client is not None

    def given(self) -> list[str]:
        """The names of the options that are set."""
        return [each.name for each in fields(self) if getattr(self, each.name) not in (None, {})]

    def _refuse_beside_a_client(self) -> None:
        for name in _OF_THE_CLIENT:
            if getattr(self, name) is not None:
                raise ConfigurationError(
                    f"{name}= has no effect beside client= or async_client=: set it on the client that you give"
                )


def checked_timeout(timeout: float | Timeouts | None) -> float | Timeouts | None:
    """The timeout.

    Raises:
        InvalidSettingError: it is neither a finite number above 0 nor a `Timeouts`.
    """
    problem = None if timeout is None else timeout_problem(timeout)
    if problem is not None:
        raise InvalidSettingError(f"timeout must be {problem}, not {timeout!r}")
    return timeout


def masked(url: str) -> str:
    """A URL for an error text: without a password in it, nor a query."""
    return re.sub(r"//[^/]*@", "//***@", url).partition("?")[0]


def split_url(url: str) -> tuple[str, dict[str, str]]:
    """A URL without its query and fragment, and the query's parameters."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), dict(
        parse_qsl(parts.query, keep_blank_values=True)
    )


def _check_limit(limit: object) -> None:
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise InvalidSettingError(f"max_concurrency must be a whole number of at least 1, not {limit!r}")


def _check_url(url: object) -> None:
    problem = _problem_of(url)
    if problem:
        raise ConfigurationError(
            f"base_url={masked(str(url))!r} {problem}: give the URL of the service, such as 'https://llm.example.com/v1'"
        )


def _problem_of(url: object) -> str | None:
    if not isinstance(url, str) or not url:
        return "is not a URL"
    if any(mark in url for mark in _QUOTES) or not url.isprintable() or " " in url:
        return "has a blank, a quote or a control character"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # the port is parsed when it is asked for
    except ValueError as error:
        return f"is not a URL ({error})"
    if parts.scheme not in {"http", "https"}:
        return "does not begin with http:// or https://"
    return None if host else "names no host"
