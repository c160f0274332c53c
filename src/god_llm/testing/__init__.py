"""The kit for testing: fakes of the parts, and a simulator of the five wires on loopback.

The names are resolved on first use (PEP 562), so that a test loads only what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from god_llm.testing.fakes import FakeTransport as FakeTransport
    from god_llm.testing.fakes import FrozenClock as FrozenClock
    from god_llm.testing.fakes import SequentialIds as SequentialIds
    from god_llm.testing.simulator import Simulator as Simulator

_HOMES: dict[str, str] = {
    "FakeTransport": "fakes",
    "FrozenClock": "fakes",
    "SequentialIds": "fakes",
    "Simulator": "simulator",
}

__all__ = [*_HOMES]  # noqa: PLE0604 - the names of the table above


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
