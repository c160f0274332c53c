"""What a model may call, and the shape it must answer in."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Literal, Protocol, Self, TypeAlias

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaValue

from god_llm.domain.exceptions import InvalidSettingError

__all__ = ["NamedTool", "ResponseSchema", "Tool", "ToolChoice", "ToolSource"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A function the model may ask the application to call.

    Attributes:
        name: letters, digits, `_` and `-`.
        description: what it does, for the model.
        parameters: a JSON schema of type `object`.
    """

    name: str
    description: str
    parameters: JsonSchemaValue

    @classmethod
    def of(cls, source: ToolSource) -> Self | Tool:
        """A tool from a function (its signature and docstring) or from a pydantic model (its fields)."""
        if isinstance(source, Tool):
            return source
        name = getattr(source, "__name__", None)
        if not isinstance(name, str) or name == "<lambda>":
            raise InvalidSettingError(f"{source!r} has no name to offer as a tool; use a named function or a Tool")
        schema = TypeAdapter(source).json_schema()  # type: ignore[arg-type]  # pydantic takes functions, its stub forms
        description = inspect.getdoc(source) or ""
        schema.pop("description", None)
        return cls(name=name, description=description, parameters=schema)


class PythonFunction(Protocol):
    """A function of any signature: what a type checker finds in common between the functions of a list."""

    @property
    def __code__(self) -> CodeType:
        """Its compiled body."""
        ...


ToolSource: TypeAlias = Tool | type[BaseModel] | Callable[..., object] | PythonFunction
"""What `with_tools` takes."""


@dataclass(frozen=True, slots=True)
class NamedTool:
    """The choice of one tool, which the model then must call."""

    name: str


ToolChoice: TypeAlias = Literal["auto", "required", "none"] | NamedTool
"""Whether the model may, must or must not call a tool, or which one it must call."""


@dataclass(frozen=True, slots=True)
class ResponseSchema:
    """The JSON schema that the whole answer must follow."""

    name: str
    schema: JsonSchemaValue

    @classmethod
    def of(cls, model: type[BaseModel]) -> Self:
        """The schema of a pydantic model, closed to further properties as the providers ask for it."""
        return cls(name=model.__name__, schema=_closed(model.model_json_schema()))


def _closed(schema: JsonSchemaValue) -> JsonSchemaValue:
    """The schema with `additionalProperties: false` on each object, at any depth."""
    closed: JsonSchemaValue = {key: _closed_value(value) for key, value in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def _closed_value(value: object) -> object:
    if isinstance(value, dict):
        return _closed(value)
    if isinstance(value, list):
        return [_closed_value(item) for item in value]
    return value
