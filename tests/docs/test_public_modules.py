"""Documentation and examples import public names of public modules, and nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```py(?:thon)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PUBLIC = re.findall(r"^\| `(god_llm[\w.]*)` \|", (ROOT / "docs" / "public-modules.md").read_text("utf-8"), re.MULTILINE)
PLUGIN = ROOT / "examples" / "third_party_plugin"


class Import(NamedTuple):
    """An import of this library: the module, and the name or `""`."""

    module: str
    name: str


def imports_of(source: str) -> Iterator[Import]:
    """The imports of this library in a program."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.partition(".")[0] == "god_llm":
                yield from (Import(module, alias.name) for alias in names)
            case ast.Import(names=names):
                yield from (Import(alias.name, "") for alias in names if alias.name.partition(".")[0] == "god_llm")
            case _:
                pass


def programs() -> Iterator[tuple[str, str]]:
    """The name and the source of each documented program and each example."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            yield f"{page.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1}", found[1]
    for file in sorted((ROOT / "examples").rglob("*.py")):
        yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


PROGRAMS = dict(programs())


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_documented_program_imports_public_names(name: str) -> None:
    """Each import of a page or an example is a name in the `__all__` of a listed module."""
    private = [
        found
        for found in imports_of(PROGRAMS[name])
        if found.module not in PUBLIC or (found.name and found.name not in import_module(found.module).__all__)
    ]
    assert private == []


@pytest.mark.parametrize("module", PUBLIC)
def test_a_public_module_has_the_names_that_it_lists(module: str) -> None:
    """Every name of `__all__` exists, and `dir()` shows it."""
    loaded = import_module(module)
    assert [name for name in loaded.__all__ if not hasattr(loaded, name)] == []
    assert set(loaded.__all__) <= {*dir(loaded)}


@pytest.mark.parametrize("file", sorted((PLUGIN / "src").rglob("*.py")), ids=lambda file: file.name)
def test_a_plugin_needs_the_provider_kit_alone(file: Path) -> None:
    """The example plugin's own code imports nothing of this library but `god_llm.provider_kit`."""
    assert {found.module for found in imports_of(file.read_text(encoding="utf-8"))} <= {"god_llm.provider_kit"}


@pytest.mark.parametrize("name", ["god_llm", "god_llm.testing", "god_llm.auth", "god_llm.plugins.openai"])
def test_dir_shows_public_names_alone(name: str) -> None:
    """Completion in an editor or a notebook offers what is meant to be used."""
    module = import_module(name)
    assert {*dir(module)} == {*module.__all__}
