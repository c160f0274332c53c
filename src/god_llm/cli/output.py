"""Where the commands write."""

from __future__ import annotations

import os
from typing import Final

from rich.console import Console

__all__ = ["console"]

_WIDTH: Final = 120
"""Columns where there is no terminal to ask, and `COLUMNS` does not say."""


def console() -> Console:
    """Standard output: coloured in a terminal, plain and wide in a pipe or a file."""
    out = Console(highlight=False)
    return out if out.is_terminal or "COLUMNS" in os.environ else Console(highlight=False, width=_WIDTH)
