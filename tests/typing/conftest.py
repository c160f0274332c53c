"""The tests that share one run of a type checker stay on one worker, so that it runs once."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Group the tests by the version of Python whose report they read, and the others by their module."""
    for item in items:
        if "typing" in item.path.parts:
            callspec = getattr(item, "callspec", None)
            version = callspec.params.get("reported") if callspec is not None else None
            without = "without" if "unchecked" in getattr(item, "fixturenames", ()) else None
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{version or without}"))
