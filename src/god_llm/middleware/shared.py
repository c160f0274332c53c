"""State that several facades share: limits, budgets, caches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Self

from typing_extensions import override

__all__ = ["SharedState"]


class SharedState:
    """An object that copies of a container share; another process gets a fresh one with the same arguments.

    Args:
        arguments: the keyword arguments of the constructor.
    """

    def __init__(self, arguments: Mapping[str, object]) -> None:
        self._arguments = arguments

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self

    @override
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return _made, (type(self), dict(self._arguments))


def _made(kind: Callable[..., object], arguments: Mapping[str, object]) -> object:
    return kind(**arguments)
