"""What a model may call, and the shape it must answer in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType
from typing import Literal, Protocol, Self, TypeAlias

from pydantic import BaseModel
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
        """A tool from a function (its signature and docstring) or from a pydantic model (its fields and docstring).

        Raises:
            InvalidSettingError: the source has no name, or a signature that no JSON schema can express.
        """
        if isinstance(source, Tool):
            return source
        if not callable(source):
            raise InvalidSettingError(f"{source!r} is no function, pydantic model or Tool")
        from god_llm.domain.tool_source import tool_fields  # only tools from functions and models need it

        name, description, parameters = tool_fields(source)
        return cls(name=name, description=description, parameters=parameters)


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
    """The JSON schema that the whole answer must follow.

    Attributes:
        name: letters, digits, `_` and `-`, 64 at the most.
        schema: of type `object`.
        wrapped: True if the answer is an object whose one property, `value`, has what was asked for.
    """

    name: str
    schema: JsonSchemaValue
    wrapped: bool = False

    @classmethod
    def of(cls, kind: object) -> Self:
        """The schema of a type that pydantic validates, closed to further properties as the providers ask for it.

        A type whose root is no object (`list[int]`) is wrapped in one: providers accept no other root.

        Raises:
            InvalidSettingError: pydantic can't validate the type.
        """
        from god_llm.domain.answer_types import schema_of, type_name  # only structured answers need them

        schema, name = schema_of(kind), type_name(kind)
        definitions = schema.get("$defs", {})
        target = definitions.get(str(schema.get("$ref")).rpartition("/")[2], schema)
        if target.get("type") == "object":
            return cls(name, _closed(schema))
        inner = {key: value for key, value in schema.items() if key != "$defs"}
        outer: JsonSchemaValue = {"type": "object", "properties": {"value": inner}, "required": ["value"]}
        return cls(name, _closed({**outer, "$defs": definitions} if definitions else outer), wrapped=True)


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
