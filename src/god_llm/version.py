"""The installed version, as the distribution's metadata states it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from god_llm.distribution import DISTRIBUTION

__all__ = ["__version__"]


def _installed() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:  # a source tree on PYTHONPATH has no metadata
        return "unknown"


__version__: Final = _installed()
