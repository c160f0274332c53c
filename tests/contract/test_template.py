"""The mission's template for new providers runs as it is written."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Protocol, cast

import pytest

import god_llm
from god_llm.plugins.base import AIMessage, BaseLLM
from god_llm.plugins.exceptions import UnknownProviderError

TEMPLATE = Path(__file__).with_name("new_provider.txt").read_text(encoding="utf-8")
"""The template, with the provider's name announced as one of another package."""
VERBATIM = TEMPLATE.replace('CustomProvider("new_provider")', '"new_provider"').replace("CustomProvider, ", "")
"""The template as the mission has it; only its two `...` and the missing import are filled in."""


class Maker(Protocol):
    """The template's class."""

    def __call__(self, model_name: str, temperature: float | None = 0.7, api_key: str | None = None) -> BaseLLM:
        """A model."""
        ...


def made(text: str) -> Maker:
    """The class that the text defines."""
    space: dict[str, object] = {"__name__": "new_provider"}
    exec(text, space)
    return cast("Maker", space["NewProvider"])  # a class that mypy has not seen


def mypy(program: Path, *, path: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run `mypy --strict` on a program, as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(cache), str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(path), "PATH": ""},
    )


def test_a_template_provider_is_complete() -> None:
    """A class with only `__init__` and `generate` answers whole, streamed and async."""
    llm = made(TEMPLATE)("any", api_key="key")
    assert llm.generate("hi").content == "HI"
    with llm.stream("hi") as stream:
        assert [type(delta).__name__ for delta in stream] == ["StartedDelta", "TextDelta", "FinishedDelta"]
    assert stream.message.content == "HI"
    assert asyncio.run(llm.agenerate("hi")).content == "HI"


def test_a_template_provider_misses_its_key() -> None:
    """Without a key the error is a `ValueError` that names the provider and the variable."""
    with pytest.raises(ValueError, match=r"new_provider.*NEW_PROVIDER_API_KEY"):
        made(TEMPLATE)("any")


def test_a_name_nobody_announced_is_refused() -> None:
    """A name that is neither in `LLMProviderType` nor a `CustomProvider` is an error that says how to add one."""
    with pytest.raises(UnknownProviderError, match=r"CustomProvider\('new_provider'\)"):
        made(VERBATIM)("any", api_key="key")


def test_the_template_passes_mypy(tmp_path: Path) -> None:
    """With `CustomProvider` the template is clean under `mypy --strict`; without it the name is the one error."""
    source = Path(god_llm.__file__).parents[1]
    (tmp_path / "custom.py").write_text(TEMPLATE)
    (tmp_path / "verbatim.py").write_text(VERBATIM)
    custom = mypy(tmp_path / "custom.py", path=source, cache=tmp_path / "cache")
    assert (custom.returncode, custom.stdout) == (0, "Success: no issues found in 1 source file\n")
    verbatim = mypy(tmp_path / "verbatim.py", path=source, cache=tmp_path / "cache")
    assert verbatim.stdout.count("error:") == 1
    assert "incompatible type \"Literal['new_provider']\"" in verbatim.stdout


def test_the_template_runs_once_its_name_is_in_the_literal(tmp_path: Path) -> None:
    """Adding the name to `LLMProviderType` is all that the verbatim template needs, to run and to pass mypy."""
    shutil.copytree(Path(god_llm.__file__).parent, tmp_path / "god_llm")
    providers = tmp_path / "god_llm" / "domain" / "providers.py"
    text = providers.read_text()
    changed = text.replace('"bedrock", "groq"]', '"bedrock", "groq", "new_provider"]')
    assert changed != text
    providers.write_text(changed)
    program = tmp_path / "verbatim.py"
    program.write_text(VERBATIM + '\nprint(NewProvider("any", api_key="key").generate("hi").content)\n')
    run = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tmp_path)}
    )
    assert (run.stdout, run.stderr) == ("HI\n", "")
    checked = mypy(program, path=tmp_path, cache=tmp_path / "cache")
    assert checked.stdout == "Success: no issues found in 1 source file\n"


def test_messages_have_the_fields_of_the_contract() -> None:
    """A message has an id of 32 hexadecimal digits, its content, an aware UTC time and optional metadata."""
    message = AIMessage(content="hi")
    assert len(bytes.fromhex(message.id)) == 16
    assert (message.content, message.metadata) == ("hi", None)
    offset = message.created_at.utcoffset()
    assert offset is not None
    assert not offset
