"""Containers, checked: the parts they are made with or overridden with, and the names of their parts."""

from __future__ import annotations

from collections.abc import Sequence

from mypy.checker import TypeChecker
from mypy.messages import best_matches
from mypy.nodes import ARG_NAMED_OPT, ARG_POS, Context, TypeInfo, Var
from mypy.plugin import AttributeContext, FunctionContext, FunctionSigContext, MethodContext
from mypy.types import CallableType, FunctionLike, Instance, NoneType, Type, get_proper_type

from god_llm.mypy_plugin.calls import Given, checked, given
from god_llm.mypy_plugin.injections import provided, replacement, socket
from god_llm.mypy_plugin.names import CONTAINERS, DECLARATIVE, EMBEDDED, PROVIDER
from god_llm.mypy_plugin.replacements import replaces
from god_llm.mypy_plugin.types import as_base, attribute, instance, is_of, known, member, retyped, unknown

__all__ = [
    "embedded_made",
    "made",
    "overridden",
    "part_of_embedded",
    "parts_overridden",
    "undeclared_part",
    "with_any_container",
]


def parts(info: TypeInfo) -> list[str]:
    """The names that the container's class declares, its bases' too."""
    own = [base for base in info.mro if base.has_base(DECLARATIVE) and base.module_name != CONTAINERS]
    names = (name for base in own for name, symbol in base.names.items() if isinstance(symbol.node, Var))
    return list(dict.fromkeys(name for name in names if not name.startswith("__")))


def _container(typ: Type | None) -> Instance | None:
    """The container that is meant: an object, its class, or the one inside a provider of it; only with parts."""
    found = None if typ is None else instance(typ)
    if found is not None and is_of(found.type, [EMBEDDED]):
        found = instance(found.args[0])
    return found if found is not None and found.type.has_base(DECLARATIVE) and parts(found.type) else None


def _part(api: TypeChecker, container: Instance, name: str, context: Context) -> Type:
    """What the part provides; Any where it is a container."""
    found = member(api, name, container, context)
    provider = None if found is None else as_base(found, PROVIDER)
    embedded = found is None or as_base(found, EMBEDDED) is not None
    return unknown() if provider is None or embedded else socket(provider.args[0])


def _fit(api: TypeChecker, container: Instance, arguments: Sequence[Given], context: Context) -> None:
    """An error for each keyword that is no part of the container, and for each value that a part can't have."""
    names, named = parts(container.type), {argument.name for argument in arguments}
    function = CallableType(
        [_part(api, container, name, context) if name in named else unknown() for name in names],
        [ARG_NAMED_OPT] * len(names),
        names,
        NoneType(),
        api.named_type("builtins.function"),
        name=container.type.name,
    )
    checked(api, function, arguments, context, replacement)


def made(ctx: FunctionContext) -> Type:
    """`Container(part=...)`: the parts exist, and the values are what they may be overridden with."""
    container = _container(ctx.default_return_type)
    if container is not None and isinstance(ctx.api, TypeChecker):
        _fit(ctx.api, container, given(ctx), ctx.context)
    return ctx.default_return_type


def with_any_container(ctx: FunctionSigContext) -> FunctionLike:
    """`providers.Container(SomeContainer)`: in a subclass it may replace a container that it does not derive from."""
    signature = ctx.default_signature
    return signature.copy_modified(arg_types=[unknown(), *signature.arg_types[1:]])


def embedded_made(ctx: FunctionContext) -> Type:
    """`providers.Container(SomeContainer, part=...)`: as if that container were made with the parts."""
    provider = get_proper_type(ctx.default_return_type)
    if not ctx.arg_types or not ctx.arg_types[0] or not isinstance(provider, Instance):
        return ctx.default_return_type
    made_of, replaced = instance(ctx.arg_types[0][0]), _container(provider)
    if made_of is None or not isinstance(ctx.api, TypeChecker):
        return known(provider)[0]
    container = _container(made_of)
    if container is not None:
        _fit(ctx.api, container, given(ctx, 2), ctx.context)  # after the class and the container
    if replaced is None or made_of.type.has_base(replaced.type.fullname):
        return retyped(provider, made_of)
    if container is not None:
        other = Given(ctx.args[0][0], ARG_POS, None, made_of)
        _parts_replaced(ctx.api, replaced, container, other, "Container", ctx.context)
    return retyped(provider, unknown())  # no container that the subclass's attribute may be declared as


def parts_overridden(ctx: MethodContext) -> Type:
    """`container.override_providers(part=...)`: as if the container were made with the parts."""
    container = _container(ctx.type)
    if container is not None and isinstance(ctx.api, TypeChecker):
        _fit(ctx.api, container, given(ctx), ctx.context)
    return ctx.default_return_type


def overridden(ctx: MethodContext) -> Type:
    """`container.override(other)`: parts of the same name provide what the container's do."""
    container, arguments = _container(ctx.type), given(ctx)
    other = _container(arguments[0].type) if arguments else None
    if container is None or other is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    _parts_replaced(ctx.api, container, other, arguments[0], "override", ctx.context)
    return ctx.default_return_type


def _parts_replaced(
    api: TypeChecker, container: Instance, other: Instance, argument: Given, place: str, context: Context
) -> None:
    """An error for each part of another container that does not provide what the container's own does."""
    for name in parts(container.type):
        found = member(api, name, other, context) if name in parts(other.type) else None
        if found is not None and provided(found) is not None:
            part = Given(argument.value, argument.kind, None, found)
            replaces(api, f"{name} of {place}", _part(api, container, name, context), part, context)


def part_of_embedded(ctx: AttributeContext, name: str) -> Type:
    """`embedded.part` is the part of the container inside."""
    container = _container(ctx.type)
    if container is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_attr_type
    return attribute(ctx.api, name, container, ctx.context)


def undeclared_part(ctx: AttributeContext, name: str) -> Type:
    """`container.nam` is an error where the container's class declares `name`; parts may be added to an object."""
    container = _container(ctx.type)
    if container is None or not isinstance(ctx.api, TypeChecker) or ctx.is_lvalue:
        return ctx.default_attr_type
    if best_matches(name, parts(container.type), n=1):
        ctx.api.msg.has_no_attr(container, container, name, ctx.context)
    return ctx.default_attr_type
