"""A response schema is sent in the subset that the provider enforces, and the reply is checked against the original."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Final, Generic, Literal, TypeVar, Union
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, HttpUrl, RootModel, create_model

from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    StructuredAnswerError,
    UnsupportedFeatureError,
)
from god_llm.dialects.schemas.adapt import adapt
from god_llm.dialects.schemas.subset import ANTHROPIC_SUBSET, OPENAI_SUBSET
from god_llm.domain.tools import ResponseSchema
from god_llm.testing import FakeTransport

Json = dict[str, Any]  # Any: JSON schemas


class Colour(Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


class Point(BaseModel):
    """A point."""

    x: int = Field(ge=0, description="Across.")
    y: float = 0.5


class Circle(BaseModel):
    """A circle."""

    kind: Literal["circle"]
    centre: Point = Field(description="Its centre.")


class Square(BaseModel):
    """A square."""

    kind: Literal["square"]
    corners: list[Point] = Field(min_length=4, max_length=4)


TYPES: Final[list[Any]] = [
    str,
    int,
    float,
    bool,
    date,
    datetime,
    UUID,
    HttpUrl,
    Decimal,
    Colour,
    Literal["a", "b"],
    Point,
    Annotated[str, Field(min_length=1, max_length=9, pattern="^a")],
    Annotated[int, Field(gt=0, le=10, multiple_of=2)],
    Annotated[Circle | Square, Field(discriminator="kind")],
    set[str],
    tuple[int, str],
    tuple[int, ...],
]
HINTS: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(TYPES),
    lambda inner: st.one_of(
        inner.map(lambda hint: list[hint]),  # type: ignore[valid-type]  # a type made at run time
        inner.map(lambda hint: Union[hint, None]),  # noqa: UP007 - the operator does not take all of these at run time
        st.tuples(inner, inner).map(lambda pair: Union[pair]),  # noqa: UP007 - the same
    ),
    max_leaves=4,
)


@st.composite
def models(draw: st.DrawFn) -> type[BaseModel]:
    """A pydantic model with fields of any of these types, described or not, required or not."""
    fields: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 4))):
        described = draw(st.sampled_from([None, "About it."]))
        required = draw(st.booleans())
        fields[f"f{number}"] = (
            draw(HINTS),
            Field(description=described) if required else Field(default=None, description=described),
        )
    return create_model("Made", **fields)


def nodes(schema: object) -> Iterator[Json]:
    """The schemas inside a schema."""
    if not isinstance(schema, dict):
        return
    yield schema
    for key in ("properties", "$defs"):
        for inner in schema.get(key, {}).values():
            yield from nodes(inner)
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for inner in schema.get(key, ()):
            yield from nodes(inner)
    yield from nodes(schema.get("items"))


ALLOWED: Final = frozenset(
    {"$defs", "$ref", "additionalProperties", "anyOf", "const", "description", "enum", "items"}
    | {"properties", "required", "title", "type"}
)


def check_common(schema: Json, keywords: frozenset[str]) -> None:
    """Accept a schema whose parts all have a type, whose objects are closed, and which has no other keywords."""
    for node in nodes(schema):
        assert node.keys() <= ALLOWED | keywords, node
        assert node.keys() & {"$ref", "anyOf", "const", "enum", "type"}, node
        if "$ref" in node:
            assert node.keys() <= {"$ref"}, node
            assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
        if node.get("type") == "array":
            assert node["items"]


@settings(max_examples=300, deadline=None)
@given(models())
def test_any_model_is_in_openais_subset(model: type[BaseModel]) -> None:
    """Strict mode gets closed objects with all properties required, and none of the keywords that it refuses."""
    adapted = adapt(ResponseSchema.of(model).schema, OPENAI_SUBSET)
    assert adapted.problems == ()
    check_common(adapted.schema, OPENAI_SUBSET.keywords)
    for node in nodes(adapted.schema):
        assert set(node.get("required", ())) == set(node.get("properties", ()))
        assert node.get("format", "date") in OPENAI_SUBSET.formats
        assert "(?" not in node.get("pattern", "")


@settings(max_examples=300, deadline=None)
@given(models())
def test_any_model_is_in_anthropics_subset(model: type[BaseModel]) -> None:
    """Anthropic gets none of the bounds and lengths that it refuses; they are in the descriptions."""
    adapted = adapt(ResponseSchema.of(model).schema, ANTHROPIC_SUBSET)
    assert adapted.problems == ()
    check_common(adapted.schema, ANTHROPIC_SUBSET.keywords)
    for node in nodes(adapted.schema):
        assert node.get("minItems", 0) <= 1


@settings(max_examples=200, deadline=None)
@given(models())
def test_the_sdks_own_helpers_agree_on_the_objects(model: type[BaseModel]) -> None:
    """The properties at the root, and those that are required, are the ones that the SDKs' own helpers send."""
    from anthropic import transform_schema
    from openai.lib._pydantic import to_strict_json_schema

    ours = adapt(ResponseSchema.of(model).schema, OPENAI_SUBSET).schema
    theirs = to_strict_json_schema(model)
    assert (ours["properties"].keys(), ours["required"]) == (theirs["properties"].keys(), theirs["required"])  # type: ignore[attr-defined]  # JSON
    ours = adapt(ResponseSchema.of(model).schema, ANTHROPIC_SUBSET).schema
    theirs = transform_schema(model)
    assert ours["properties"].keys() == theirs["properties"].keys()  # type: ignore[attr-defined]  # JSON
    assert set(ours["required"]) == set(theirs.get("required", ()))  # type: ignore[call-overload]  # JSON


