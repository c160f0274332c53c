"""One API of a provider over HTTP, as a value."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from god_llm.domain.exceptions import ProviderError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import ProviderName
from god_llm.http.done import DONE
from god_llm.http.errors import ErrorReader
from god_llm.http.framing import SSE, Framing
from god_llm.http.headers import RESPONSE_HEADERS, allowed_headers

__all__ = ["Endpoint", "PathOf", "kept_headers"]

PathOf = Callable[[JsonObject, bool], str]
"""The path for a request, and for whether the reply is streamed."""


def kept_headers(status: int, headers: Mapping[str, str]) -> JsonObject:  # noqa: ARG001 - see `Endpoint.facts`
    """The response headers that operators need, under one key; empty if there are none."""
    kept = allowed_headers(headers)
    return {RESPONSE_HEADERS: kept} if kept else {}


def no_failure(_: JsonObject) -> ProviderError | None:
    """No error: the API reports none with status 200."""
    return None


def is_closing_line(event: JsonObject) -> bool:
    """True for OpenAI's closing line `data: [DONE]`."""
    return event.get("type") == DONE["type"]


_STREAMED: Final[JsonObject] = {"stream": True}
_NOTHING: Final[JsonObject] = {}
_NO_HEADERS: Final[Mapping[str, str]] = {}


class Endpoint(NamedTuple):
    """The address, request format and reply format of one API.

    Attributes:
        provider: whose API it is.
        title: the provider's name in error texts.
        path: of the requests, from the base URL on; or a function of the request and of whether it is streamed.
        error: reads a response with an error status.
        key_header: the header that carries the key.
        key_prefix: goes before the key in that header.
        key_required: whether the provider's own hosts need a key.
        hosts: the provider's own. `*` stands for one label; subdomains belong to them too.
        streaming: fields that are merged into the body of a request for a stream.
        whole: fields that are merged into the body of every other request.
        framing: how a streamed body is cut into events.
        header_fields: request fields that are sent as headers instead: field -> header.
        path_fields: request fields that are in the path, so not in the body.
        optional: fields that are merged into the body of a request for a stream unless the server refuses them by name.
        failure: reads the error that a reply or an event with status 200 reports.
        preamble: types of a stream's events that come before the answer and are no part of it.
        keep_alive: types of a stream's events that only keep the connection alive.
        is_last: tells the event after which a stream has no other one.
        facts: of a response's status and headers, what is added to a whole reply and to the first event of a stream.
    """

    provider: ProviderName
    title: str
    path: str | PathOf
    error: ErrorReader
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    key_required: bool = True
    hosts: tuple[str, ...] = ()
    streaming: JsonObject = _STREAMED
    whole: JsonObject = _NOTHING
    framing: Framing = SSE
    header_fields: Mapping[str, str] = _NO_HEADERS
    path_fields: frozenset[str] = frozenset()
    optional: JsonObject = _NOTHING
    failure: Callable[[JsonObject], ProviderError | None] = no_failure
    preamble: frozenset[str] = frozenset()
    keep_alive: frozenset[str] = frozenset()
    is_last: Callable[[JsonObject], bool] = is_closing_line
    facts: Callable[[int, Mapping[str, str]], JsonObject] = kept_headers

    def owns(self, base_url: str | None) -> bool:
        """True if a server is the provider's own: it may have the key of the provider's usual environment variable.

        None is the provider's own: the SDK's default, or the variable that the operator set beside the key.
        """
        if base_url is None:
            return True
        host = (urlsplit(base_url).hostname or "").lower().rstrip(".")
        return any(_matches(host.split("."), pattern.split(".")) for pattern in self.hosts)

    def needs_key(self, base_url: str | None) -> bool:
        """True if a request to this server fails without a key."""
        return self.key_required and self.owns(base_url)


def _matches(host: list[str], pattern: list[str]) -> bool:
    end = host[-len(pattern) :]
    return len(end) == len(pattern) and all(mark in ("*", label) for label, mark in zip(end, pattern, strict=True))
