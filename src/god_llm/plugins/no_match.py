"""The catch-all overload of the facades, which keeps mypy's error to one line.

A facade has one overload for each group of models that can be called in the same way. For a call that fits none, mypy
lists all of them, unless one nearly fits: then it reports what is wrong with that one. So the last overload of each
facade accepts every argument but the model, whose parameter type no value fits. The name of that type is the error
message: the model is not listed, or it does not accept a setting that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, final

__all__ = ["Anything", "NoMatchingModel"]


@final
class ModelOrSettingNotAccepted:
    """A class without instances."""


NoMatchingModel: TypeAlias = Sequence[ModelOrSettingNotAccepted]
"""A sequence, as a text is one, but of items that no text has."""

Anything: TypeAlias = Any  # Any: the error is reported for the model, whatever else was given
