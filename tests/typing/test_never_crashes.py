"""mypy ends without an internal error, whatever the plugin reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

VALUES: Final = (
    '"gpt-5.5"',
    '"o3"',
    '"gpt-5.55"',
    "None",
    "0.2",
    '"low"',
    "anything",
    "ChatOpenAI",
    "[]",
    "{}",
    "lambda: 1",
    "*anything",
    "**anything",
    "**settings",
    '**{"temperature": 0.2, **settings}',
    "App.o3",
    "App.config.key",
    "App.mailer.provided.name",
    "providers.Object([1, 2])",
    "providers.Object()",
    "providers.Dependency()",
    "providers.List()",
    "providers.Dict({1: 2})",
    "providers.Factory(undefined)",
    "App",
    "App()",
)
"""Arguments, right and wrong."""

NAMES: Final = ("", "", "model_name=", "temperature=", "reasoning=", "api=", "mailer__name=", "timeout=", "class_=")
CALLED: Final = (
    "ChatOpenAI",
    "partial",
    "partial(ChatOpenAI)",
    "chat_model",
    "llm.generate",
    "llm.batch",
    "providers.Factory",
    "providers.Singleton",
    "providers.Resource",
    "providers.Object",
    "providers.Selector",
    "providers.List",
    "providers.Dict",
    "providers.Container",
    "providers.Dependency",
    "providers.FactoryAggregate",
    "providers.DependenciesContainer",
    "App",
    "App.o3",
    "App.o3.override",
    "App.o3.add_args",
    "App.o3.set_args",
    "App.by_name",
    "App.by_name.o3",
    "App().set_provider",
    "App().override_providers",
    "App.mailer.provided.name.call",
    "containers.copy",
    "Provide.__getitem__",
)
"""What is called."""

HEAD: Final = """
from functools import partial
from typing import Any

from dependency_injector import containers, providers
from dependency_injector.wiring import Provide, inject

from god_llm import ChatOpenAI, GenerationSettings, chat_model


class Mailer:
    name = "mailer"


class App(containers.DeclarativeContainer):
    config = providers.Configuration()
    mailer = providers.Singleton(Mailer)
    o3 = providers.Factory(ChatOpenAI, "o3")
    by_name = providers.FactoryAggregate(o3=o3)


def tried(anything: Any, settings: GenerationSettings, llm: ChatOpenAI) -> None:
"""

ARGUMENT: Final = st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(
    lambda pair: pair[1] if pair[1].startswith("*") else "".join(pair)
)
CALL: Final = st.tuples(st.sampled_from(CALLED), st.lists(ARGUMENT, max_size=4)).map(
    lambda call: f"{call[0]}({', '.join(call[1])})"
)


def mypy(folder: Path, program: Path) -> subprocess.CompletedProcess[str]:
    """Mypy with the plugin, over one program."""
    config = folder / "mypy.ini"
    config.write_text("[mypy]\nstrict = True\nplugins = god_llm.mypy_plugin\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(folder / "cache")]
    return subprocess.run([*command, str(program)], capture_output=True, text=True, check=False, cwd=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with mypy's cache."""
    return tmp_path_factory.mktemp("crash")


def mypy_survives(statement: str) -> bool:
    """Whether mypy without the plugin gets through the statement.

    It reports a statement that Python can't parse and nothing else. It fails with an internal error where a call
    to a generic class unpacks two TypedDicts (mypy 2.4: `pop from an empty set` in `mypy/argmap.py`).
    """
    if statement.count("**settings") > 1:
        return False
    try:
        compile(statement, "call", "exec")
    except SyntaxError:
        return False
    return True


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(CALL.filter(mypy_survives), min_size=20, max_size=40))
def test_no_call_makes_mypy_fail(folder: Path, calls: list[str]) -> None:
    """Calls with arguments of any kind are checked, or reported, but never an internal error."""
    program = folder / "program.py"
    program.write_text(HEAD + "".join(f"    {call}\n" for call in calls), encoding="utf-8")
    done = mypy(folder, program)
    assert "INTERNAL ERROR" not in done.stdout + done.stderr
    assert done.returncode in {0, 1}


@pytest.mark.parametrize("catalogue", ["", "[]", '{"mine": 3}', "not JSON"])
def test_a_catalogue_of_the_users_own_is_not_read(folder: Path, catalogue: str) -> None:
    """A file `catalogue.json` beside a subclass of a facade changes nothing."""
    (folder / "catalogue.json").write_text(catalogue, encoding="utf-8")
    program = folder / "subclass.py"
    program.write_text(
        "from god_llm import ChatOpenAI\n\n\nclass Mine(ChatOpenAI):\n    pass\n\n\n"
        'Mine("o3").generate("Hello", max_tokens=3)\n',
        encoding="utf-8",
    )
    done = mypy(folder, program)
    assert done.returncode == 0, done.stdout + done.stderr
