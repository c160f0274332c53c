"""Expressions that the plugin writes in place of those of the program."""

from __future__ import annotations

from collections.abc import Sequence

from mypy.nodes import ArgKind, CallExpr, Context, Expression, TempNode
from mypy.types import Type

__all__ = ["as_call"]


def as_call(
    function: Type, values: Sequence[Expression], kinds: Sequence[ArgKind], names: Sequence[str | None], at: Context
) -> CallExpr:
    """A call at the place of another node; mypy's messages take the names of arguments from it."""
    call = CallExpr(TempNode(function), list(values), list(kinds), list(names))
    call.set_line(at)
    return call
