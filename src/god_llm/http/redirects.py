"""Redirects: a request is repeated within its own origin, and nowhere else."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

from god_llm.http.errors import HttpStatusError

__all__ = ["MAX_REDIRECTS", "origin_of", "redirect_target", "target_within_origin"]

MAX_REDIRECTS: Final = 3
"""The redirects that one request follows."""

_REPEATED: Final = frozenset({307, 308})
"""Statuses that ask for the same method and body at another URL. https://www.rfc-editor.org/rfc/rfc9110#status.307"""
_PORTS: Final = {"http": 80, "https": 443}


def redirect_target(failure: HttpStatusError) -> str | None:
    """The URL that a redirect names; None for a response that is no redirect."""
    location = failure.headers.get("location")
    redirects = 300 <= failure.status < 400  # noqa: PLR2004 - RFC 9110, 15.4
    return urljoin(failure.url, location) if location and redirects else None


def target_within_origin(failure: HttpStatusError) -> str | None:
    """The URL to repeat a request at; None unless the redirect keeps the body and the origin."""
    target = redirect_target(failure) if failure.status in _REPEATED else None
    return target if target is not None and origin_of(target) == origin_of(failure.url) else None


def origin_of(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of a URL. https://www.rfc-editor.org/rfc/rfc6454#section-4."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return "", None, None
