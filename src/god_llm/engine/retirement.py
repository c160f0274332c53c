"""The warning of a model that is retired, or will be."""

from __future__ import annotations

import sys
import warnings
from datetime import date
from types import FrameType
from typing import Final

from god_llm.domain.facts import ModelFacts
from god_llm.domain.models import RetiredModelWarning

__all__ = ["warn_of_retirement"]

_LIBRARY: Final = ("god_llm.", "dependency_injector.")


def warn_of_retirement(provider: str, model: str, facts: ModelFacts, today: date) -> None:
    """Warn at the application's line, with the day and the successor, if the model has a day of retirement."""
    notice = facts.retirement(today)
    if notice is not None:
        warnings.warn(f"{provider}'s {model} {notice}", RetiredModelWarning, stacklevel=_library_frames())


def _library_frames() -> int:
    """The `stacklevel` that points a warning at the application's line, however deep in this library it is raised."""
    level = 1
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the documented way to the stack
    while frame is not None and str(frame.f_globals.get("__name__")).startswith(_LIBRARY):
        level, frame = level + 1, frame.f_back
    return level
