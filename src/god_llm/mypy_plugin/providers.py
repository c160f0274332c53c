"""Providers, checked: where they are made, called, given more arguments, and overridden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mypy.checker import TypeChecker
from mypy.nodes import (
    ARG_NAMED,
    ARG_NAMED_OPT,
    ARG_POS,
    ARG_STAR,
    CallExpr,
    Context,
    IndexExpr,
    TypeInfo,
    Var,
)
from mypy.plugin import FunctionContext, MethodContext, MethodSigContext
from mypy.typeops import make_simplified_union
from mypy.types import CallableType, FunctionLike, Instance, NoneType, Overloaded, Type, get_proper_type

from god_llm.mypy_plugin.calls import Given, checked, given
from god_llm.mypy_plugin.injections import injected, provided, replacement, socket
from god_llm.mypy_plugin.names import ABSTRACT, CALLED, PROVIDED, PROVIDER, RESOURCE
from god_llm.mypy_plugin.nearest import nearest
from god_llm.mypy_plugin.targets import in_steps, remaining, resource, resource_of, signature, with_ret
from god_llm.mypy_plugin.types import as_base, is_of, known, note, noted, retyped, unknown

__all__ = ["added", "call_signature", "made", "object_made", "overridden", "selected"]


def target_called(
    api: TypeChecker, function: FunctionLike, arguments: Sequence[Given], context: Context
) -> tuple[Type, bool]:
    """The result of a call with the arguments as a target gets them, and whether it is known in full."""
    declared = api.type_context[-1]
    wanted = None if declared is None else provided(declared)
    return known(checked(api, function, arguments, context, injected, wanted))


def _explicit(ctx: FunctionContext) -> bool:
    """Whether the provided type was written: `Factory[Base](Derived)`."""
    return isinstance(ctx.context, CallExpr) and isinstance(ctx.context.callee, IndexExpr)


def first_step(
    api: TypeChecker, function: FunctionLike, arguments: Sequence[Given], context: Context
) -> tuple[Type, bool]:
    """The same for a call whose other arguments may be given later.

    Of several signatures the one counts that needs no others, where there is one.
    """
    if isinstance(function, Overloaded):
        with api.msg.filter_errors() as errors:
            complete = target_called(api, function, arguments, context)
        if not errors.has_new_errors():
            return complete
    return target_called(api, in_steps(function), arguments, context)


def made(ctx: FunctionContext) -> Type:
    """`Factory(target, ...)`: the arguments fit the target, and what it makes is what the provider provides."""
    provider = get_proper_type(ctx.default_return_type)
    if not isinstance(ctx.api, TypeChecker) or not isinstance(provider, Instance):
        return ctx.default_return_type
    if not ctx.arg_types or len(ctx.arg_types[0]) != 1 or ctx.arg_kinds[0][0] not in (ARG_POS, ARG_NAMED):
        return ctx.default_return_type
    if is_of(provider.type, ABSTRACT):
        return provider  # the arguments are those of whatever will override it
    target, is_resource = ctx.arg_types[0][0], is_of(provider.type, [RESOURCE])
    called = resource(target, ctx.api, ctx.context) if is_resource else target
    function = signature(called, ctx.api, ctx.context, provider.type.name)
    if function is None:
        return known(provider)[0] if is_resource else provider
    arguments = given(ctx, 1)
    result, certain = first_step(ctx.api, function, arguments, ctx.context)
    if is_resource:
        result = resource_of(result, target, ctx.api, ctx.context)
    if not _explicit(ctx):
        provider = retyped(provider, result)
    if any(argument.kind is ARG_STAR for argument in arguments):
        return provider  # nobody knows how many parameters are left
    left = remaining(in_steps(function), sum(argument.kind is ARG_POS for argument in arguments))
    if certain or is_resource:
        left = with_ret(left, provided(provider) or result)
    tell_declared(ctx.api, provider.type, left, ctx.context)
    return note(provider, CALLED, left)


def tell_declared(api: TypeChecker, kind: TypeInfo, left: FunctionLike, context: Context) -> None:
    """Note the signature on the attribute too that is declared where the provider is made: `part: Factory[C] = ...`."""
    owner = api.scope.active_class()
    for symbol in () if owner is None else owner.names.values():
        attribute = symbol.node
        declared = get_proper_type(attribute.type) if isinstance(attribute, Var) else None
        if not isinstance(attribute, Var) or attribute.is_inferred or attribute.line != context.line:
            continue
        if isinstance(declared, Instance) and declared.type is kind:
            attribute.type = note(declared, CALLED, with_ret(left, provided(declared) or unknown()))


def object_made(ctx: FunctionContext) -> Type:
    """`Object(value)`: as an injection it has the value's own type, a Literal where it is one."""
    provider = get_proper_type(ctx.default_return_type)
    if not isinstance(provider, Instance) or not ctx.arg_types or not ctx.arg_types[0]:
        return ctx.default_return_type
    value = get_proper_type(ctx.arg_types[0][0])
    if isinstance(value, Instance) and value.last_known_value is not None:
        return note(provider, PROVIDED, value)
    return provider


