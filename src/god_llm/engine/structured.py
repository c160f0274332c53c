"""Structured answers: the settings that ask for one, and the parser of the answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ValidationError

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
        return schema.model_validate_json(message.content)
    except ValidationError as error:
        malformed = MalformedResponseError(
            f"the answer does not fit {schema.__name__}: {error}", provider=message.provider, model=message.model
        )
        malformed.partial = message
        raise malformed from error