def test_constraints_become_words() -> None:
    """A constraint that the subset lacks is in the description, after the model's own words."""
    schema = adapt(ResponseSchema.of(Point).schema, ANTHROPIC_SUBSET).schema
    assert schema["properties"]["x"]["description"] == "Across. (minimum: 0)"  # type: ignore[index]  # JSON
    assert schema["properties"]["y"]["description"] == "(default: 0.5)"  # type: ignore[index]  # JSON


class Tree(BaseModel):
    """A tree."""

    label: str
    children: list[Tree]


class Loose(BaseModel):
    """What no subset has a form for."""

    anything: Any
    things: list[Any]
    counts: dict[str, int]


def test_a_type_that_contains_itself() -> None:
    """OpenAI takes a recursive schema; Anthropic is not sent one."""
    assert adapt(ResponseSchema.of(Tree).schema, OPENAI_SUBSET).problems == ()
    assert adapt(ResponseSchema.of(Tree).schema, ANTHROPIC_SUBSET).problems == ("Tree: a type that contains itself",)


def test_what_has_no_form_is_not_strict_or_refused() -> None:
    """OpenAI gets the original schema without `strict`; Anthropic and Bedrock refuse it and name the places."""
    transport = FakeTransport({"output": []})
    with pytest.raises(StructuredAnswerError, match="empty"):
        ChatOpenAI("gpt-5.5", transport=transport).generate_as(Loose, "x")
    text: Any = transport.requests[0]["text"]  # Any: JSON
    sent = text["format"]
    assert sent["strict"] is False
    assert sent["schema"]["properties"]["counts"]["additionalProperties"] == {"type": "integer"}
    for llm in (
        ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport({})),
        ChatBedrock("anthropic.claude-opus-4-6-v1", transport=FakeTransport({})),
    ):
        with pytest.raises(UnsupportedFeatureError, match="anything: any value; things/items: any value; counts: an"):
            llm.generate_as(Loose, "x")


T = TypeVar("T")


class Box(BaseModel, Generic[T]):
    """A box."""

    inside: T


class Numbers(RootModel[list[int]]):
    """A list at the root."""


def test_a_name_that_providers_refuse_is_rewritten() -> None:
    """The name of a generic model has brackets; the schema's has not."""
    assert ResponseSchema.of(Box[int]).name == "Box_int_"


@pytest.mark.parametrize("text", ['{"value": [1, 2]}', "[1, 2]"], ids=["wrapped", "as it is"])
def test_a_root_that_is_no_object_is_wrapped(text: str) -> None:
    """The schema has an object at its root, and the answer is taken out of it."""
    replies: dict[Any, Json] = {  # Any: facades of several providers
        ChatAnthropic: {"content": [{"type": "text", "text": text}]},
        ChatGroq: {"choices": [{"message": {"content": text}}]},
        ChatOllama: {"message": {"content": text}, "done": True},
    }
    models: dict[Any, Any] = {
        ChatAnthropic: "claude-sonnet-5-5",
        ChatGroq: "openai/gpt-oss-20b",
        ChatOllama: "llama3.1",
    }
    for facade, reply in replies.items():
        transport = FakeTransport(reply)
        llm = facade(models[facade], transport=transport)
        assert llm.generate_as(Numbers, "x").root == [1, 2]
        assert '"value"' in json.dumps(transport.requests[0])
