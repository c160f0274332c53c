"""`provider.provided.name`: what a part of a provided object is; and `provider.provider`, the provider itself."""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, MethodContext
from mypy.types import FunctionLike, Instance, Type, get_proper_type

from god_llm.mypy_plugin.injections import provided
from god_llm.mypy_plugin.names import PROVIDED, PROVIDERS
from god_llm.mypy_plugin.types import attribute, note, noted

__all__ = ["called", "delegated", "getter", "of_provider", "provider_itself"]


def of_provider(ctx: AttributeContext) -> Type:
    """`provider.provided` is the provided object."""
    return _noted(ctx.default_attr_type, provided(ctx.type))


def getter(ctx: AttributeContext, name: str) -> Type:
    """`provider.provided.name` is the attribute of the provided object, which must have it."""
    whole = None if not isinstance(ctx.type, Instance) else noted(ctx.type, PROVIDED)
    if whole is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_attr_type
    return _noted(ctx.default_attr_type, attribute(ctx.api, name, whole, ctx.context))


def called(ctx: MethodContext) -> Type:
    """`provider.provided.name.call(...)` is what the method returns, where it has one signature."""
    method = None if not isinstance(ctx.type, Instance) else get_proper_type(noted(ctx.type, PROVIDED))
    if not isinstance(method, FunctionLike) or len(method.items) != 1 or method.items[0].variables:
        return ctx.default_return_type
    return _noted(ctx.default_return_type, method.items[0].ret_type)


def provider_itself(ctx: AttributeContext) -> Type:
    """`provider.provider` is injected as the provider."""
    return _delegate(ctx.api, ctx.type, ctx.default_attr_type)


def delegated(ctx: MethodContext) -> Type:
    """`provider.delegate()` is injected as the provider."""
    return _delegate(ctx.api, ctx.type, ctx.default_return_type)


def _delegate(api: object, provider: Type, otherwise: Type) -> Type:
    if not isinstance(api, TypeChecker) or not isinstance(provider, Instance):
        return otherwise
    delegate = api.modules[PROVIDERS].names["Delegate"].node
    return note(Instance(delegate, []), PROVIDED, provider) if isinstance(delegate, TypeInfo) else otherwise


def _noted(typ: Type, whole: Type | None) -> Type:
    proper = get_proper_type(typ)
    return typ if whole is None or not isinstance(proper, Instance) else note(proper, PROVIDED, whole)
