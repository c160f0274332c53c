"""`provider.provided.name`: what a part of a provided object is; and `provider.provider`, the provider itself."""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.plugin import AttributeContext, MethodContext
from mypy.types import FunctionLike, Instance, Type, get_proper_type

from god_llm.mypy_plugin.calls import checked, given
from god_llm.mypy_plugin.injections import awaited, injected, provided
from god_llm.mypy_plugin.names import ITSELF, PROVIDED
from god_llm.mypy_plugin.targets import readable_function
from god_llm.mypy_plugin.types import attribute, known, member, note, noted

__all__ = ["called", "delegated", "getter", "of_provider", "provider_itself"]


def of_provider(ctx: AttributeContext) -> Type:
    """`provider.provided` is the provided object."""
    whole = provided(ctx.type)
    return _noted(ctx.default_attr_type, None if whole is None else awaited(whole))


def getter(ctx: AttributeContext, name: str) -> Type:
    """`provider.provided.name` is the attribute of the provided object, which must have it."""
    whole = None if not isinstance(ctx.type, Instance) else noted(ctx.type, PROVIDED)
    if whole is None or not isinstance(ctx.api, TypeChecker):
        return ctx.default_attr_type
    return _noted(ctx.default_attr_type, attribute(ctx.api, name, whole, ctx.context))


def called(ctx: MethodContext) -> Type:
    """`provider.provided.name.call(...)`: the arguments fit the method, and the result is what it returns."""
    method = None if not isinstance(ctx.type, Instance) else get_proper_type(noted(ctx.type, PROVIDED))
    if not isinstance(method, FunctionLike | Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    if isinstance(method, Instance):
        method = get_proper_type(member(ctx.api, "__call__", method, ctx.context))
    function = None if not isinstance(method, FunctionLike) else readable_function(method, ctx.api, "call")
    if function is None:
        return ctx.default_return_type
    result = checked(ctx.api, function, given(ctx), ctx.context, injected)
    return _noted(ctx.default_return_type, known(awaited(result))[0])


def provider_itself(ctx: AttributeContext) -> Type:
    """`provider.provider` is injected as the provider."""
    return _itself(ctx.type, ctx.default_attr_type)


def delegated(ctx: MethodContext) -> Type:
    """`provider.delegate()` is injected as the provider."""
    return _itself(ctx.type, ctx.default_return_type)


def _itself(provider: Type, delegate: Type) -> Type:
    """The delegate keeps the type that it is declared to have; only what is injected for it is noted."""
    proper = get_proper_type(delegate)
    return note(proper, ITSELF, provider) if isinstance(proper, Instance) else delegate


def _noted(typ: Type, whole: Type | None) -> Type:
    proper = get_proper_type(typ)
    return typ if whole is None or not isinstance(proper, Instance) else note(proper, PROVIDED, whole)
