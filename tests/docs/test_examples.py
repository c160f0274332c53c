"""Every Python block of the documentation runs, against the simulator, and passes mypy in strict mode."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from god_llm.testing.simulator import Simulator

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {
    f"{page.relative_to(ROOT)}:{text[: found.start()].count(chr(10)) + 1}": found[1]
    for page in PAGES
    for text in [page.read_text(encoding="utf-8")]
    for found in BLOCK.finditer(text)
}


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch, simulator: Simulator, tmp_path: Path) -> None:
    """Every provider's SDK finds the simulator by its usual environment variables, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_BASE_URL", simulator.url("openai"))
    monkeypatch.setenv("ANTHROPIC_BASE_URL", simulator.url("anthropic"))
    monkeypatch.setenv("GROQ_BASE_URL", simulator.url("groq"))
    monkeypatch.setenv("OLLAMA_HOST", simulator.url("ollama"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", simulator.url("bedrock"))
    for variable in (
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "GROQ_API_KEY",
        "DEEPSEEK_API_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(variable, "test-key")


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
@pytest.mark.usefixtures("simulated")
def test_a_documented_example_runs(block: str) -> None:
    """A reader who pastes the block sees it work."""
    exec(compile(block, "example", "exec"), {"__name__": "example"})


def test_the_documented_examples_pass_mypy(tmp_path: Path) -> None:
    """The blocks are clean under `mypy --strict`, as a reader would run it."""
    for number, block in enumerate(BLOCKS.values()):
        (tmp_path / f"block_{number}.py").write_text(block, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(ROOT / "src"), "PATH": ""},
    )
    assert checked.returncode == 0, checked.stdout


def test_there_are_examples() -> None:
    """The pattern finds the blocks."""
    assert len(BLOCKS) >= 7
