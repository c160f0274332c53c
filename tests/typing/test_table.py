"""The table of docs/types.md: who reports which mistake in which context."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

DOCS: Final = Path(__file__).parents[2] / "docs" / "types.md"

HEAD: Final = """
from functools import partial
from typing import Annotated, Any

from dependency_injector import containers, providers
from dependency_injector.wiring import Provide, inject

from god_llm import ChatGroq, ChatOpenAI, chat_model
from god_llm.plugins.openai.chat_completions.formatter import OpenAIChatFormatter


class Wrong: ...


class Mailer:
    def __init__(self, name: str = "") -> None: ...


class Queue:
    def __init__(self, mailer: Mailer) -> None: ...


class Inner(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)


class Other(containers.DeclarativeContainer):
    mailer = providers.Singleton(Wrong)


class App(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)
    queue = providers.Factory(Queue, mailer=mailer)
    o3 = providers.Factory(ChatOpenAI, "o3")
    inner = providers.Container(Inner)
    by_name = providers.FactoryAggregate(o3=o3)


llm = ChatOpenAI("o3", api_key="key")
ask = llm.generate
reasoner = partial(ChatOpenAI, "o3")
"""

PROGRAMS: Final[Mapping[tuple[str, str], str]] = {
    ("direct call", "a misspelt model"): 'ChatOpenAI("gpt-5.55", api_key="key")',
    ("direct call", "a setting that the model does not take"): 'ChatOpenAI("o3", temperature=0.2, api_key="key")',
    ("direct call", "a misspelt keyword"): 'ChatOpenAI("o3", temprature=0.2, api_key="key")',
    ("direct call", "an option of the wrong type"): 'ChatOpenAI("o3", timeout="30", api_key="key")',
    ("direct call", "a setting that the API does not have"): 'ChatOpenAI("o3", stop=["end"], api_key="key")',
    ("direct call", "a model that the API does not serve"): (
        'ChatOpenAI("gpt-5.5-pro", api="chat_completions", api_key="key")'
    ),
    ("direct call", "a formatter of the other API"): (
        'ChatOpenAI("o3", formatter=OpenAIChatFormatter(), api_key="key")'
    ),
    ("where Any is wanted", "a misspelt model"): 'kept: Any = ChatOpenAI("gpt-5.55", api_key="key")',
    ("`chat_model`", "a misspelt model"): 'chat_model("openai:gpt-5.55", api_key="key")',
    ("`chat_model`", "a setting that the model does not take"): (
        'chat_model("openai:o3", temperature=0.2, api_key="key")'
    ),
    ("`partial`", "a misspelt model"): 'partial(ChatOpenAI, "gpt-5.55", api_key="key")()',
    ("`partial`", "a setting that the model does not take"): 'reasoner(temperature=0.2, api_key="key")',
    ("subclass's `super().__init__`", "a setting that the model does not take"): (
        "class Heated(ChatOpenAI):\n"
        "    def __init__(self) -> None:\n"
        '        super().__init__("o3", temperature=0.2, api_key="key")\n'
        "Heated()"
    ),
    ("import", "a misspelt name"): "from god_llm import ChatOpenAi",
    ("one call", "a setting that the model does not take"): 'llm.generate("Hello", temperature=0.2)',
    ("one call", "a misspelt setting"): 'llm.generate("Hello", temprature=0.2)',
    ("kept method", "a setting that the model does not take"): 'ask("Hello", temperature=0.2)',
    ("batch", "one text"): 'llm.batch("Hello")',
    ("facade", "an attribute assigned"): "llm.temperature = 0.9",
    ("`Factory`", "a misspelt model"): 'providers.Factory(ChatGroq, "lama-3", api_key="key")()',
    ("`Factory`", "an argument of the wrong type"): "providers.Factory(Queue, mailer=providers.Singleton(Wrong))()",
    ("`Factory`", "a wrong object in an `Object`"): "providers.Factory(Queue, providers.Object(Wrong()))()",
    ("call of a part", "a setting that the model does not take"): 'App.o3(temperature=0.2, api_key="key")',
    ("call of a part", "a misspelt keyword"): "App.queue(maler=Mailer())",
    ("call of a part", "an argument of a nested part"): "App.queue(mailer__nam='x')",
    ("setter of a part", "a setting that the model does not take"): "App.o3.add_kwargs(temperature=0.2)",
    ("`FactoryAggregate`", "a misspelt name"): 'App.by_name("o4")',
    ("override", "a wrong object in an `Object`"): "App.mailer.override(providers.Object(Wrong()))",
    ("made container", "a misspelt part"): "App(mailr=Mailer())",
    ("made container", "a part of the wrong type"): "App(mailer=Wrong())",
    ("embedded container", "another container with other parts"): "App(inner=Other())",
    ("`@inject`", "a part of the wrong type as a default"): (
        "@inject\ndef wired(mailer: Wrong = Provide[App.mailer]) -> None: ..."
    ),
    ("`@inject`", "a part of the wrong type in `Annotated`"): (
        "@inject\ndef wired(mailer: Annotated[Wrong, Provide[App.mailer]]) -> None: ..."
    ),
}
"""Context, mistake -> the program's last statement."""


