"""Calls that are checked in place of those that are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED, ARG_POS, ArgKind, CallExpr, Context, Expression, IntExpr, StrExpr, TempNode
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import FunctionLike, Instance, Type, get_proper_type

from god_llm.mypy_plugin.nearest import nearest
from god_llm.mypy_plugin.types import unknown

__all__ = ["Given", "checked", "given"]


@dataclass(frozen=True)
class Given:
    """An argument of a call, and its type."""

    value: Expression
    kind: ArgKind
    name: str | None
    type: Type


def given(ctx: FunctionContext | MethodContext, start: int = 0) -> list[Given]:
    """The arguments of a call, but for those of the first parameters; each once, in the order of the parameters."""
    seen: dict[int, Given] = {}
    for values, kinds, names, types in zip(
        ctx.args[start:], ctx.arg_kinds[start:], ctx.arg_names[start:], ctx.arg_types[start:], strict=True
    ):
        for argument in map(Given, values, kinds, names, types):
            seen.setdefault(id(argument.value), argument)
    return list(seen.values())


def checked(
    api: TypeChecker,
    function: FunctionLike,
    arguments: Sequence[Given],
    context: Context,
    received: Callable[[Type], Type],
    wanted: Type | None = None,
) -> Type:
    """The result of a call of the function; what does not fit is reported.

    Args:
        api: mypy.
        function: what is called.
        arguments: as they are written.
        context: where they are written.
        received: what the function receives for an argument of a type.
        wanted: what the result should be, as far as that is known; it decides about type variables.
    """
    values = [_received(argument, received(argument.type)) for argument in arguments]
    kinds, names = [argument.kind for argument in arguments], [argument.name for argument in arguments]
    call = CallExpr(TempNode(function), values, kinds, names)  # mypy's messages take the names of arguments from it
    call.set_line(context)
    api.type_context.append(wanted)
    try:
        meant = nearest(api, function, values, kinds, names, call)
        return api.expr_checker.check_call(meant, values, kinds, call, names)[0]
    finally:
        api.type_context.pop()


def _received(argument: Given, received: Type) -> Expression:
    """The argument as the function receives it.

    A plain value stays the expression that it is, so that mypy reads it in the light of the parameter. Of
    `*arguments` and `**arguments` it is not known which of them are providers.
    """
    if argument.kind not in (ARG_POS, ARG_NAMED):
        return TempNode(unknown(), context=argument.value)
    if received == argument.type:
        return argument.value
    value = _literal(received) or TempNode(received)
    value.set_line(argument.value)
    return value


def _literal(typ: Type) -> Expression | None:
    """A text or number that is known, as if it were written there: a parameter may want it as a Literal or not."""
    proper = get_proper_type(typ)
    literal = None if not isinstance(proper, Instance) else proper.last_known_value
    if literal is None:
        return None
    match literal.fallback.type.fullname, literal.value:
        case "builtins.str", str(text):
            return StrExpr(text)
        case "builtins.int", int(number):
            return IntExpr(number)
        case _:
            return None
