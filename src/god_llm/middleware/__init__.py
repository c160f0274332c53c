"""Middleware: wrappers of a `LanguageModel`, for any provider.

The names are resolved on first use (PEP 562), so that an application loads only what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["Logged"]

_HOMES: dict[str, str] = {"Logged": "logged"}

if TYPE_CHECKING:
    from god_llm.middleware.logged import Logged as Logged
else:  # type checkers must not see it: a misspelt name would pass

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
