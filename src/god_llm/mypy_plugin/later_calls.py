"""Calls of a provider, and arguments that are added to it: they fit what its target still takes."""

from __future__ import annotations

from collections.abc import Sequence

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_POS, ArgKind, CallExpr, Context
from mypy.plugin import MethodContext, MethodSigContext
from mypy.types import CallableType, FunctionLike, Instance, Overloaded, Type, get_proper_type

from god_llm.mypy_plugin.calls import given, no_context
from god_llm.mypy_plugin.facade_providers import later_call
from god_llm.mypy_plugin.held import named
from god_llm.mypy_plugin.injections import injected
from god_llm.mypy_plugin.names import AGGREGATE, CALLED, NAMED, WHOLE
from god_llm.mypy_plugin.nearest import nearest
from god_llm.mypy_plugin.notes import by_name
from god_llm.mypy_plugin.providers import target_called
from god_llm.mypy_plugin.types import is_of, known, noted, unknown

__all__ = ["added", "anew", "call_signature", "called"]


def call_signature(ctx: MethodSigContext) -> FunctionLike:
    """`factory(...)`: the arguments fit what the target still takes; `part__name=` goes to the provider of a part."""
    provider, call, api = ctx.type, ctx.context, ctx.api
    if not isinstance(provider, Instance) or not isinstance(call, CallExpr) or not isinstance(api, TypeChecker):
        return ctx.default_signature
    skipped = 0
    if is_of(provider.type, [AGGREGATE]):
        member = named(api, provider, call)
        if member is None:
            return ctx.default_signature
        provider, skipped = member, 1
    with no_context(api), api.msg.filter_errors():
        types = [api.expr_checker.accept(value) for value in call.args[skipped:]]
    kinds, names = call.arg_kinds[skipped:], call.arg_names[skipped:]
    left = _left(api, provider, types, kinds, names, call)
    if left is None:
        return ctx.default_signature
    items = [_with_nested(api, item, provider, call) for item in left.items]
    if skipped:
        items = [_with_name(item) for item in items]
    function = items[0] if len(items) == 1 else Overloaded(items)
    return nearest(api, function, call.args, call.arg_kinds, call.arg_names, call)


def called(ctx: MethodContext) -> Type:
    """The result of a call: Any for a type variable that nothing decides."""
    return known(ctx.default_return_type)[0]


def _left(
    api: TypeChecker,
    provider: Instance,
    types: Sequence[Type],
    kinds: Sequence[ArgKind],
    names: Sequence[str | None],
    context: Context,
    *,
    again: bool = False,
) -> FunctionLike | None:
    """What the provider's target still takes; all of it where positional arguments are given again."""
    found = later_call(api, provider, types, kinds, names, context, anew=again)
    left = found or get_proper_type(noted(provider, WHOLE if again else CALLED))
    return left if isinstance(left, FunctionLike) else None


def _with_name(item: CallableType) -> CallableType:
    """The signature of a call that begins with the name of the provider that is called."""
    return item.copy_modified(
        arg_types=[unknown(), *item.arg_types],
        arg_kinds=[ARG_POS, *item.arg_kinds],
        arg_names=[None, *item.arg_names],
    )


def _with_nested(api: TypeChecker, item: CallableType, provider: Instance, call: CallExpr) -> CallableType:
    """The signature with a parameter for each `part__name=`: that of the part's provider, where it is known."""
    parts = by_name(provider, NAMED)
    nested = [name for name in call.arg_names if name is not None and "__" in name.strip("_")]
    taken = [name for name in nested if name.partition("__")[0] in item.arg_names and name not in item.arg_names]
    types: dict[str, Type] = {}
    for name in taken:
        part, _, inner = name.partition("__")
        value = call.args[call.arg_names.index(name)]
        found = _parameter(api, parts.get(part), inner, api.expr_checker.accept(value), call)
        if found is not None:
            types[name] = found
    return item.copy_modified(
        arg_types=[*item.arg_types, *types.values()],
        arg_kinds=[*item.arg_kinds, *(ARG_NAMED_OPT for _ in types)],
        arg_names=[*item.arg_names, *types],
    )


def _parameter(api: TypeChecker, part: Type | None, name: str, value: Type, context: Context) -> Type | None:
    """The type of the parameter of a part's provider; None where it has none of that name, Any where it is unknown."""
    provider = None if part is None else get_proper_type(part)
    if "__" in name or not isinstance(provider, Instance):
        return unknown()
    left = _left(api, provider, [value], [ARG_NAMED], [name], context)
    if left is None or any(item.is_kw_arg or len(left.items) > 1 for item in left.items):
        return unknown()
    item = left.items[0]
    return item.arg_types[item.arg_names.index(name)] if name in item.arg_names else None


def added(ctx: MethodContext) -> Type:
    """`factory.add_kwargs(...)`: the arguments fit what the target still takes."""
    return _added(ctx, again=False)


def anew(ctx: MethodContext) -> Type:
    """`factory.set_args(...)`: the arguments fit the target, in place of those that it had."""
    return _added(ctx, again=True)


def _added(ctx: MethodContext, *, again: bool) -> Type:
    provider, arguments = get_proper_type(ctx.type), given(ctx)
    if isinstance(ctx.api, TypeChecker) and isinstance(provider, Instance):
        types = [injected(argument.type) for argument in arguments]
        kinds, names = [argument.kind for argument in arguments], [argument.name for argument in arguments]
        left = _left(ctx.api, provider, types, kinds, names, ctx.context, again=again)
        if left is not None:
            target_called(ctx.api, left, arguments, ctx.context)
    return ctx.default_return_type
