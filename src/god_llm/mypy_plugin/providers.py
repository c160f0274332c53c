"""Providers that call a target, checked where they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED, ARG_POS, ARG_STAR, Context, ListExpr, StarExpr, TypeInfo, Var
from mypy.plugin import FunctionContext
from mypy.types import AnyType, FunctionLike, Instance, Overloaded, Type, get_proper_type

from god_llm.mypy_plugin.calls import Given, checked, given, no_context
from god_llm.mypy_plugin.facade_providers import first_call, given_note
from god_llm.mypy_plugin.facades import is_facade, joinable
from god_llm.mypy_plugin.injections import injected, provided
from god_llm.mypy_plugin.names import ABSTRACT, CALLED, GIVEN, ITEMS, NAMED, PROVIDED, RESOURCE, WHOLE
from god_llm.mypy_plugin.notes import held, with_notes
from god_llm.mypy_plugin.replacements import explicit
from god_llm.mypy_plugin.targets import (
    callable_of,
    in_steps,
    readable_function,
    remaining,
    resource,
    resource_of,
    with_ret,
)
from god_llm.mypy_plugin.types import is_of, known, note, noted, retyped, unknown

__all__ = ["made", "object_made", "target_called"]


def target_called(
    api: TypeChecker, function: FunctionLike, arguments: Sequence[Given], context: Context
) -> tuple[Type, bool]:
    """The result of a call with the arguments as a target gets them, and whether it is known in full."""
    declared = api.type_context[-1]
    wanted = None if declared is None else provided(declared)
    return known(checked(api, function, arguments, context, injected, wanted))


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
    function = callable_of(called, ctx.api, ctx.context)
    if isinstance(function, Overloaded) and is_facade(function):
        return _facade_made(ctx, ctx.api, provider, function)
    function = None if function is None else readable_function(function, ctx.api, provider.type.name)
    if function is None:
        return known(provider)[0]
    arguments = given(ctx, 1)
    result, certain = first_step(ctx.api, function, arguments, ctx.context)
    if is_resource:
        result = resource_of(result, target, ctx.api, ctx.context)
    if not explicit(ctx):
        provider = retyped(provider, result)
    if any(argument.kind is ARG_STAR for argument in arguments):
        return provider  # nobody knows how many parameters are left
    whole = in_steps(function)
    if certain or is_resource:
        whole = with_ret(whole, provided(provider) or result)
    left = remaining(whole, sum(argument.kind is ARG_POS for argument in arguments))
    notes = {CALLED: left, WHOLE: whole, **_nested(ctx.api, arguments)}
    tell_declared(ctx.api, provider.type, notes, ctx.context)
    return with_notes(provider, notes)


def _facade_made(ctx: FunctionContext, api: TypeChecker, provider: Instance, function: Overloaded) -> Type:
    """`Factory(ChatOpenAI, ...)`: the same, by the one overload that is meant."""
    arguments = given(ctx, 1)
    if any(argument.kind is ARG_STAR for argument in arguments):
        return retyped(provider, function.items[-1].ret_type)
    types = [injected(argument.type) for argument in arguments]
    kinds, names = [argument.kind for argument in arguments], [argument.name for argument in arguments]
    meant = first_call(api, function, types, kinds, names, ctx.context, provider.type.name)
    result, _ = target_called(api, meant, arguments, ctx.context)
    facade = get_proper_type(result)
    if not explicit(ctx):
        provider = retyped(provider, joinable(result))
    if not isinstance(facade, Instance):
        return provider
    notes: dict[str, Type] = {GIVEN: given_note(api, facade, types, kinds, names), **_nested(api, arguments)}
    tell_declared(api, provider.type, notes, ctx.context)
    return with_notes(provider, notes)


def _nested(api: TypeChecker, arguments: Sequence[Given]) -> dict[str, Type]:
    """The note of the providers that are given by name, whose own arguments a call may give too."""
    named: dict[str, Type] = {}
    for argument in arguments:
        provider = get_proper_type(argument.type)
        if argument.kind is ARG_NAMED and argument.name is not None and isinstance(provider, Instance):
            notes = {name: typ for name in (CALLED, GIVEN) if (typ := noted(provider, name)) is not None}
            if notes:  # and no others: notes within notes would grow
                plain = provider.copy_modified()
                plain.extra_attrs = None
                named[argument.name] = with_notes(plain, notes)
    return {NAMED: held(api, named)} if named else {}


def tell_declared(api: TypeChecker, kind: TypeInfo, notes: Mapping[str, Type], context: Context) -> None:
    """Note them on the attribute too that is declared where the provider is made: `part: Factory[C] = ...`."""
    owner = api.scope.active_class()
    for symbol in () if owner is None else owner.names.values():
        attribute = symbol.node
        if not isinstance(attribute, Var) or attribute.line != context.line or attribute.is_inferred:
            continue
        declared = get_proper_type(attribute.type)
        if isinstance(declared, Instance) and declared.type is kind:
            ret = provided(declared) or unknown()
            kept = {
                name: with_ret(typ, ret) if name in (CALLED, WHOLE) and isinstance(typ, FunctionLike) else typ
                for name, typ in notes.items()
            }
            attribute.type = with_notes(declared, kept)


def object_made(ctx: FunctionContext) -> Type:
    """`Object(value)` provides the value, whatever is wanted around it; a Literal where it is one."""
    provider = get_proper_type(ctx.default_return_type)
    if not isinstance(provider, Instance) or not ctx.arg_types or not ctx.arg_types[0]:
        return ctx.default_return_type
    value, expression = get_proper_type(ctx.arg_types[0][0]), ctx.args[0][0]
    is_open = not provider.args or isinstance(get_proper_type(provider.args[0]), AnyType)
    if is_open and not explicit(ctx) and isinstance(ctx.api, TypeChecker):
        with no_context(ctx.api), ctx.api.msg.filter_errors():
            value = get_proper_type(ctx.api.expr_checker.accept(expression))
        plain = value.copy_modified(last_known_value=None) if isinstance(value, Instance) else value
        provider = retyped(provider, plain)
    if isinstance(value, Instance) and value.last_known_value is not None:
        return note(provider, PROVIDED, value)
    if isinstance(expression, ListExpr) and isinstance(ctx.api, TypeChecker):
        types = [ctx.api.lookup_type(item) for item in expression.items if not isinstance(item, StarExpr)]
        if len(types) == len(expression.items):
            return note(provider, ITEMS, held(ctx.api, types))
    return provider
