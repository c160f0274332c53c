"""`functools.partial` of a facade: mypy reads no overloads there."""

from __future__ import annotations

from mypy.checker import TypeChecker
from mypy.plugin import FunctionContext, MethodContext
from mypy.plugins.functools import partial_call_callback, partial_new_callback
from mypy.types import Instance, Overloaded, Type, get_proper_type

from god_llm.mypy_plugin.calls import given, no_context
from god_llm.mypy_plugin.facade_providers import first_call, given_note, later_call
from god_llm.mypy_plugin.facades import is_facade, joinable
from god_llm.mypy_plugin.names import GIVEN
from god_llm.mypy_plugin.nodes import as_call
from god_llm.mypy_plugin.types import note, noted

__all__ = ["PARTIAL", "called", "made"]

PARTIAL = "functools.partial"


def made(ctx: FunctionContext) -> Type:
    """`partial(ChatOpenAI, ...)`: the arguments fit the one overload that is meant."""
    function = get_proper_type(ctx.arg_types[0][0]) if ctx.arg_types and ctx.arg_types[0] else None
    partial = get_proper_type(ctx.default_return_type)
    if not isinstance(function, Overloaded) or not is_facade(function) or not isinstance(partial, Instance):
        return partial_new_callback(ctx)
    if not isinstance(ctx.api, TypeChecker):
        return partial
    arguments = given(ctx, 1)
    types = [argument.type for argument in arguments]
    kinds, names = [argument.kind for argument in arguments], [argument.name for argument in arguments]
    meant = first_call(ctx.api, function, types, kinds, names, ctx.context, "partial")
    call = as_call(meant, [argument.value for argument in arguments], kinds, names, ctx.context)
    with no_context(ctx.api):
        result = get_proper_type(ctx.api.expr_checker.check_call(meant, call.args, kinds, call, names)[0])
    if not isinstance(result, Instance):
        return partial
    partial = partial.copy_modified(args=[joinable(result)])
    return note(partial, GIVEN, given_note(ctx.api, result, types, kinds, names))


def called(ctx: MethodContext) -> Type:
    """`partial(ChatOpenAI, ...)(...)`: the arguments fit what the facade still takes."""
    partial = get_proper_type(ctx.type)
    if not isinstance(partial, Instance) or noted(partial, GIVEN) is None or not isinstance(ctx.api, TypeChecker):
        return partial_call_callback(ctx)
    arguments = given(ctx)
    types = [argument.type for argument in arguments]
    kinds, names = [argument.kind for argument in arguments], [argument.name for argument in arguments]
    left = later_call(ctx.api, partial, types, kinds, names, ctx.context)
    if left is None:
        return ctx.default_return_type
    call = as_call(left, [argument.value for argument in arguments], kinds, names, ctx.context)
    return ctx.api.expr_checker.check_call(left, call.args, kinds, call, names)[0]
