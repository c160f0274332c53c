"""Tools and schemas: what a model may call, and the shape it must answer in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from pydantic import BaseModel, Field

from god_llm import InvalidSettingError, Tool
from god_llm.domain.tools import ResponseSchema


class Search(BaseModel):
    """Search the archive."""

    query: str = Field(description="words to look for")
    limit: int = 10


class Street(BaseModel):
    """A part of an address."""

    name: str


class Address(BaseModel):
    """Where somebody lives."""

    street: Street
    others: list[Street]


def weather(city: str, days: int = 1) -> str:
    """The weather in a city.

    In more words.
    """
    return f"{city} {days}"


def test_a_function_becomes_a_tool() -> None:
    """Name, docstring and signature are all that is needed; parameters with a default are optional."""
    tool = Tool.of(weather)
    assert (tool.name, tool.description) == ("weather", "The weather in a city.\n\nIn more words.")
    assert tool.parameters["type"] == "object"
    assert tool.parameters["required"] == ["city"]
    assert tool.parameters["properties"]["days"]["type"] == "integer"


def test_a_model_becomes_a_tool() -> None:
    """A pydantic model is a tool named as the class; its docstring is said once, as the description."""
    tool = Tool.of(Search)
    assert (tool.name, tool.description) == ("Search", "Search the archive.")
    assert "description" not in tool.parameters
    assert tool.parameters["properties"]["query"]["description"] == "words to look for"


def test_a_tool_is_itself() -> None:
    """A `Tool` made by hand is offered as it is."""
    tool = Tool("f", "", {"type": "object", "properties": {}})
    assert Tool.of(tool) is tool


def test_a_function_without_a_docstring_has_no_description() -> None:
    """No description is the empty one."""

    def bare() -> None: ...

    assert Tool.of(bare).description == ""


def test_a_nameless_function_is_refused() -> None:
    """A model can only call what has a name."""
    with pytest.raises(InvalidSettingError, match="has no name"):
        Tool.of(lambda: None)


def test_a_response_schema_is_closed_at_any_depth() -> None:
    """Each object in the schema, nested ones and list items too, allows no further properties."""
    schema = ResponseSchema.of(Address)
    assert schema.name == "Address"
    assert schema.schema["additionalProperties"] is False
    assert schema.schema["$defs"]["Street"]["additionalProperties"] is False


def test_a_response_schema_leaves_the_model_alone() -> None:
    """Closing works on a copy: the model's own schema is as before."""
    ResponseSchema.of(Address)
    assert "additionalProperties" not in Address.model_json_schema()


def book(day: date, seats: int = 2) -> str:
    """Book a table.

    Only for dinner.

    Args:
        day: when to come.
        seats: how many guests.
    """
    return f"{day} {seats}"


def test_the_docstring_describes_the_parameters() -> None:
    """The section on parameters becomes the descriptions of the parameters, and is not sent twice."""
    tool = Tool.of(book)
    assert tool.description == "Book a table.\n\nOnly for dinner."
    described = {name: each["description"] for name, each in tool.parameters["properties"].items()}
    assert described == {"day": "when to come.", "seats": "how many guests."}


class Silent(BaseModel):  # noqa: D101 - the test is about a class without a docstring
    day: int


class Child(Silent):
    """Add an event."""


def test_a_model_has_its_own_docstring_or_none() -> None:
    """The docstring of a base class describes another class."""
    assert [Tool.of(source).description for source in (Silent, Child, type("Grandchild", (Child,), {}))] == [
        "",
        "Add an event.",
        "",
    ]


def positional(day: int, /) -> str:
    """A parameter without a name."""
    return str(day)


def opaque(thing: threading.Lock) -> str:
    """A parameter of a type without a schema."""
    return str(thing)


@pytest.mark.parametrize("source", [print, positional, opaque, max], ids=lambda source: source.__name__)
def test_a_signature_that_no_schema_expresses_is_refused(source: Callable[..., object]) -> None:
    """The error names the function and says what to do instead."""
    with pytest.raises(InvalidSettingError, match=rf"{source.__name__} can't be offered as a tool"):
        Tool.of(source)
