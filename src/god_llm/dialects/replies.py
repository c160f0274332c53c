"""Reading what came over the wire: bytes to JSON, JSON to the fields we read."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from functools import cached_property
from typing import Generic, TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError
from pydantic_core import from_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonObject

__all__ = ["Shape", "json_object", "validated"]

WireT = TypeVar("WireT")


class Shape(Generic[WireT]):
    """The fields of a `TypedDict`, to be checked; made ready on first use, so that one nobody reads costs nothing."""

    def __init__(self, fields: type[WireT]) -> None:
        self._fields = fields

    @cached_property
    def checked(self) -> Callable[[object], WireT]:
        """The check. Straight from pydantic's core: an adapter's own method is a way round that each event would go."""
        check: Callable[[object], WireT] = TypeAdapter(self._fields).validator.validate_python
        return check


def json_object(body: bytes | str) -> JsonObject:
    """A body as a JSON object; a byte order mark before it is passed over, as RFC 8259 allows.

    Raises:
        MalformedResponseError: it is empty, no JSON (a web page, a text cut short), or no object.
    """
    if not body.strip():
        raise MalformedResponseError("the provider sent an empty body")
    try:
        marked = body.removeprefix(codecs.BOM_UTF8) if isinstance(body, bytes) else body.removeprefix("\ufeff")
        value: JsonValue = from_json(marked)
    except (ValueError, TypeError) as error:  # TypeError: text that no UTF-8 can say
        raise MalformedResponseError(
            f"the provider sent something that is not JSON ({error}): {_start(body)}"
        ) from error
    if not isinstance(value, dict):
        raise MalformedResponseError(f"the provider sent JSON that is not an object: {_start(body)}")
    return value


def validated(shape: Shape[WireT], value: JsonObject) -> WireT:
    """The fields that we read, of the types that the provider documents; unknown fields pass.

    Raises:
        MalformedResponseError: a field has another type, or one is missing.
    """
    try:
        return shape.checked(value)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_url=False))
        raise MalformedResponseError(f"the reply does not have the documented shape: {problems}") from error


def _start(body: bytes | str, length: int = 120) -> str:
    """The first characters, for an error message."""
    start = body[: length * 4].decode(errors="replace") if isinstance(body, bytes) else body
    return repr(start if len(start) <= length else start[:length] + "...")
