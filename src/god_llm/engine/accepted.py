"""The one place where settings are refused that an API does not have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Final

from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.settings import Settings

__all__ = ["refuse_others"]

_ENGINE_SETTINGS: Final = frozenset({"extra", "foreign", "timeout"})
"""The settings that no formatter writes: the engine reads them, or passes them to the transport."""


def refuse_others(provider: str, model: str, settings: Settings, accepted: frozenset[str]) -> None:
    """Refuse every setting that an API does not accept, so that none is dropped in silence.

    Raises:
        UnsupportedParameterError: one is set that `accepted` does not name.
    """
    read, unset = _others(accepted)
    if read(settings) == unset:
        return
    for name in settings.given():
        if name not in accepted and name not in _ENGINE_SETTINGS:
            raise UnsupportedParameterError(f"{provider} takes no {name}; leave it out", provider=provider, model=model)


@cache
def _others(accepted: frozenset[str]) -> tuple[Callable[[Settings], object], object]:
    """A reader of all settings that an API does not accept, and what it returns if none of them is set."""
    names = [each.name for each in fields(Settings) if each.name not in accepted | _ENGINE_SETTINGS]
    read: Callable[[Settings], object] = attrgetter(*names) if names else type
    return read, read(Settings())
