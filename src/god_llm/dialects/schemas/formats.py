"""A response schema in the form that a request has it."""

from __future__ import annotations

from typing import TypedDict

from god_llm.dialects.schemas.adapt import adapt
from god_llm.dialects.schemas.subset import ANTHROPIC_SUBSET, OPENAI_SUBSET
from god_llm.domain.exceptions import UnsupportedFeatureError
from god_llm.domain.tools import ResponseSchema

__all__ = ["NamedSchema", "claude_schema", "openai_schema"]


class NamedSchema(TypedDict):
    """A schema for OpenAI and Groq."""

    name: str
    schema: dict[str, object]
    strict: bool


def openai_schema(wanted: ResponseSchema, *, strict: bool = True) -> NamedSchema:
    """The schema in the subset of the strict mode, or as it is, and not strict, where that has no form for it."""
    adapted = adapt(wanted.schema, OPENAI_SUBSET)
    holds = strict and not adapted.problems
    return {"name": wanted.name, "schema": adapted.schema if holds else wanted.schema, "strict": holds}


def claude_schema(provider: str, wanted: ResponseSchema) -> dict[str, object]:
    """The schema in Anthropic's subset.

    Raises:
        UnsupportedFeatureError: the subset has no form for it, and there is no other mode.
    """
    adapted = adapt(wanted.schema, ANTHROPIC_SUBSET)
    if adapted.problems:
        raise UnsupportedFeatureError(
            f"{provider} can't hold a model to the schema of {wanted.name}: {'; '.join(adapted.problems)};"
            " give these places a definite type",
            provider=provider,
        )
    return adapted.schema
