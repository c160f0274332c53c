"""Functions and pydantic models as tools."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TypeAlias

from docstring_parser import ParseError, parse
from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUserError
from pydantic.json_schema import JsonSchemaValue

from god_llm.domain.exceptions import InvalidSettingError

__all__ = ["tool_fields"]

Source: TypeAlias = type | Callable[..., object]


def tool_fields(source: Source) -> tuple[str, str, JsonSchemaValue]:
    """The name, description and parameters of a tool.

    Raises:
        InvalidSettingError: the source has no name, or a signature that no JSON schema can express.
    """
    name = getattr(source, "__name__", None)
    if not isinstance(name, str) or name == "<lambda>":
        raise InvalidSettingError(f"{source!r} has no name to offer as a tool; use a named function or a Tool")
    schema = _schema(source, name)
    schema.pop("description", None)
    description, parameters = _documented(_own_docstring(source))
    properties = schema.get("properties", {})
    for parameter, text in parameters.items():
        if parameter in properties:
            properties[parameter] = {"description": text, **properties[parameter]}
    return name, description, schema


def _schema(source: Source, name: str) -> JsonSchemaValue:
    try:
        schema = TypeAdapter(source).json_schema()  # type: ignore[arg-type]  # pydantic takes functions, its stub forms
    except (PydanticUserError, PydanticInvalidForJsonSchema, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise InvalidSettingError(
            f"{name} can't be offered as a tool, because its parameters have no JSON schema ({reason}): annotate them"
            " with types that pydantic knows, or pass a Tool with a schema of your own"
        ) from error
    if schema.get("type") != "object":
        raise InvalidSettingError(
            f"{name} can't be offered as a tool: its parameters must have names, which positional-only ones,"
            " *args and non-object models have not; write a function with named parameters around it"
        )
    return schema


def _own_docstring(source: Source) -> str:
    """The docstring that the source itself has: a class without one would show its base class's."""
    if isinstance(source, type):
        own = vars(source).get("__doc__")
        generated = isinstance(own, str) and own.startswith(f"{source.__name__}(")  # a dataclass's
        return "" if own is None or generated else inspect.cleandoc(own)
    return inspect.getdoc(source) or ""


def _documented(text: str) -> tuple[str, dict[str, str]]:
    """A docstring without its section on parameters, and the description of each parameter."""
    try:
        parsed = parse(text)
    except ParseError:
        return text, {}
    parameters = {each.arg_name: each.description for each in parsed.params if each.description}
    if not parameters:
        return text, {}
    return parsed.description or "", parameters
