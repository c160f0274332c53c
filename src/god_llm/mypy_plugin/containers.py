"""Containers, checked: the parts they are made with or overridden with, and the names of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE
from mypy.messages import best_matches, format_type
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, Context, StrExpr, TypeInfo, Var
from mypy.plugin import AttributeContext, FunctionContext, FunctionSigContext, MethodContext
from mypy.types import AnyType, CallableType, FunctionLike, Instance, NoneType, Type, get_proper_type
from mypy.typevars import fill_typevars

from god_llm.mypy_plugin.calls import Given, checked, given
from god_llm.mypy_plugin.injections import provided, replacement, socket
from god_llm.mypy_plugin.names import CONTAINER, CONTAINERS, DECLARATIVE, DEPENDENCIES, EMBEDDED, NAMED, PROVIDER
from god_llm.mypy_plugin.notes import by_name, held
from god_llm.mypy_plugin.replacements import replaces
from god_llm.mypy_plugin.types import as_base, attribute, instance, is_of, items, known, member, note, retyped, unknown

__all__ = [
    "decorated",
    "dependencies_made",
    "embedded_made",
    "made",
    "overridden",
    "part_of_dependencies",
    "part_of_embedded",
    "part_set",
    "parts_overridden",
    "parts_set",
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
    embedded = found is None or is_embedded(found)
    return unknown() if provider is None or embedded else socket(provider.args[0])


def is_embedded(part: Type) -> bool:
    """Whether a part is a container inside another one."""
    return as_base(part, EMBEDDED) is not None or as_base(part, DEPENDENCIES) is not None


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
    for argument in arguments:
        found = member(api, argument.name, container, context) if argument.name in names else None
        if found is not None and is_embedded(found):
            embedded_replaced(api, f"{argument.name} of {container.type.name}", found, argument, context)


def embedded_replaced(api: TypeChecker, place: str, part: Type, argument: Given, context: Context) -> None:
    """An error where a container inside another one is replaced by what is no container, or lacks its parts' types."""
    provider = get_proper_type(part)
    if isinstance(get_proper_type(argument.type), AnyType) or not isinstance(provider, Instance):
        return
    if not any(_holds_providers(item) for item in items(argument.type)):
        text = f"{place} has incompatible type {format_type(argument.type, api.options)}; expected a container"
        api.fail(text, argument.value, code=ARG_TYPE)
        return
    container, other = _container(provider), _container(argument.type)
    if other is None:
        return
    if container is not None:
        _parts_replaced(api, container, other, argument, place, context)
    for name, wanted in by_name(provider, NAMED).items():
        found = member(api, name, other, context) if name in parts(other.type) else None
        dependency = as_base(wanted, PROVIDER)
        if found is not None and provided(found) is not None and dependency is not None:
            replaces(api, f"{name} of {place}", dependency.args[0], replace(argument, type=found), context)


def _holds_providers(typ: Type) -> bool:
    proper = get_proper_type(typ)
    found = instance(proper)
    is_container = found is not None and is_of(found.type, [CONTAINER])
    return isinstance(proper, AnyType) or is_container or is_embedded(proper)


