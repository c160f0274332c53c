"""Runs the mutants, and tells which of them nothing noticed: `python tests/testing/undertaker.py`."""

from __future__ import annotations

from pathlib import Path

import pytest


class Undertaker:
    """Notes who has died, and lets the dead rest."""

    def __init__(self) -> None:
        self.living: set[str] = set()
        self.dead: set[str] = set()

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Run nothing more of a mutant that was noticed."""
        if _mutant(item.nodeid) in self.dead:
            pytest.skip("it is dead already")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what became of it."""
        self.living.add(_mutant(report.nodeid))
        if report.failed and report.when == "call":
            self.dead.add(_mutant(report.nodeid))


def _mutant(nodeid: str) -> str:
    return nodeid.partition("::Test ")[2].partition("::")[0]


if __name__ == "__main__":
    undertaker = Undertaker()
    pytest.main(
        [str(Path(__file__).with_name("mutants.py")), "-q", "--tb=no", "-p", "no:cacheprovider", "--no-summary"],
        plugins=[undertaker],
    )
    for name in sorted(undertaker.living - undertaker.dead):
        print(f"alive: {name}")  # noqa: T201 - the result
    print(f"dead: {len(undertaker.dead)}")  # noqa: T201 - the same