def _files(folder: Path) -> list[Path]:
    """One program for each row of the table."""
    files = [folder / f"row{number}.py" for number in range(len(PROGRAMS))]
    for path, statement in zip(files, PROGRAMS.values(), strict=True):
        path.write_text(f"{HEAD}\n\n{statement}\n", encoding="utf-8")
    return files


def _run(folder: Path, *words: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=environment).stdout


def _reported_by_mypy(folder: Path, files: list[Path], plugins: str) -> list[bool]:
    settings = folder / "mypy.ini"
    settings.write_text(f"[mypy]\nstrict = True\nplugins = {plugins}\n", encoding="utf-8")
    printed = _run(folder, "mypy", "--config-file", str(settings), *(path.name for path in files))
    found = set(re.findall(r"^(row\d+\.py):\d+: error", printed, re.MULTILINE))
    return [path.name in found for path in files]


def _reported_by_pyright(folder: Path, files: list[Path]) -> list[bool]:
    printed = _run(folder, "pyright", "--pythonpath", sys.executable, "--outputjson", *(path.name for path in files))
    report = json.loads(printed[printed.index("{") :])
    found = {Path(each["file"]).name for each in report["generalDiagnostics"] if each["severity"] == "error"}
    return [path.name in found for path in files]


def _raised(statement: str) -> bool:
    """Whether the statement, and no other one, fails when it is run."""
    scope: dict[str, object] = {"__name__": "row"}
    exec(compile(HEAD, "head", "exec", dont_inherit=True), scope)
    code = compile(statement, "row", "exec", dont_inherit=True)  # without this module's `from __future__`
    try:
        exec(code, scope)
    except Exception:  # noqa: BLE001  # any error reports it
        return True
    return False


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[bool, ...]]:
    """Context and mistake -> whether mypy, mypy with the plugin, pyright and a run report it."""
    folder = tmp_path_factory.mktemp("table")
    files = _files(folder)
    columns = [
        _reported_by_mypy(folder, files, ""),
        _reported_by_mypy(folder, files, "god_llm.mypy_plugin"),
        _reported_by_pyright(folder, files),
        [_raised(statement) for statement in PROGRAMS.values()],
    ]
    return dict(zip(PROGRAMS, zip(*columns, strict=True), strict=True))


def test_the_table_of_the_documentation_holds(rows: dict[tuple[str, str], tuple[bool, ...]]) -> None:
    """Each row of the table in docs/types.md is what the checkers and a run report."""
    lines = [
        f"| {context} | {mistake} | {' | '.join('yes' if seen else '-' for seen in columns)} |"
        for (context, mistake), columns in rows.items()
    ]
    documented = DOCS.read_text(encoding="utf-8").partition("| context | mistake |")[2].partition("\n\n")[0]
    assert documented.splitlines()[2:] == lines


def test_the_plugin_reports_what_mypy_reports(rows: dict[tuple[str, str], tuple[bool, ...]]) -> None:
    """No mistake that mypy sees by itself is lost with the plugin."""
    assert all(with_plugin or not alone for alone, with_plugin, *_ in rows.values())
