"""The package of another author, installed beside the project in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
FOUND: Final = """
import god_llm
llm = god_llm.chat_model(god_llm.CustomModel("parrot:polly"), api_key="key")
print(type(llm).__module__, god_llm.__file__)
"""


def run(python: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python, without keys and without this test run's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "GOD_LLM_"))}
    return subprocess.run(
        [str(python), *map(str, arguments)],
        cwd=cwd,
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, to be worked on as its author would."""
    copy = tmp_path_factory.mktemp("author") / "god-llm-parrot"
    left_out = shutil.ignore_patterns("__pycache__", ".*_cache")
    return shutil.copytree(ROOT / "examples" / "third_party_plugin", copy, ignore=left_out)


@pytest.fixture(scope="module")
def python(plugin: Path) -> Path:
    """The Python of an environment with the project and the package; what these stand on is the tests' own."""
    folder = plugin.parent / "venv"
    made = run(Path(sys.executable), "-m", "venv", folder, cwd=plugin)
    assert made.returncode == 0, made.stderr
    python = folder / "bin" / "python"
    installed = run(python, "-m", "pip", "install", "-q", "--no-deps", ROOT, plugin, cwd=plugin)
    if installed.returncode != 0:
        reachable = run(python, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "hatchling", cwd=plugin)
        if reachable.returncode != 0:
            pytest.skip("the package index can't be reached")
    assert installed.returncode == 0, installed.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "what_the_tests_have.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def test_it_is_found_by_its_entry_point(python: Path, plugin: Path) -> None:
    """`chat_model(CustomModel("parrot:polly"))` makes the package's facade, and both are the installed ones."""
    found = run(python, "-c", FOUND, cwd=plugin.parent)
    assert found.returncode == 0, found.stderr
    module, file = found.stdout.split()
    assert module == "god_llm_parrot.chat"
    assert Path(file).is_relative_to(plugin.parent / "venv")


def test_it_passes_the_conformance_kit(python: Path, plugin: Path) -> None:
    """Its own tests, the laws of `ProviderConformance` among them, pass, and none is skipped."""
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=plugin)
    assert tests.returncode == 0, tests.stdout + tests.stderr
    summary = tests.stdout.splitlines()[-1]
    assert "passed" in summary
    assert "skipped" not in summary
    assert int(summary.split()[0]) > 200


def test_it_is_typed(python: Path, plugin: Path) -> None:
    """The package and its tests are clean under strict mypy, against the installed project."""
    checked = run(python, "-m", "mypy", "--strict", "--cache-dir", plugin.parent / "mypy", "src", "tests", cwd=plugin)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_wrong_use_of_it_is_seen_by_mypy(python: Path, plugin: Path) -> None:
    """The package's types reach its users: a model that there is not is a mypy error."""
    program = plugin.parent / "user.py"
    program.write_text('from god_llm_parrot import ChatParrot\n\nChatParrot("poly")\n', encoding="utf-8")
    checked = run(python, "-m", "mypy", "--strict", "--cache-dir", plugin.parent / "mypy", program, cwd=plugin.parent)
    assert checked.returncode == 1
    assert 'Argument 1 to "ChatParrot" has incompatible type "Literal[\'poly\']"' in checked.stdout
