"""How long mypy takes over containers of facades, without the plugin and with it.

    python benchmarks/mypy_plugin.py [rounds]

Each program is checked with a warm cache of the libraries; the best of some rounds counts. `right` has 300 providers,
`mistyped` 100 whose model is misspelt, `direct` 300 calls of facades, `direct mistyped` 100 that are refused.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

HEAD: Final = """from dependency_injector import containers, providers

from god_llm import ChatAnthropic, ChatGroq, ChatOpenAI


"""
RIGHT: Final = (
    'ChatOpenAI, "gpt-5.5", reasoning="low"',
    'ChatAnthropic, "claude-sonnet-5-5"',
    'ChatGroq, "openai/gpt-oss-20b"',
)
MISTYPED: Final = ('ChatOpenAI, "gpt-5.55"', 'ChatAnthropic, "claude-sonet-5-5"', 'ChatGroq, "openai/gpt-oss-20"')


def container(targets: tuple[str, ...], number: int) -> str:
    """A program with a container of so many providers."""
    parts = (f"    part{n} = providers.Factory({targets[n % len(targets)]}, timeout={n}.0)\n" for n in range(number))
    return f"{HEAD}class Application(containers.DeclarativeContainer):\n{''.join(parts)}"


def calls(targets: tuple[str, ...], number: int) -> str:
    """A program with so many direct calls."""
    made = (targets[n % len(targets)].replace(", ", "(", 1) for n in range(number))
    return HEAD + "".join(f"{call}, timeout={n}.0)\n" for n, call in enumerate(made))


PROGRAMS: Final = {
    "right": container(RIGHT, 300),
    "mistyped": container(MISTYPED, 100),
    "direct": calls(RIGHT, 300),
    "direct mistyped": calls(MISTYPED, 100),
}


def seconds(folder: Path, program: str, plugins: str, rounds: int) -> float:
    """The time that mypy takes over a program that it has not seen, the libraries being in its cache."""
    settings = folder / "mypy.ini"
    settings.write_text(f"[mypy]\nstrict = True\nplugins = {plugins}\n")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        str(settings),
        "--cache-dir",
        str(folder / f"cache{bool(plugins)}"),
    ]
    return min(_timed(folder, program, command) for _ in range(rounds + 1))  # the first one fills the cache


def _timed(folder: Path, program: str, command: list[str]) -> float:
    path = folder / "program.py"
    path.write_text(f"{program}\n# {time.time()}\n")
    start = time.perf_counter()
    subprocess.run([*command, path.name], cwd=folder, capture_output=True, check=False)
    return time.perf_counter() - start


def measured(rounds: int) -> Iterator[tuple[str, float, float]]:
    """Program, seconds without the plugin, seconds with it."""
    with tempfile.TemporaryDirectory() as name:
        for title, program in PROGRAMS.items():
            folder = Path(name)
            yield title, seconds(folder, program, "", rounds), seconds(folder, program, "god_llm.mypy_plugin", rounds)


if __name__ == "__main__":
    for title, without, with_plugin in measured(int(sys.argv[1]) if len(sys.argv) > 1 else 2):
        times = with_plugin / without
        print(f"{title:16} {without:6.1f} s without, {with_plugin:6.1f} s with the plugin, {times:.2f} times")
