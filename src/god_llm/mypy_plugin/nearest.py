"""Which of several signatures was meant by a call that fits none.

mypy then lists them all, which for a facade of this library are dozens; what is wrong with the nearest says more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import ArgKind, Context, Expression
from mypy.types import CallableType, FunctionLike, Instance, Overloaded, Type, get_proper_type

__all__ = ["fits_nothing", "nearest"]

FIT_NOTHING: Final = frozenset({"god_llm.plugins.no_match.ModelOrSettingNotAccepted"})
"""The classes of no value, of which an overload takes a sequence so that mypy names it and not all others."""


def nearest(
    api: TypeChecker,
    function: FunctionLike,
    values: Sequence[Expression],
    kinds: Sequence[ArgKind],
    names: Sequence[str | None],
    context: Context,
) -> FunctionLike:
    """The function itself where the call fits it, else the signature with the fewest problems, the last of several."""

    def problems(tried: FunctionLike) -> list[str]:
        with api.msg.filter_errors(save_filtered_errors=True) as found:
            api.expr_checker.check_call(tried, list(values), list(kinds), context, list(names))
        errors = [error for error in found.filtered_errors() if error.severity == "error"]
        return [error.code.code for error in errors if error.code is not None and error.code.code != "deprecated"]

    def distance(item: CallableType) -> tuple[bool, int]:
        if any(map(fits_nothing, item.arg_types)):
            return (True, 0)
        codes = problems(item)
        return ("type-var" in codes, len(codes))  # a type variable without a type: other values were meant

    if not isinstance(function, Overloaded) or not problems(function):
        return function
    return min(reversed(function.items), key=distance)


def fits_nothing(typ: Type) -> bool:
    """Whether a parameter is there for the sake of a message: an overload with one is not meant to be used."""
    proper = get_proper_type(typ)
    held = [get_proper_type(argument) for argument in proper.args] if isinstance(proper, Instance) else []
    return any(isinstance(argument, Instance) and argument.type.fullname in FIT_NOTHING for argument in held)
