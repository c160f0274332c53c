"""The command line, as a shell runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import get_args

import pytest

from god_llm.cli import main
from god_llm.plugins.groq.models import GroqModel
from god_llm.plugins.registry import provider
from god_llm.testing.simulator import Simulator

PATIENCE = 60
"""Seconds that a command may take on a busy machine."""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command finds the same width, whoever runs the tests."""
    monkeypatch.setenv("COLUMNS", "120")


def run(*words: str, code: str | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`python -m god_llm` with these words, or a piece of code, in a process of its own."""
    command = [sys.executable, "-m", "god_llm", *words] if code is None else [sys.executable, "-c", code]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
    )


# -- demo -----------------------------------------------------------------------------------------------


def test_the_demo_shows_every_provider_without_a_key_or_a_network() -> None:
    """In a pipe and behind a dead proxy, the demo lists six normalised answers, streams one and swaps a part."""
    dead = "http://127.0.0.1:9"
    done = run("demo", env={"HTTP_PROXY": dead, "HTTPS_PROXY": dead, "http_proxy": dead, "https_proxy": dead})
    assert (done.returncode, done.stderr) == (0, "")
    for shown in (
        "OpenAI ",
        "OpenAI chat",
        "Anthropic",
        "Groq",
        "Ollama",
        "Bedrock",
        "completed → stop",
        "end_turn → stop",
        "blue comes from everywhere.",
        "RetryingTransport",
        "FakeTransport",
        "no key, no network.",
    ):
        assert shown in done.stdout
    assert done.stdout.count("Rayleigh scattering.") == 7


def test_the_demo_names_the_extras_that_are_missing() -> None:
    """Where an SDK is not installed, the others are shown, and the line to install it is printed."""
    code = "import sys; sys.modules['groq'] = sys.modules['anthropic'] = None; from god_llm.cli import main; sys.exit(main(['demo']))"  # noqa: E501 - one line of code
    done = run(code=code)
    assert (done.returncode, done.stderr) == (0, "")
    assert "pip install 'god-llm-kit[anthropic,groq]'" in done.stdout
    assert "Bedrock" in done.stdout
    assert "Groq " not in done.stdout


def test_the_demo_without_any_sdk_fails() -> None:
    """With no SDK at all the demo says what to install, and its exit code is 1."""
    code = (
        "import sys\n"
        "for name in ('openai', 'anthropic', 'groq', 'ollama', 'boto3', 'botocore'): sys.modules[name] = None\n"
        "from god_llm.cli import main\n"
        "sys.exit(main(['demo']))"
    )
    done = run(code=code)
    assert (done.returncode, done.stderr) == (1, "")
    assert "god-llm-kit[anthropic,bedrock,groq,ollama,openai]" in done.stdout


# -- simulate -------------------------------------------------------------------------------------------


@contextmanager
def simulating(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`god-llm simulate` in a process of its own, and its base URL."""
    command = [sys.executable, "-m", "god_llm", "simulate", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        base = ""
        for line in process.stdout:
            found = re.match(r"export OLLAMA_HOST=(\S+)", line)
            base = found[1] if found else base
            if line.startswith("An unscripted request"):
                break
        try:
            yield process, base
        finally:
            process.kill()


def chat(base: str, text: str, key: str | None = None) -> str:
    """What Ollama's API says to a text."""
    body = {"model": "llama3.1", "stream": False, "messages": [{"role": "user", "content": text}]}
    headers = {} if key is None else {"authorization": f"Bearer {key}"}
    request = urllib.request.Request(f"{base}/api/chat", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
        content = json.load(reply)["message"]["content"]
    assert isinstance(content, str)
    return content


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_simulate_serves_until_it_is_interrupted(ending: signal.Signals) -> None:
    """The simulator answers in the foreground, prints each request as it comes, and ends cleanly."""
    with simulating("--port", "0") as (process, base):
        assert chat(base, "hello [bold]there") == "You said: hello [bold]there"
        process.send_signal(ending)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert re.search(r'200 +ollama +POST /api/chat +model=llama3.1 +"hello \[bold\]there"', rest)
    assert "Stopped; requests served: 1." in rest


def test_simulate_takes_only_the_keys_it_is_given() -> None:
    """With `--key` another key is refused."""
    with simulating("--key", "good") as (process, base):
        assert chat(base, "hi", key="good") == "You said: hi"
        with pytest.raises(urllib.error.HTTPError, match="401"):
            chat(base, "hi", key="bad")
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert "401" in rest


def test_simulate_says_that_a_port_is_taken(capsys: pytest.CaptureFixture[str], simulator: Simulator) -> None:
    """A port that another process holds is an error message and exit code 1, not a traceback."""
    assert main(["simulate", "--port", str(simulator.port)]) == 1
    assert f"port {simulator.port}" in capsys.readouterr().out


# -- models and the rest --------------------------------------------------------------------------------


def test_models_lists_every_name_of_a_provider(capsys: pytest.CaptureFixture[str]) -> None:
    """`models groq` prints each name of the Literal, whole, and no other provider's."""
    assert main(["models", "groq"]) == 0
    printed = capsys.readouterr().out
    assert {name for name in get_args(GroqModel) if name not in printed} == set()
    assert "anthropic" not in printed


def test_models_lists_all_providers(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a provider, all five are listed."""
    assert main(["models"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in ("anthropic", "bedrock", "groq", "ollama", "openai"))


def test_models_tells_what_a_model_takes(capsys: pytest.CaptureFixture[str]) -> None:
    """Beside each name stand its context, its efforts and its retirement."""
    assert main(["models", "anthropic"]) == 0
    printed = capsys.readouterr().out
    assert all(fact in printed for fact in ("1,000,000", "low medium high", "2026-11-30"))


def test_models_as_json_are_the_known_facts(capsys: pytest.CaptureFixture[str]) -> None:
    """`models --json` prints provider -> model -> facts, and leaves out what is not known."""
    assert main(["models", "groq", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    listed = provider("groq").catalogue.models
    known = {name: json.loads(json.dumps(facts.known(), default=str)) for name, facts in listed.items()}
    assert printed == {"groq": known}
    assert all(None not in facts.values() for facts in printed["groq"].values())


@pytest.mark.parametrize("columns", ["40", "60", "80"])
def test_a_narrow_terminal_shows_each_name_whole(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model's name is copied from the table, so no width of a terminal cuts it."""
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["models", "groq"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in provider("groq").catalogue.models if name not in printed] == []


def test_models_check_compares_with_the_installed_sdks(capsys: pytest.CaptureFixture[str]) -> None:
    """`models --check` shows both sides of the difference, and succeeds while every name of an SDK is listed."""
    assert main(["models", "--check"]) == 0
    printed = capsys.readouterr().out
    assert "llama-3.1-70b-versatile" in printed
    assert "Every model that an installed SDK names is listed." in printed


def test_models_check_fails_where_a_name_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that the SDK names and the catalogue has not is printed, and the exit code is 1."""
    monkeypatch.setattr("god_llm.cli.drift.sdk_models", lambda _: iter(["brand-new-1"]))
    assert main(["models", "groq", "--check"]) == 1
    printed = capsys.readouterr().out
    assert "brand-new-1" in printed
    assert "1 to be listed" in printed


@pytest.mark.parametrize(
    "words",
    [[], ["nonsense"], ["models", "nobody"], ["simulate", "--port", "65536"], ["simulate", "--port", "-1"]],
    ids=" ".join,
)
def test_wrong_words_are_explained(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Words that are no command end with code 2 and a usage line."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: god-llm" in capsys.readouterr().err


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` prints the version of the installed package."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"god-llm {version('god-llm-kit')}\n"


def test_the_script_and_the_module_are_the_same_command() -> None:
    """`god-llm` and `python -m god_llm` print the same."""
    script = Path(sys.executable).with_name("god-llm")
    if not script.exists():
        pytest.skip("the package is not installed with its script")
    printed = subprocess.run([script, "--help"], capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    assert printed == run("--help").stdout


def test_help_is_quick() -> None:
    """`--help` loads no SDK, no simulator and no rich."""
    code = (
        "import sys\n"
        "from god_llm.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "slow = {'openai', 'anthropic', 'groq', 'ollama', 'boto3', 'rich', 'god_llm.testing'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    assert run(code=code).stdout.splitlines()[-1] == "[]"
