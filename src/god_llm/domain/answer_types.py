"""The types that a structured answer can have: whatever pydantic validates."""

from __future__ import annotations

import re
from functools import lru_cache
from types import FunctionType
from typing import TypeVar, cast

from pydantic import BaseModel, PydanticUserError, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import SchemaError
from typing_extensions import TypeForm

from god_llm.domain.exceptions import InvalidSettingError

__all__ = ["adapter_of", "schema_of", "type_name"]

ValueT = TypeVar("ValueT")
_LONGEST_NAME = 64


def adapter_of(kind: TypeForm[ValueT]) -> TypeAdapter[ValueT]:
    """The validator of a type; it is made once.

    Raises:
        InvalidSettingError: pydantic can't validate the type.
    """
    try:
        hash(kind)
    except TypeError:  # such as Annotated with a list
        return _adapter(kind)
    # The cache's signature loses the type, and does not know that the value can be hashed.
    return cast("TypeAdapter[ValueT]", _kept(cast("type", kind)))


def schema_of(kind: object) -> JsonSchemaValue:
    """The JSON schema of a type's values.

    Raises:
        InvalidSettingError: the type has none.
    """
    try:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind.model_json_schema()
        return adapter_of(cast("TypeForm[object]", kind)).json_schema()  # any object: pydantic tells
    except PydanticUserError as error:
        raise InvalidSettingError(_advice(kind, error)) from error


def type_name(kind: object) -> str:
    """The name of a type in the characters that providers accept in a schema's name."""
    name = getattr(kind, "__name__", None) or "answer"
    return re.sub("[^a-zA-Z0-9_-]", "_", str(name))[:_LONGEST_NAME]


def _adapter(kind: TypeForm[ValueT]) -> TypeAdapter[ValueT]:
    if isinstance(kind, dict | list | set | str | bytes | int | float | FunctionType):
        raise InvalidSettingError(_advice(kind, "it is a value, not a type"))
    try:
        return TypeAdapter(kind)
    except (PydanticUserError, SchemaError, TypeError) as error:
        raise InvalidSettingError(_advice(kind, error)) from error


_kept = lru_cache(maxsize=256)(_adapter)


def _advice(kind: object, why: object) -> str:
    first = str(why).partition("\n")[0]
    return (
        f"{kind!r} can't be the type of an answer: {first}. Pass a type that pydantic validates: a model, a dataclass,"
        " a TypedDict, an Enum, list[...], a union"
    )