def selected(ctx: FunctionContext) -> Type:
    """`Selector(choice, **providers)`: as an injection it is what one of its providers provides."""
    provider = get_proper_type(ctx.default_return_type)
    if not isinstance(provider, Instance) or _explicit(ctx) or not ctx.arg_types or not ctx.arg_types[-1]:
        return ctx.default_return_type
    # Its calls stay Any, as dependency_injector has it: one may be awaited, where another one is not.
    return note(provider, PROVIDED, make_simplified_union([provided(typ) or unknown() for typ in ctx.arg_types[-1]]))


def call_signature(ctx: MethodSigContext) -> FunctionLike:
    """`factory(...)`: the arguments fit what the target still takes; `part__name=` goes to the provider of a part."""
    left = None if not isinstance(ctx.type, Instance) else get_proper_type(noted(ctx.type, CALLED))
    if not isinstance(left, FunctionLike):
        return ctx.default_signature
    if not isinstance(ctx.context, CallExpr) or not isinstance(ctx.api, TypeChecker):
        return left
    call = ctx.context
    nested = [name for name in call.arg_names if name is not None and "__" in name.strip("_")]
    items = [_with_nested(item, nested) for item in left.items] if nested else left.items
    function = items[0] if len(items) == 1 else Overloaded(items)
    return nearest(ctx.api, function, call.args, call.arg_kinds, call.arg_names, call)


def _with_nested(item: CallableType, names: list[str]) -> CallableType:
    known_names = [name for name in names if name.partition("__")[0] in item.arg_names and name not in item.arg_names]
    return item.copy_modified(
        arg_types=[*item.arg_types, *(unknown() for _ in known_names)],
        arg_kinds=[*item.arg_kinds, *(ARG_NAMED_OPT for _ in known_names)],
        arg_names=[*item.arg_names, *known_names],
    )


def added(ctx: MethodContext) -> Type:
    """`factory.add_kwargs(...)`: the arguments fit what the target still takes."""
    left = None if not isinstance(ctx.type, Instance) else get_proper_type(noted(ctx.type, CALLED))
    if isinstance(ctx.api, TypeChecker) and isinstance(left, FunctionLike):
        target_called(ctx.api, left, given(ctx), ctx.context)
    return ctx.default_return_type


def replaces(api: TypeChecker, place: str, part: Type, argument: Given, context: Context) -> None:
    """An error where the argument, or what it provides, is not of the part's type."""
    function = CallableType(
        [socket(part)], [ARG_POS], [None], NoneType(), api.named_type("builtins.function"), name=place
    )
    checked(api, function, [replace(argument, kind=ARG_POS, name=None)], context, replacement)


def overriding(context: Type, argument: Type) -> Type:
    """`with provider.override(other) as it`: the other, where it is a provider."""
    proper = get_proper_type(context)
    it = argument if provided(argument) is not None else unknown()
    return proper.copy_modified(args=[it]) if isinstance(proper, Instance) and len(proper.args) == 1 else context


def overridden(ctx: MethodContext) -> Type:
    """`provider.override(other)`: the other is, or provides, what the provider provides."""
    provider, arguments = as_base(ctx.type, PROVIDER), given(ctx)
    if provider is not None and len(arguments) == 1 and isinstance(ctx.api, TypeChecker):
        replaces(ctx.api, "override", provider.args[0], arguments[0], ctx.context)
        return overriding(ctx.default_return_type, arguments[0].type)
    return ctx.default_return_type


def dependency_made(ctx: FunctionContext) -> Type:
    """`Dependency(instance_of=..., default=...)`: the default is, or provides, an instance of the class."""
    provider = get_proper_type(ctx.default_return_type)
    if isinstance(ctx.api, TypeChecker) and isinstance(provider, Instance):
        for argument in given(ctx, 1):
            replaces(ctx.api, "default of Dependency", provider.args[0], argument, ctx.context)
    return provider
