"""A body as a JSON object."""

from __future__ import annotations

import codecs

from pydantic import JsonValue
from pydantic_core import from_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonObject

__all__ = ["excerpt", "json_object"]


def json_object(body: bytes | str) -> JsonObject:
    """Parse a body as a JSON object. A byte order mark before it is skipped, as RFC 8259 allows.

    Raises:
        MalformedResponseError: the body is empty, not JSON (a web page, a text cut short), or not an object.
    """
    if not body.strip():
        raise MalformedResponseError("the provider sent an empty body")
    try:
        unmarked = body.removeprefix(codecs.BOM_UTF8) if isinstance(body, bytes) else body.removeprefix("\ufeff")
        value: JsonValue = from_json(unmarked)
    except (ValueError, TypeError) as error:  # TypeError: text with a lone surrogate
        raise MalformedResponseError(
            f"the provider sent something that is not JSON ({error}): {excerpt(body)}"
        ) from error
    if not isinstance(value, dict):
        raise MalformedResponseError(f"the provider sent JSON that is not an object: {excerpt(body)}")
    return value


def excerpt(body: bytes | str, length: int = 120) -> str:
    """The first characters of a body, for an error text."""
    start = body[: length * 4].decode(errors="replace") if isinstance(body, bytes) else body
    return repr(start if len(start) <= length else start[:length] + "...")
