"""Providers that hold other providers: selectors, aggregates, lists and dicts."""

from __future__ import annotations

from collections.abc import Mapping

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE
from mypy.messages import best_matches
from mypy.nodes import ARG_NAMED, ARG_POS, CallExpr, Context, StrExpr
from mypy.plugin import AttributeContext, FunctionContext
from mypy.typeops import make_simplified_union
from mypy.types import AnyType, Instance, Type, get_proper_type

from god_llm.mypy_plugin.calls import Given, given
from god_llm.mypy_plugin.injections import injected, provided
from god_llm.mypy_plugin.names import ITEMS, NAMED, PROVIDED
from god_llm.mypy_plugin.notes import by_name, held
from god_llm.mypy_plugin.replacements import explicit, replaces
from god_llm.mypy_plugin.types import note, unknown

__all__ = ["aggregate_made", "dict_made", "list_made", "named", "part_of_aggregate", "selected"]


def selected(ctx: FunctionContext) -> Type:
    """`Selector(choice, **providers)`: as an injection it is what one of its providers provides.

    Where it is declared what a selector provides, each of its providers must.
    """
    provider = get_proper_type(ctx.default_return_type)
    if not isinstance(provider, Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    named_ones = _named(given(ctx), "selector")
    declared = get_proper_type(provider.args[0]) if provider.args else unknown()
    if not isinstance(declared, AnyType):
        for argument in named_ones.values():
            replaces(ctx.api, f"{argument.name} of Selector", declared, argument, ctx.context)
    if explicit(ctx) or not named_ones:
        return provider
    # Its calls stay Any, as dependency_injector has it: one may be awaited, where another one is not.
    return note(provider, PROVIDED, make_simplified_union([provided(a.type) or unknown() for a in named_ones.values()]))


def aggregate_made(ctx: FunctionContext) -> Type:
    """`FactoryAggregate(**factories)`: it has these factories, and no others."""
    provider, arguments = get_proper_type(ctx.default_return_type), given(ctx)
    named_ones = _named(arguments, "provider_dict")
    if not isinstance(provider, Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    if not named_ones or len(named_ones) != len(arguments):
        return provider
    return note(provider, NAMED, held(ctx.api, {name: argument.type for name, argument in named_ones.items()}))


def _named(arguments: list[Given], other: str) -> dict[str, Given]:
    return {a.name: a for a in arguments if a.kind is ARG_NAMED and a.name is not None and a.name != other}


def named(api: TypeChecker, provider: Instance, call: CallExpr) -> Instance | None:
    """The provider that `aggregate("name", ...)` calls; it is reported where there is none."""
    known = by_name(provider, NAMED)
    if not known or not call.args or call.arg_kinds[0] is not ARG_POS:
        return None
    name = call.args[0]
    if not isinstance(name, StrExpr):
        return None
    found = get_proper_type(known.get(name.value))
    if name.value not in known:
        _no_such(api, f'"{provider.type.name}" has no provider "{name.value}"', name.value, known, name)
    return found if isinstance(found, Instance) else None


def part_of_aggregate(ctx: AttributeContext, name: str) -> Type:
    """`aggregate.name` is the provider of that name."""
    known = by_name(ctx.type, NAMED)
    if not known or not isinstance(ctx.api, TypeChecker):
        return ctx.default_attr_type
    if name not in known:
        ctx.api.msg.has_no_attr(ctx.type, ctx.type, name, ctx.context)
    return known.get(name, ctx.default_attr_type)


def _no_such(api: TypeChecker, text: str, name: str, known: Mapping[str, Type], context: Context) -> None:
    near = best_matches(name, [*known], n=1)
    api.fail(text + (f'; did you mean "{near[0]}"?' if near else ""), context, code=ARG_TYPE)


def list_made(ctx: FunctionContext) -> Type:
    """`List(*providers)`: a list of what they provide."""
    provider, arguments = get_proper_type(ctx.default_return_type), given(ctx)
    if not isinstance(provider, Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    if any(argument.kind is not ARG_POS for argument in arguments):
        return provider
    return note(provider, ITEMS, held(ctx.api, [injected(argument.type) for argument in arguments]))


def dict_made(ctx: FunctionContext) -> Type:
    """`Dict(**providers)`: a dict of what they provide, by their names."""
    provider, arguments = get_proper_type(ctx.default_return_type), given(ctx)
    named_ones = _named(arguments, "dict_")
    if not isinstance(provider, Instance) or not isinstance(ctx.api, TypeChecker):
        return ctx.default_return_type
    if not named_ones or len(named_ones) != len(arguments):
        return provider
    return note(provider, ITEMS, held(ctx.api, {name: injected(a.type) for name, a in named_ones.items()}))