def dependencies_made(ctx: FunctionContext) -> Type:
    """`DependenciesContainer(part=Dependency(...))`: what a container in its place must have."""
    provider, arguments = get_proper_type(ctx.default_return_type), given(ctx)
    named = {a.name: a.type for a in arguments if a.kind is ARG_NAMED and a.name is not None}
    if not named or not isinstance(provider, Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    return note(provider, NAMED, held(ctx.api, named))


def part_of_dependencies(ctx: AttributeContext, name: str) -> Type:
    """`dependencies.part` is the dependency of that name; others may be used without being declared."""
    return by_name(ctx.type, NAMED).get(name, ctx.default_attr_type)


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
    made_of = instance(ctx.arg_types[0][0])
    if made_of is None or not isinstance(ctx.api, TypeChecker):
        return known(provider)[0]
    replaced = _replaced_in_subclass(ctx.api, ctx.context) or _container(provider)
    container = _container(made_of)
    if container is not None:
        _fit(ctx.api, container, given(ctx, 2), ctx.context)  # after the class and the container
    if replaced is None or made_of.type.has_base(replaced.type.fullname):
        return retyped(provider, made_of)
    if container is not None:
        other = Given(ctx.args[0][0], ARG_POS, None, made_of)
        _parts_replaced(ctx.api, replaced, container, other, "Container", ctx.context)
    return retyped(provider, unknown())  # no container that the subclass's attribute may be declared as


def _replaced_in_subclass(api: TypeChecker, context: Context) -> Instance | None:
    """The container that a base class has under the name that is assigned there."""
    owner = api.scope.active_class()
    for name, symbol in () if owner is None else owner.names.items():
        if owner is not None and isinstance(symbol.node, Var) and symbol.node.line == context.line:
            inherited = (base.names[name].node for base in owner.mro[1:] if name in base.names)
            found = next((node.type for node in inherited if isinstance(node, Var)), None)
            return _container(found)
    return None


def parts_overridden(ctx: MethodContext) -> Type:
    """`container.override_providers(part=...)`: as if the container were made with the parts."""
    container = _container(ctx.type)
    if container is not None and isinstance(ctx.api, TypeChecker):
        _fit(ctx.api, container, given(ctx), ctx.context)
    return ctx.default_return_type


def overridden(ctx: MethodContext) -> Type:
    """`container.override(other)`: parts of the same name provide what the container's do."""
    container, arguments = _container(ctx.type), given(ctx)
    if is_embedded(ctx.type) and len(arguments) == 1 and isinstance(ctx.api, TypeChecker):
        embedded_replaced(ctx.api, 'Argument 1 to "override"', ctx.type, arguments[0], ctx.context)
        return ctx.default_return_type
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
        if found is not None and provided(found) is not None and not is_embedded(found):
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


def part_set(ctx: MethodContext) -> Type:
    """`container.set_provider("part", provider)`: as if the part were overridden; a new part may have any name."""
    container, arguments = _container(ctx.type), given(ctx)
    if container is None or len(arguments) != 2 or not isinstance(ctx.api, TypeChecker):  # noqa: PLR2004  # name, provider
        return ctx.default_return_type
    name = arguments[0].value
    if isinstance(name, StrExpr) and name.value in parts(container.type):
        argument = replace(arguments[1], kind=ARG_NAMED, name=name.value)
        _fit(ctx.api, container, [argument], ctx.context)
    elif isinstance(name, StrExpr) and best_matches(name.value, parts(container.type), n=1):
        ctx.api.msg.has_no_attr(container, container, name.value, ctx.context)
    return ctx.default_return_type


def parts_set(ctx: MethodContext) -> Type:
    """`container.set_providers(part=provider)`: the same for several parts."""
    container = _container(ctx.type)
    if container is not None and isinstance(ctx.api, TypeChecker):
        names = parts(container.type)
        _fit(ctx.api, container, [a for a in given(ctx) if a.name in names], ctx.context)
    return ctx.default_return_type


def decorated(ctx: FunctionContext) -> Type:
    """`@containers.override(Other)` and `@containers.copy(Other)`: parts of the same name provide what Other's do."""
    base = _container(ctx.arg_types[0][0]) if ctx.arg_types and ctx.arg_types[0] else None
    if base is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    for symbol in ctx.api.tree.names.values():
        info = symbol.node
        if isinstance(info, TypeInfo) and any(decorator is ctx.context for decorator in info.defn.decorators):
            argument = Given(ctx.args[0][0], ARG_POS, None, ctx.arg_types[0][0])
            other = fill_typevars(info)
            if isinstance(other, Instance):
                _parts_replaced(ctx.api, base, other, argument, info.name, ctx.context)
    return ctx.default_return_type
