"""Injections by wiring: `Provide[App.part]` is what the part provides, as a default and in `Annotated`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE
from mypy.messages import format_type
from mypy.nodes import Argument, Context, Decorator, FuncDef, IndexExpr, RefExpr, TypeInfo, Var
from mypy.plugin import FunctionContext, MethodContext
from mypy.subtypes import is_subtype
from mypy.typeops import type_object_type
from mypy.types import (
    CallableType,
    FunctionLike,
    Instance,
    Type,
    UnboundType,
    get_proper_type,
)

from god_llm.mypy_plugin.annotations import depended
from god_llm.mypy_plugin.calls import no_context
from god_llm.mypy_plugin.injections import awaited, provided
from god_llm.mypy_plugin.names import CONTAINER, INJECTED_AS_THEY_ARE, ITSELF
from god_llm.mypy_plugin.types import instance, is_of, items, known, member, noted, unknown

__all__ = ["DEPENDS", "INJECT", "depends", "injected_function", "marked"]

WIRING: Final = "dependency_injector.wiring"
INJECT: Final = f"{WIRING}.inject"
DEPENDS: Final = "fastapi.param_functions.Depends"


def _what_is_provided(part: Type) -> Type:
    """What `Provide[part]` injects; Any where that is not known."""
    proper = get_proper_type(part)
    if isinstance(proper, FunctionLike):
        made = instance(proper)
        return made if made is not None and is_of(made.type, [CONTAINER]) else unknown()
    if not isinstance(proper, Instance) or is_of(proper.type, INJECTED_AS_THEY_ARE):
        return unknown()
    if is_of(proper.type, [CONTAINER]):
        return proper
    itself = noted(proper, ITSELF)
    made_by_call = provided(proper)
    return itself or (unknown() if made_by_call is None else known(awaited(made_by_call))[0])


def _itself(part: Type) -> Type:
    return part


MARKERS: Final[Mapping[str, Callable[[Type], Type]]] = {
    "Provide": _what_is_provided,
    "Provider": _itself,
    "Closing": _itself,
}
"""Marker -> what is injected for a part, or for the marker, in its brackets."""


def marked(ctx: MethodContext) -> Type:
    """`Provide[App.part]` as a default has the type of what is injected."""
    marker = _marker(ctx.context)
    if marker is None or not ctx.arg_types or len(ctx.arg_types[0]) != 1 or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    wanted = ctx.api.type_context[-1]
    if wanted is not None and any(isinstance(get_proper_type(item), CallableType) for item in items(wanted)):
        return ctx.default_return_type  # the argument of `Depends`, which takes callables
    return MARKERS[marker](ctx.arg_types[0][0])


def _marker(expression: Context) -> str | None:
    base = expression.base if isinstance(expression, IndexExpr) else None
    module, _, name = (base.fullname if isinstance(base, RefExpr) else "").rpartition(".")
    return name if module == WIRING and name in MARKERS else None


def depends(ctx: FunctionContext) -> Type:
    """`Depends(Provide[App.part])` is injected as `Provide[App.part]` is."""
    marker = ctx.args[0][0] if ctx.args and ctx.args[0] else None
    if marker is None or _marker(marker) is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    with no_context(ctx.api):
        return ctx.api.expr_checker.accept(marker)


def injected_function(ctx: FunctionContext) -> Type:
    """`@inject`: a parameter `Annotated[T, Provide[App.part]]` is of the type that is injected."""
    function = get_proper_type(ctx.arg_types[0][0]) if ctx.arg_types and ctx.arg_types[0] else None
    definition = function.definition if isinstance(function, CallableType) else None
    written = definition.func if isinstance(definition, Decorator) else definition
    if not isinstance(written, FuncDef) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    declared = written.unanalyzed_type
    if isinstance(declared, CallableType) and isinstance(written.type, CallableType):
        for argument, annotation, typ in zip(
            written.arguments, declared.arg_types, written.type.arg_types, strict=False
        ):
            for marker in _annotated(annotation, ctx.api.path, written, argument):
                _fits(ctx.api, argument, typ, _injected_by(ctx.api, marker, argument))
    return ctx.default_return_type


def _annotated(annotation: Type, path: str, function: FuncDef, argument: Argument) -> Iterator[UnboundType]:
    """The markers in `Annotated[T, ...]`."""
    if not isinstance(annotation, UnboundType) or annotation.name.rpartition(".")[2] != "Annotated":
        return
    written = [part for part in annotation.args[1:] if isinstance(part, UnboundType)]
    yield from written
    if len(written) < len(annotation.args) - 1:
        yield from depended(path, function, argument.variable.name)


def _fits(api: TypeChecker, argument: Argument, wanted: Type, injected: Type | None) -> None:
    """An error where something else is injected than the parameter takes."""
    if injected is None or is_subtype(injected, wanted):
        return
    shown, expected = format_type(injected, api.options), format_type(wanted, api.options)
    name = argument.variable.name
    text = f'Incompatible injection for parameter "{name}" (injected is {shown}, parameter has type {expected})'
    api.fail(text, argument, code=ARG_TYPE)


def _injected_by(api: TypeChecker, marker: UnboundType, context: Context) -> Type | None:
    name = marker.name.rpartition(".")[2]
    if name not in MARKERS or len(marker.args) != 1 or not isinstance(marker.args[0], UnboundType):
        return None
    inner = marker.args[0]
    part = _injected_by(api, inner, context) if inner.args else _named(api, inner.name, context)
    return None if part is None else MARKERS[name](part)


def _named(api: TypeChecker, name: str, context: Context) -> Type | None:
    """The type of `App.part`."""
    first, *attributes = name.split(".")
    try:
        node = api.lookup(first).node
    except KeyError:
        return None
    found: Type | None = None
    if isinstance(node, TypeInfo):
        found = type_object_type(node)
    elif isinstance(node, Var):
        found = node.type
    for attribute in attributes:
        found = None if found is None else member(api, attribute, found, context)
    return found
