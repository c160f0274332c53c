"""pyright sees the mistakes that mypy sees, and knows the type of everything that is public."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from pydantic import TypeAdapter
from typing_extensions import TypedDict

HERE: Final = Path(__file__).parent
PROGRAMS: Final = sorted(HERE.glob("*/facades/*.py"))


class Position(TypedDict):
    """A place in a file."""

    line: int
    """From 0."""


class Range(TypedDict):
    """From one place to another."""

    start: Position


class Diagnostic(TypedDict):
    """One thing that pyright has to say."""

    file: str
    severity: str
    range: Range


class Report(TypedDict):
    """What pyright says of all programs."""

    generalDiagnostics: list[Diagnostic]


def pyright(*words: str) -> str:
    """What pyright prints, for the Python that runs the tests."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [sys.executable, "-m", "pyright", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE,
        env={**os.environ, "PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout[done.stdout.index("{") :]


@pytest.fixture(scope="module")
def reported() -> Mapping[Path, set[int]]:
    """The lines of each program that pyright, in strict mode, has an error for."""
    printed = pyright("--project", "pyrightconfig.json", "--pythonpath", sys.executable, "--outputjson")
    found: dict[Path, set[int]] = {program: set() for program in PROGRAMS}
    for diagnostic in TypeAdapter(Report).validate_json(printed)["generalDiagnostics"]:
        if diagnostic["severity"] == "error":
            found[Path(diagnostic["file"])].add(diagnostic["range"]["start"]["line"] + 1)
    return found


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: f"{program.parts[-3]}/{program.stem}")
def test_pyright_reports_the_mistake_and_nothing_else(program: Path, reported: Mapping[Path, set[int]]) -> None:
    """In strict mode, the lines with errors are the ones that are marked for mypy."""
    lines = program.read_text(encoding="utf-8").splitlines()
    assert reported[program] == {number for number, line in enumerate(lines, 1) if "  # E: " in line}


def test_every_public_type_is_known() -> None:
    """`pyright --verifytypes` finds no public name whose type is unknown or left to be guessed."""
    report = json.loads(pyright("--verifytypes", "god_llm", "--ignoreexternal", "--outputjson"))
    unsure = [
        symbol["name"]
        for symbol in report["typeCompleteness"]["symbols"]
        if symbol["isExported"] and not (symbol["isTypeKnown"] and not symbol["isTypeAmbiguous"])
    ]
    assert unsure == []
    assert report["typeCompleteness"]["completenessScore"] == 1
