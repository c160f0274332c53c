"""What has to be otherwise in dependency_injector's own stubs, before mypy reads them."""

from __future__ import annotations

from typing import Final

from mypy.nodes import COVARIANT, Decorator, FuncDef, OverloadedFuncDef, Statement
from mypy.plugin import ClassDefContext
from mypy.types import CallableType, TypeVarType

from god_llm.mypy_plugin.types import unknown

__all__ = ["mended"]

PLAIN: Final = {"__call__": 0, "__init__": -1}
"""Method -> which of its overloads takes all calls that the others take; mypy lets no plugin replace several at once.

A provider's calls are declared twice with the same arguments (a value, or an awaitable of it), and mypy takes the
first. A resource's overloads differ in what they say about the target, which the plugin reads itself.
"""


def mended(ctx: ClassDefContext) -> None:
    """A provider of a class is one of its base class too, and its methods have one signature each."""
    for variable in ctx.cls.type_vars:
        if isinstance(variable, TypeVarType):
            variable.variance = COVARIANT
    ctx.cls.defs.body = [_plain(statement) for statement in ctx.cls.defs.body]


def _plain(statement: Statement) -> Statement:
    if not isinstance(statement, OverloadedFuncDef) or statement.name not in PLAIN:
        return statement
    chosen = statement.items[PLAIN[statement.name]]
    if not isinstance(chosen, Decorator):
        return statement
    chosen.func.is_decorated = False
    if statement.name == "__init__":
        _any_target(chosen.func)
    return chosen.func


def _any_target(made: FuncDef) -> None:
    """Take the target's type out of a resource's signature: it is not what the resource provides."""
    if isinstance(made.type, CallableType) and len(made.type.arg_types) > 1:  # self, target
        made.type.arg_types = [made.type.arg_types[0], unknown(), *made.type.arg_types[2:]]
