"""Small programs, each with one mistake that mypy must report, or with none.

`accepted/` holds programs without a mistake, `rejected/` those with one: the line that must be reported ends with
`# E: ` and mypy's codes for it, several with commas between them. mypy runs once for each version of Python, with
the settings of `mypy.ini`, as a user would.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pytest

HERE: Final = Path(__file__).parent
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
PROGRAMS: Final = sorted(path for folder in ("accepted", "rejected") for path in (HERE / folder).rglob("*.py"))
REPORT: Final = re.compile(r"^(?P<path>[^:\n]+):(?P<line>\d+): error: .*  \[(?P<code>[\w-]+)\]$", re.MULTILINE)
EXPECTED: Final = re.compile(r"# E: (?P<codes>[\w, -]+)$")
FOR_THE_PLUGIN: Final = frozenset({"calls", "containers"})
"""The folders of the programs that need the plugin."""
IN_PLAIN_SIGHT: Final[Mapping[str, str]] = {
    "constructor_of_a_subclass": "a misspelt model and keyword; but it blames the model for a setting",
    "container_replaced": "an embedded container that a subclass replaces, by any other one",
    "settings_of_a_kept_method": "a dict display, whatever is in it",
    "wired_functions": "a part that the container does not have",
}
"""Rejected programs of containers that mypy has something against without the plugin -> what it sees."""

Found: TypeAlias = Mapping[Path, set[tuple[int, str]]]


def of_the_plugin(program: Path) -> bool:
    """Whether the program has a mistake that the plugin is there to see."""
    return program.parent.name in FOR_THE_PLUGIN and "rejected" in program.parts


def name_of(program: Path) -> str:
    """What a test calls the program."""
    return program.relative_to(HERE).with_suffix("").as_posix()


def expected(program: Path) -> set[tuple[int, str]]:
    """The lines that must be reported, each with its codes."""
    lines = enumerate(program.read_text(encoding="utf-8").splitlines(), 1)
    found = ((number, EXPECTED.search(line)) for number, line in lines)
    return {(number, code.strip()) for number, match in found if match for code in match["codes"].split(",")}


def checked(programs: Sequence[Path], cache: Path, *options: str) -> Found:
    """What mypy reports about each program."""
    # A fast exit would leave no time to write down which lines of the plugin ran.
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--no-fast-exit",
        "--no-error-summary",
        "--cache-dir",
        str(cache),
        *options,
    ]
    done = subprocess.run(
        [*command, *map(str, programs)],
        capture_output=True,
        text=True,
        check=False,
        cwd=HERE,
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found: dict[Path, set[tuple[int, str]]] = {program: set() for program in programs}
    for match in REPORT.finditer(done.stdout):
        found[(HERE / match["path"]).resolve()].add((int(match["line"]), match["code"]))
    return found


@pytest.fixture(scope="session", params=PYTHONS)
def reported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Found, Found]:
    """What mypy, with the plugin, reports about all programs for a version of Python, first and a second time."""
    options = ("--config-file", "mypy.ini", "--python-version", str(request.param))
    cache = tmp_path_factory.mktemp("mypy")
    return checked(PROGRAMS, cache, *options), checked(PROGRAMS, cache, *options)


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_mypy_reports_the_mistake_and_nothing_else(program: Path, reported: tuple[Found, Found]) -> None:
    """Each line that is marked is reported with its code, and no other line is."""
    assert reported[0][program] == expected(program)


def test_a_second_run_says_the_same(reported: tuple[Found, Found]) -> None:
    """What mypy stores between its runs, the plugin's notes too, changes no report."""
    assert reported[0] == reported[1]


@pytest.mark.parametrize("reported", PYTHONS[-1:], indirect=True)
def test_without_a_cache_and_in_the_daemon_the_same_is_said(reported: tuple[Found, Found], tmp_path: Path) -> None:
    """`--no-incremental` and mypy's daemon, asked twice, report what a first run does."""
    options = ["--config-file", "mypy.ini", "--python-version", PYTHONS[-1]]
    assert checked(PROGRAMS, tmp_path / "none", *options, "--no-incremental") == reported[0]
    status = ["--status-file", str(tmp_path / "status.json")]
    words = ["run", "--", *options, "--cache-dir", str(tmp_path / "daemon"), *map(str, PROGRAMS)]
    try:
        asked = [dmypy(*status, *words) for _ in range(2)]
    finally:
        dmypy(*status, "kill")
    assert asked == [reported[0], reported[0]]


def dmypy(*words: str) -> Found:
    """What mypy's daemon reports."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy.dmypy", *words], capture_output=True, text=True, check=False, cwd=HERE
    )
    found: dict[Path, set[tuple[int, str]]] = {program: set() for program in PROGRAMS}
    for match in REPORT.finditer(done.stdout):
        found[(HERE / match["path"]).resolve()].add((int(match["line"]), match["code"]))
    return found


@pytest.fixture(scope="session")
def unchecked(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What `mypy --strict` reports without the plugin about the programs that are there for it."""
    programs = [program for program in PROGRAMS if program.parent.name in FOR_THE_PLUGIN]
    options = ("--config-file", "", "--strict", "--explicit-package-bases")
    return checked(programs, tmp_path_factory.mktemp("mypy"), *options)


@pytest.mark.parametrize("program", [program for program in PROGRAMS if of_the_plugin(program)], ids=name_of)
def test_without_the_plugin_nobody_sees_the_mistake(program: Path, unchecked: Found) -> None:
    """A mistake that the plugin is for passes `mypy --strict`, but for those of which it is said what is seen."""
    seen = {code for line, code in unchecked[program] if (line, code) in expected(program)}
    assert (seen == set()) == (program.stem not in IN_PLAIN_SIGHT)


@pytest.mark.parametrize("program", PROGRAMS, ids=name_of)
def test_a_program_says_what_it_is_about(program: Path) -> None:
    """A program begins with one sentence; what is rejected marks at least one line, what is accepted none."""
    assert re.match(r'"""[^\n]+\."""\n', program.read_text(encoding="utf-8"))
    assert bool(expected(program)) == ("rejected" in program.relative_to(HERE).parts)
