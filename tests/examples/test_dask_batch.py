"""The Dask example, on a real cluster: a scheduler and two worker processes on this machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from god_llm.testing.simulator import Fail, Simulator

pytest.importorskip("distributed", reason="Dask is not installed")

EXAMPLE = Path(__file__).parents[2] / "examples" / "dask_batch" / "batch.py"


@pytest.mark.cluster
def test_dask_spreads_a_batch_over_its_workers() -> None:
    """Every prompt is answered once and in order; the workers' key is the one in their environment."""
    with Simulator(keys=["the-workers-key"]) as simulator:
        simulator.script(Fail(400, message="not this one"))
        ran = subprocess.run(
            [sys.executable, str(EXAMPLE), simulator.url("groq")],
            env={**os.environ, "GROQ_API_KEY": "the-workers-key"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ran.returncode == 0, ran.stderr
        assert len(simulator.journal) == 20
    lines = ran.stdout.splitlines()
    assert len(lines) == 20, ran.stdout + ran.stderr
    assert sum("not this one" in line for line in lines) == 1
    for number, line in enumerate(lines):
        assert re.search(rf"Chapter {number}\.$|not this one", line), lines
