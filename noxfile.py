"""The project's checks: `nox -s check` in this environment, `nox` on every supported Python."""

from __future__ import annotations

import sys
from pathlib import Path

import nox

WORKERS = ("-n", "2", "--dist", "loadgroup")
"""Two processes; tests that share one run of a type checker stay together."""

nox.options.sessions = ["tests"]
nox.options.default_venv_backend = "venv"


@nox.session(venv_backend="none")
def check(session: nox.Session) -> None:
    """Every check, with the packages of the running Python: style, layers, types, tests."""
    python = sys.executable
    session.run(python, "-m", "ruff", "format", "--check", ".")
    session.run(python, "-m", "ruff", "check", ".")
    session.run(str(Path(python).with_name("lint-imports")))
    session.run(python, "-m", "mypy")
    session.run(python, "-m", "pytest", *WORKERS, *session.posargs)


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """The tests with coverage, at least 95 %: it takes four tenths longer than `check`."""
    python = sys.executable
    session.run(python, "-m", "coverage", "erase")
    session.run(python, "-m", "pytest", *WORKERS, "--cov", "--cov-report=term", "--cov-fail-under=95", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13"])
def types(session: nox.Session) -> None:
    """What type checkers say to a user: the programs of the type tests, with the package from its wheel."""
    session.install(".[dev]")
    session.run("pytest", *WORKERS, "tests/typing", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """The tests on one Python, in an environment of their own."""
    session.install("-e", ".[dev]")
    session.run("pytest", *WORKERS, *session.posargs)
