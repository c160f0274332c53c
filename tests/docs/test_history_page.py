"""The tables of docs/history.md are true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from god_llm.engine.history.rules import HistoryRules
from god_llm.plugins.registry import provider

PAGE: Final = Path(__file__).parents[2] / "docs" / "history.md"
COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "OpenAI Responses": ("openai", "responses"),
    "OpenAI chat completions": ("openai", "chat_completions"),
    "Groq": ("groq", ""),
    "Anthropic": ("anthropic", ""),
    "Bedrock": ("bedrock", ""),
    "Ollama": ("ollama", ""),
}


def cells(rules: HistoryRules) -> Mapping[str, str]:
    """The rows of the table, for one API."""
    printable = r"\x21-\x7e"
    ids, names = rules.call_ids, rules.tool_names
    characters = "any" if ids is None else "printable ASCII" if ids.characters == printable else f"`{ids.characters}`"
    return {
        "longest id of a call": "any" if ids is None else str(ids.longest),
        "characters of an id": characters,
        "tool names": "any" if names is None else f"`{names.characters}`",
        "calls need tools": "yes" if rules.needs_tools else "no",
        "begins with a user's message": "yes" if rules.needs_user_first else "no",
        "system messages anywhere": "yes" if rules.system_anywhere else "no",
        "stored at the provider": "yes" if rules.server_state else "no",
    }


def table() -> Iterator[list[str]]:
    """The rows of the table of rules, as cells."""
    text = PAGE.read_text(encoding="utf-8").split("## The rules of each API", 1)[1]
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]
        elif line.startswith('"Stored'):
            return


@pytest.mark.parametrize("column", COLUMNS)
def test_the_table_has_the_rules_of_each_api(column: str) -> None:
    """Each cell is what the API's `HistoryRules` say."""
    head, *rows = table()
    name, api = COLUMNS[column]
    place = head.index(column)
    found = {row[0]: row[place] for row in rows}
    assert found == cells(provider(name).apis[api].history)
