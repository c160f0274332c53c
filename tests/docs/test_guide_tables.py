"""The tables of the guides have what the code has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Final, get_args

import pytest
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    AudioPart,
    BaseLLMException,
    BaseMessage,
    DocumentPart,
    ImagePart,
    LLMProviderType,
    ProviderError,
    SystemMessage,
    Timeouts,
    ToolMessage,
    UserMessage,
    VideoPart,
    auth,
    containers,
)
from god_llm.domain import exceptions
from god_llm.plugins.registry import provider as provider_of

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
MESSAGES: Final = (SystemMessage, UserMessage, AIMessage, ToolMessage)
PARTS: Final = (ImagePart, DocumentPart, AudioPart, VideoPart)


def table(page: str, first_column: str) -> Mapping[str, list[str]]:
    """The rows of the page's table whose first heading is this: name in the first cell -> further cells."""
    _, _, after = (DOCS / page).read_text(encoding="utf-8").partition(f"| {first_column} |")
    rows: dict[str, list[str]] = {}
    for line in after.splitlines()[2:]:
        if not line.startswith("| "):
            break
        name, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        rows[name.strip("`")] = cells
    return rows


def quoted(cell: str) -> set[str]:
    """The names in backticks."""
    return set(re.findall(r"`([^`]+)`", cell))


def own_fields(model: type[BaseModel], base: set[str]) -> set[str]:
    """The fields of a model without those of its base and its discriminator."""
    return {*model.model_fields} - base - {"role", "type"}


def test_the_messages_have_the_fields_of_the_table() -> None:
    """The table of messages names each class, and each field beyond those of `BaseMessage`."""
    rows = {name: quoted(cells[-1]) for name, cells in table("conversations.md", "class").items()}
    assert rows == {kind.__name__: own_fields(kind, {*BaseMessage.model_fields}) for kind in MESSAGES}


def test_the_parts_have_the_fields_of_the_table() -> None:
    """The table of parts names each field."""
    rows = {name: quoted(cells[-1]) for name, cells in table("conversations.md", "part").items()}
    assert rows == {kind.__name__: own_fields(kind, set()) for kind in PARTS}


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_each_page_is_in_the_index(page: Path) -> None:
    """The index links every page but itself, and only pages that exist."""
    links = set(re.findall(r"\]\(([\w./-]+\.md)\)", (DOCS / "README.md").read_text(encoding="utf-8")))
    assert page.name in links | {"README.md"}
    assert [link for link in links if not (DOCS / link).exists()] == []


def retryable(error: type[BaseLLMException]) -> str:
    """The cell of the column "retryable" for a class."""
    if not issubclass(error, ProviderError):
        return "yes" if error.retryable else "no"
    return "yes" if error.always_retryable else "by status"


def test_the_tree_of_errors_is_the_table() -> None:
    """The table of errors names each class with its bases and whether it is retryable."""
    rows = {name: (quoted(cells[0]), cells[1]) for name, cells in table("errors.md", "error").items()}
    classes = {name: getattr(exceptions, name) for name in exceptions.__all__}
    assert rows == {
        name: ({base.__name__ for base in error.__bases__}, retryable(error)) for name, error in classes.items()
    }


def test_each_error_has_the_attributes_of_the_table() -> None:
    """The table of attributes names all that an instance has, at the class that adds it."""
    rows = {name: quoted(cells[0]) for name, cells in table("errors.md", "class").items()}
    base = {*vars(BaseLLMException()), "retryable"}
    assert rows == {
        "BaseLLMException": base,
        "ProviderError": {*vars(ProviderError())} - base,
        "NotFoundError": {"advice"},
        "TimeoutExceededError": {"limit", "seconds"},
    }


def test_the_table_of_time_limits_has_the_defaults() -> None:
    """Each limit is there, with the number of seconds that holds where nothing is set."""
    rows = {name: cells[-1] for name, cells in table("errors.md", "limit").items()}
    said = {name: next(iter(re.findall(r"^\d+", default)), None) for name, default in rows.items()}
    assert said == {each.name: f"{each.default:g}" if each.default else None for each in fields(Timeouts)}


@pytest.mark.parametrize("provider", get_args(LLMProviderType))
def test_the_variables_of_keys_are_the_providers(provider: str) -> None:
    """The table of variables has each provider's variable, and whether a key is required."""
    variable, required = table("keys.md", "provider")[provider]
    value = provider_of(provider)
    assert quoted(variable) == {value.key_variable}
    assert required == ("yes" if value.needs_key else "no")


def test_each_source_of_keys_is_in_the_table() -> None:
    """The table of sources names each class of `god_llm.auth`."""
    assert {*table("keys.md", "source")} == {name for name in auth.__all__ if name.endswith("Auth")}


def test_the_variables_of_the_containers_are_the_fields_of_their_settings() -> None:
    """The table of variables names each field of each provider's settings."""
    common, openai, bedrock = (quoted(cells[0]) for cells in table("containers.md", "of").values())
    expected = {"OpenAI": common | openai, "Bedrock": common | bedrock}
    for name in ("Anthropic", "Bedrock", "Groq", "Ollama", "OpenAI"):
        fields = {field.upper() for field in getattr(containers, f"{name}Settings").model_fields}
        assert fields == expected.get(name, common)


def test_the_parts_of_the_containers_are_in_the_table() -> None:
    """The table of parts names each provider of the containers."""
    cells = {
        name
        for row in re.findall(r"^\| (`.*?) \|", (DOCS / "containers.md").read_text("utf-8"), re.MULTILINE)
        for name in quoted(row)
    }
    for name in ("Anthropic", "Bedrock", "Groq", "Ollama", "OpenAI"):
        parts = {*getattr(containers, f"{name}Container").providers}
        assert parts | {"keys"} == cells


@pytest.mark.parametrize("part", PARTS)
def test_help_shows_the_fields_of_a_part(part: type[BaseModel]) -> None:
    """The docstring that `help()` shows names each field."""
    described = set(re.findall(r"^    +(\w+): ", part.__doc__ or "", re.MULTILINE))
    assert described == own_fields(part, set())
