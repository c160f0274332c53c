"""The laws notice: each behaviour that one of them names is taken from a provider, and the law fails."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from god_llm.testing import ProviderConformance

MUTANTS = Path(__file__).with_name("mutants.py")
NO_LAWS = {"test_no_such_law", "test_conformance_providers"}
"""What looks like the name of a law there."""


def test_every_mutant_is_noticed() -> None:
    """No law passes for a provider without the behaviour that it names, on any of the six wires."""
    undertaker = MUTANTS.with_name("undertaker.py")
    ran = subprocess.run([sys.executable, str(undertaker)], capture_output=True, text=True, check=False)
    told = ran.stdout + ran.stderr
    assert re.findall(r"^alive: (.*)$", told, re.MULTILINE) == [], told
    dead = re.search(r"^dead: (\d+)$", told, re.MULTILINE)
    assert dead is not None, told
    assert int(dead[1]) > 250


def test_every_law_has_a_mutant() -> None:
    """No law is there that nothing was seen to break."""
    laws = {name for name in dir(ProviderConformance) if name.startswith("test_")}
    assert laws == {*re.findall(r'"(test_\w+)"', MUTANTS.read_text(encoding="utf-8"))} - NO_LAWS
