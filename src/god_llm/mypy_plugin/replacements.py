"""What a provider is overridden with, or replaced by: it provides what the provider provides."""

from __future__ import annotations

from dataclasses import replace

from mypy.checker import TypeChecker
from mypy.nodes import ARG_POS, ARG_STAR, ARG_STAR2, CallExpr, Context, IndexExpr, MemberExpr
from mypy.plugin import FunctionContext, FunctionSigContext, MethodContext
from mypy.types import CallableType, FunctionLike, Instance, NoneType, Type, TypeType, get_proper_type

from god_llm.mypy_plugin.calls import Given, checked, given
from god_llm.mypy_plugin.injections import provided, replacement, socket
from god_llm.mypy_plugin.names import PROVIDER
from god_llm.mypy_plugin.types import as_base, known, unknown

__all__ = ["dependency_made", "explicit", "overridden", "overriding", "replaces", "with_any_class"]


def explicit(ctx: FunctionContext) -> bool:
    """Whether the provided type was written: `Factory[Base](Derived)`."""
    return isinstance(ctx.context, CallExpr) and isinstance(ctx.context.callee, IndexExpr)


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
        called = ctx.context.callee if isinstance(ctx.context, CallExpr) else None
        name = called.name if isinstance(called, MemberExpr) else "override"
        replaces(ctx.api, name, provider.args[0], arguments[0], ctx.context)
        return overriding(ctx.default_return_type, arguments[0].type)
    return ctx.default_return_type


def dependency_made(ctx: FunctionContext) -> Type:
    """`Dependency(instance_of=..., default=...)`: the default is, or provides, an instance of the class."""
    provider = get_proper_type(ctx.default_return_type)
    if isinstance(ctx.api, TypeChecker) and isinstance(provider, Instance):
        for argument in given(ctx, 1):
            replaces(ctx.api, "default of Dependency", provider.args[0], argument, ctx.context)
        return known(provider)[0]
    return provider


def with_any_class(ctx: FunctionSigContext) -> FunctionLike:
    """`Dependency(instance_of=SomeProtocol)`: the class is only compared with, so it may be abstract or a Protocol."""
    signature = ctx.default_signature
    wanted = get_proper_type(signature.arg_types[0]) if signature.arg_types else None
    if not isinstance(wanted, TypeType):
        return signature
    function = ctx.api.named_generic_type("builtins.function", [])
    # mypy refuses an abstract class where `type[T]` is wanted, but not where a callable is that gives a T.
    any_class = CallableType(
        [unknown(), unknown()], [ARG_STAR, ARG_STAR2], [None, None], wanted.item, function, is_ellipsis_args=True
    )
    return signature.copy_modified(arg_types=[any_class, *signature.arg_types[1:]])
