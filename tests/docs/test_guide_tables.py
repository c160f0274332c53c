"""The tables of the guides have what the code has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    AudioPart,
    BaseMessage,
    DocumentPart,
    ImagePart,
    SystemMessage,
    ToolMessage,
    UserMessage,
)

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
MESSAGES: Final = (SystemMessage, UserMessage, AIMessage, ToolMessage)
PARTS: Final = (ImagePart, DocumentPart, AudioPart)


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
