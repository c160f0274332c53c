"""The benchmark of many streams, in small: it judges by itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_many_streams_at_once_lose_nothing_and_leave_nothing() -> None:
    """50 streams on one loop, over all five providers."""
    ran = subprocess.run(
        [sys.executable, "benchmarks/many_streams.py", "50"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stderr == ""
    assert "left: 0 sockets, 0 threads, 0 tasks" in ran.stdout
    assert ran.stdout.count(" 200 ") == 10, ran.stdout
