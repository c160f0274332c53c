"""The example's tests in an environment of their own: no provider's SDK, no key, no sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
EXAMPLE: Final = ROOT / "examples" / "larger_application"
NEEDED: Final = ("pytest", "syrupy", "fastapi", "httpx2")  # httpx2: FastAPI's test client
CLOSED: Final = '''
"""Closes the network: whatever opens a connection, or looks a host up, ends the run."""

import os
import socket
import sys


def closed(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"}:
        address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
        if not (isinstance(address, tuple) and address[1:] == (0,)):
            print("NETWORK", event, address, file=sys.stderr)
            os._exit(97)


sys.addaudithook(closed)
for name in ("openai", "anthropic", "groq", "ollama", "boto3", "botocore"):
    sys.modules[name] = None
'''


def run(*command: str | Path, timeout: float = 300, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command, without keys."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "PYTEST", "COV", "GOD_LLM_"))
    }
    return subprocess.run(
        [str(part) for part in command],
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        cwd=ROOT / "examples",
    )


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a clean environment with the project, without extras, and what the example's tests need."""
    folder = tmp_path_factory.mktemp("offline") / "venv"
    made = run(sys.executable, "-m", "venv", folder)
    assert made.returncode == 0, made.stderr
    python = folder / "bin" / "python"
    installed = run(python, "-m", "pip", "install", "-q", str(ROOT), *NEEDED)
    if installed.returncode != 0:
        reachable = run(python, "-m", "pip", "download", "-q", "--no-deps", "-d", folder, "hatchling")
        if reachable.returncode != 0:
            pytest.skip("the package index can't be reached")
    assert installed.returncode == 0, installed.stderr
    return python


def test_no_sdk_is_installed(python: Path) -> None:
    """The environment is what it claims to be."""
    listed = run(python, "-m", "pip", "list", "--format=freeze").stdout.lower()
    names = {line.partition("==")[0] for line in listed.split()}
    assert {"god-llm-kit", "pytest", "syrupy"} <= names
    assert not {"openai", "anthropic", "groq", "ollama", "boto3", "botocore"} & names


def test_the_examples_tests_run_offline(python: Path, tmp_path: Path) -> None:
    """Container, cassettes and snapshots work without SDK and key, and no socket is opened on the way."""
    (tmp_path / "closed.py").write_text(CLOSED)
    tests = run(
        python,
        *("-m", "pytest", "-q", "-p", "closed", "-p", "no:cacheprovider", EXAMPLE),
        PYTHONPATH=str(tmp_path),
    )
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert "11 passed, 1 skipped" in tests.stdout
    assert "4 snapshots passed" in tests.stdout
    assert "needs the provider's SDK" in tests.stdout


def test_the_network_is_closed(python: Path, tmp_path: Path) -> None:
    """What closes the network does close it."""
    (tmp_path / "closed.py").write_text(CLOSED)
    tried = run(
        python, "-c", "import closed, socket; socket.create_connection(('127.0.0.1', 9))", PYTHONPATH=str(tmp_path)
    )
    assert tried.returncode == 97
