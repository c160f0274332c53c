"""Calls that are checked in place of those that are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE
from mypy.messages import format_type
from mypy.nodes import (
    ARG_NAMED,
    ARG_POS,
    ArgKind,
    CallExpr,
    ConditionalExpr,
    Context,
    DictExpr,
    Expression,
    IntExpr,
    ListExpr,
    OpExpr,
    RefExpr,
    StrExpr,
    TempNode,
)
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import AnyType, CallableType, FunctionLike, Instance, NoneType, Type, get_proper_type

from god_llm.mypy_plugin.names import CONTAINER, ITEMS, OBJECT, PROVIDER
from god_llm.mypy_plugin.nearest import nearest
from god_llm.mypy_plugin.nodes import as_call
from god_llm.mypy_plugin.types import as_base, items, noted, unknown

__all__ = ["Given", "checked", "given", "no_context"]


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
        for value, kind, name, typ in zip(values, kinds, names, types, strict=True):
            if id(value) not in seen:
                seen[id(value)] = Given(value, kind, name, _own(ctx.api, value, typ))
    return list(seen.values())


def _own(api: object, value: Expression, typ: Type) -> Type:
    """The type of an argument by itself: of a provider that is made where Any is wanted, mypy infers only Any."""
    made_here = isinstance(value, CallExpr | ConditionalExpr | OpExpr)
    open_type = any(map(_of_any, items(typ))) or not isinstance(value, CallExpr)
    if not made_here or not open_type or not isinstance(api, TypeChecker):
        return typ
    with no_context(api), api.msg.filter_errors():
        return api.expr_checker.accept(value)


def _of_any(typ: Type) -> bool:
    provider = get_proper_type(typ)
    return (
        as_base(typ, PROVIDER) is not None
        and isinstance(provider, Instance)
        and any(isinstance(get_proper_type(argument), AnyType) for argument in provider.args)
    )


@contextmanager
def no_context(api: TypeChecker) -> Iterator[None]:
    """No type is wanted of the expressions that are read meanwhile."""
    api.type_context.append(None)
    try:
        yield
    finally:
        api.type_context.pop()


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
    call = as_call(function, values, kinds, names, context)
    api.type_context.append(wanted)
    try:
        meant = nearest(api, function, values, kinds, names, call)
        result = api.expr_checker.check_call(meant, values, kinds, call, names)[0]
        if isinstance(meant, CallableType):
            _refuse_containers(api, meant, arguments, received)
        return result
    finally:
        api.type_context.pop()


def _refuse_containers(
    api: TypeChecker, function: CallableType, arguments: Sequence[Given], received: Callable[[Type], Type]
) -> None:
    """An error for a container where a Protocol is wanted, which its `__getattr__` would fit whatever it asks for."""
    for index, argument in enumerate(arguments):
        container = received(argument.type)
        if as_base(container, CONTAINER) is None:
            continue
        formal = function.argument_by_name(argument.name) if argument.name else function.argument_by_position(index)
        wanted = [get_proper_type(item) for item in items(formal.typ)] if formal is not None else []
        sockets = [item for item in wanted if not isinstance(item, NoneType)]
        if formal is None or not sockets or not all(isinstance(t, Instance) and t.type.is_protocol for t in sockets):
            continue
        place = f'"{argument.name}"' if argument.name else f"{index + 1}"
        shown, expected = format_type(container, api.options), format_type(formal.typ, api.options)
        text = f'Argument {place} to "{function.get_name()}" has incompatible type {shown}; expected {expected}'
        api.fail(text, argument.value, code=ARG_TYPE)


def _received(argument: Given, received: Type) -> Expression:
    """The argument as the function receives it.

    A plain value stays the expression that it is, so that mypy reads it in the light of the parameter; so does the
    value of an `Object` that is written there. Of `*arguments` and `**arguments` it is not known which of them are
    providers.
    """
    if argument.kind not in (ARG_POS, ARG_NAMED):
        return TempNode(unknown(), context=argument.value)
    if received == argument.type:
        return argument.value
    value = _object_of(argument.value) or _display(argument) or _literal(received) or TempNode(received)
    if value.line < 0:
        value.set_line(argument.value)
    return value


def _object_of(value: Expression) -> Expression | None:
    """The value in `Object(value)`."""
    if not isinstance(value, CallExpr) or not isinstance(value.callee, RefExpr) or value.arg_kinds != [ARG_POS]:
        return None
    return value.args[0] if value.callee.fullname == OBJECT else None


def _display(argument: Given) -> Expression | None:
    """The list or dict that a provider makes, as if it were written there: its items may be of any types that fit."""
    provider = get_proper_type(argument.type)
    held = get_proper_type(noted(provider, ITEMS)) if isinstance(provider, Instance) else None
    if not isinstance(held, CallableType):
        return None
    values: list[Expression] = [_literal(typ) or TempNode(typ) for typ in held.arg_types]
    keys: list[Expression | None] = [StrExpr(name) for name in held.arg_names if name is not None]
    display = DictExpr(list(zip(keys, values, strict=True))) if keys else ListExpr(values)
    for part in [*keys, *values]:
        if part is not None:
            part.set_line(argument.value)
    return display


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
