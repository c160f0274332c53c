"""Structured answers: the settings that ask for one, and the parser of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json, to_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.messages import AIMessage
from god_llm.domain.settings import Settings
from god_llm.domain.tools import ResponseSchema

__all__ = ["parsed", "with_schema"]

SchemaT = TypeVar("SchemaT", bound=BaseModel)


def with_schema(settings: Settings, schema: type[BaseModel]) -> Settings:
    """The settings that ask for an answer of this schema."""
    return replace(settings, response_schema=ResponseSchema.of(schema))


def parsed(schema: type[SchemaT], message: AIMessage) -> SchemaT:
    """The text of an answer as an instance of the pydantic model.

    Raises:
        MalformedResponseError: the text does not fit the model; `partial` is the message.
    """
    try:
        if ResponseSchema.of(schema).wrapped:
            return schema.model_validate_json(_value(message.content))
        return schema.model_validate_json(message.content)
    except ValidationError as error:
        malformed = MalformedResponseError(
            f"the answer does not fit {schema.__name__}: {error}", provider=message.provider, model=message.model
        )
        malformed.partial = message
        raise malformed from error


def _value(text: str) -> str:
    """The value of a wrapped answer as JSON; an answer that is not wrapped, as it is."""
    try:
        answer: object = from_json(text)
    except ValueError:
        return text
    if isinstance(answer, dict) and answer.keys() == {"value"}:
        return to_json(answer["value"]).decode()
    return text
