"""The name of this distribution, which differs from the import name: `god-llm` on the index is another project."""

from __future__ import annotations

from typing import Final

__all__ = ["DISTRIBUTION", "requirement"]

DISTRIBUTION: Final = "god-llm-kit"


def requirement(*extras: str) -> str:
    """The requirement that installs the dependencies of extras, for `pip install`."""
    return f"{DISTRIBUTION}[{','.join(extras)}]"
