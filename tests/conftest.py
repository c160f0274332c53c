"""What every test stands on: no key and no AWS set-up of the machine is seen."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from god_llm.testing.simulator import Simulator

pytest_plugins = ["god_llm.testing.pytest_plugin"]

_FOREIGN = ("OPENAI_", "ANTHROPIC_", "GROQ_", "OLLAMA_", "AWS_", "GOD_LLM_")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the machine's own keys and proxies out of the way."""
    for name in [*os.environ]:
        if name.startswith(_FOREIGN) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A loopback server that speaks the five wires."""
    with Simulator() as running:
        yield running
