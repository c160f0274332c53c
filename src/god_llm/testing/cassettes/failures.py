"""Errors in a cassette: recorded with what they say, replayed as the same typed error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from god_llm.domain import exceptions
from god_llm.domain.exceptions import (
    BaseLLMException,
    ProviderError,
    ResponseError,
    TimeoutExceededError,
    TransportError,
)
from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.testing.cassettes.exceptions import CassetteError
from god_llm.testing.cassettes.plain import stored

__all__ = ["Recordable", "raised_again", "told"]

Recordable: Final = (TransportError, ProviderError, ResponseError)
"""What came of a request that was sent; where nothing was sent, there is nothing to record."""

_LIMIT: Final = ("limit", "seconds", "retryable")
_FACTS: Final = ("status_code", "code", "request_id", "retry_after", "retryable")


def told(error: BaseLLMException) -> dict[str, JsonValue]:
    """The error as JSON: its class, its words, and what the provider said beside them."""
    known: dict[str, JsonValue] = {"class": _name(error), "message": str(error)}
    if error.provider is not None:
        known["provider"] = error.provider
    if isinstance(error, TimeoutExceededError):
        known |= {"limit": error.limit, "seconds": error.seconds, "retryable": error.retryable}
    if isinstance(error, ProviderError):
        facts = {name: getattr(error, name) for name in _FACTS}
        known |= {name: value for name, value in facts.items() if value is not None}
        if error.headers:
            known["headers"] = {**error.headers}
        if error.body is not None:
            known["body"] = _body(error.body)
    return known


def raised_again(known: JsonObject) -> BaseLLMException:
    """The error that was told, as an object of the same class.

    Raises:
        CassetteError: this library has no such error.
    """
    name, provider = known.get("class"), known.get("provider")
    kind = getattr(exceptions, name, None) if isinstance(name, str) and name in exceptions.__all__ else None
    if not isinstance(kind, type) or not issubclass(kind, BaseLLMException):
        raise CassetteError(f"a cassette has an error of the class {name!r}, which this version does not know")
    words, said_by = str(known.get("message", "")), provider if isinstance(provider, str) else None
    if not issubclass(kind, ProviderError):
        return _with(_LIMIT, kind(words, provider=said_by), known)
    headers = known.get("headers")
    error = kind(
        words, provider=said_by, headers=headers if isinstance(headers, dict) else None, body=known.get("body")
    )
    return _with(_FACTS, error, known)


def _with(names: Sequence[str], error: BaseLLMException, known: JsonObject) -> BaseLLMException:
    """The error with these attributes, as far as they are known."""
    for name in names:
        if name in known:
            setattr(error, name, known[name])
    return error


def _name(error: BaseLLMException) -> str:
    """The class, or for one of another package the nearest of ours above it."""
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in exceptions.__all__)


def _body(body: object) -> JsonValue:
    try:
        return stored(body)
    except CassetteError:
        return repr(body)
