"""What mypy says of a model's settings and what the facade says at run time are the same."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from god_llm import (
    BaseLLM,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    UnsupportedParameterError,
)
from god_llm.domain.facts import EFFORTS
from god_llm.plugins.registry import provider as built_in
from god_llm.testing import FakeTransport

FACADES: Final[Mapping[str, Callable[..., BaseLLM]]] = {
    "anthropic": ChatAnthropic,
    "bedrock": ChatBedrock,
    "groq": ChatGroq,
    "ollama": ChatOllama,
    "openai": ChatOpenAI,
}
SETTINGS: Final[tuple[Mapping[str, object], ...]] = (
    {},
    {"temperature": 0.5},
    {"top_p": 0.5},
    *({"reasoning": effort} for effort in EFFORTS),
    *({"reasoning": effort, "temperature": 0.5} for effort in EFFORTS),
)


def kinds(provider: str) -> Iterator[str]:
    """A model of each kind, as far as its settings go, that the catalogue has."""
    seen: set[object] = set()
    for model, facts in built_in(provider).catalogue.models.items():
        kind = (facts.sampling, facts.efforts, facts.default_effort, facts.retires is None)
        if kind not in seen:
            seen.add(kind)
            yield model


CALLS: Final = [
    (provider, model, settings) for provider in FACADES for model in kinds(provider) for settings in SETTINGS
]


def refused_at_run_time(provider: str, model: str, settings: Mapping[str, object]) -> bool:
    """Whether the facade refuses the settings."""
    try:
        FACADES[provider](model, transport=FakeTransport({}), **settings)
    except UnsupportedParameterError:
        return True
    return False


@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_mypy_refuses_what_is_refused_at_run_time(tmp_path: Path) -> None:
    """For each kind of model and each setting, a call is an error to mypy exactly where it raises."""
    program = tmp_path / "calls.py"
    lines = ["from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI", ""]
    for provider, model, settings in CALLS:
        given = "".join(f", {name}={value!r}" for name, value in settings.items())
        lines.append(f"{FACADES[provider].__name__}({model!r}{given})")
    program.write_text("\n".join(lines), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run([*command, str(program)], capture_output=True, text=True, check=False)
    reported = {int(line) for line in re.findall(r"calls\.py:(\d+): error", done.stdout)}
    to_mypy = [call for number, call in enumerate(CALLS, 3) if number in reported]
    assert to_mypy == [call for call in CALLS if refused_at_run_time(*call)]
    assert to_mypy


def test_a_retired_model_is_marked_deprecated(tmp_path: Path) -> None:
    """A type checker that is asked to tell of what is deprecated tells of each retired model, and of no other."""
    program = tmp_path / "calls.py"
    program.write_text(
        "from god_llm import ChatGroq, ChatOpenAI\n"
        "ChatGroq('llama-3.1-8b-instant')\n"
        "ChatGroq('llama-3.1-8b-instant', 0.2)\n"
        "ChatOpenAI('o1')\n"
        "ChatOpenAI('gpt-4-turbo', 0.2, api='chat_completions')\n"
        "ChatGroq('openai/gpt-oss-20b', 0.2)\n",
        encoding="utf-8",
    )
    options = [
        "--strict",
        "--config-file",
        "",
        "--cache-dir",
        str(tmp_path / "cache"),
        "--enable-error-code=deprecated",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, str(program)], capture_output=True, text=True, check=False
    )
    assert [int(line) for line in re.findall(r"calls\.py:(\d+): error: .*\[deprecated\]", done.stdout)] == [2, 3, 4, 5]
