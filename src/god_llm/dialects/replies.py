"""Checking that a JSON object has the documented shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonObject

__all__ = ["Paths", "Shape", "validated", "value_at"]

Paths: TypeAlias = tuple[tuple[str, ...], ...]
"""Places in a reply where a value may be: the first path that leads to one counts."""

WireT = TypeVar("WireT")


class Shape(Generic[WireT]):
    """The fields of a `TypedDict`, to be checked. The check is built on first use: an unused one costs nothing."""

    def __init__(self, fields: type[WireT]) -> None:
        self._fields = fields

    @cached_property
    def checked(self) -> Callable[[object], WireT]:
        """The check, straight from pydantic's core: an adapter's own method would add a call to every event."""
        check: Callable[[object], WireT] = TypeAdapter(self._fields).validator.validate_python
        return check


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


def value_at(reply: JsonObject, paths: Paths) -> object:
    """The value at the first path that leads to one, or None."""
    for path in paths:
        found = reply.get(path[0])
        for name in path[1:]:
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is not None:
            return found
    return None
