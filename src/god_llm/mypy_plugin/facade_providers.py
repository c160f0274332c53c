"""Providers of facades: what is given first and what is given later select the overload together."""

from __future__ import annotations

from collections.abc import Sequence

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED_OPT, ARG_POS, ARG_STAR, ArgKind, Context
from mypy.types import CallableType, Instance, Overloaded, Type, get_proper_type

from god_llm.mypy_plugin.facades import (
    MODEL,
    Asked,
    asked,
    constructor,
    joinable,
    permissive,
    refused_model,
    variant,
)
from god_llm.mypy_plugin.names import GIVEN
from god_llm.mypy_plugin.notes import by_name, held
from god_llm.mypy_plugin.targets import in_steps, readable, remaining
from god_llm.mypy_plugin.types import noted, unknown

__all__ = ["first_call", "given_note", "later_call"]


def first_call(
    api: TypeChecker,
    function: Overloaded,
    types: Sequence[Type],
    kinds: Sequence[ArgKind],
    names: Sequence[str | None],
    context: Context,
    place: str,
) -> CallableType:
    """The overload that `Factory(ChatOpenAI, ...)` means, any of whose arguments may be given later.

    Args:
        api: mypy.
        function: the facade's constructor.
        types: the arguments, as the facade gets them.
        kinds: theirs.
        names: theirs.
        context: where an error would be.
        place: what an error's text calls the provider.
    """
    call = asked(types, kinds, names)
    return _meant(api, function, call, context, place, names, keep=MODEL in call)


def _meant(
    api: TypeChecker,
    function: Overloaded,
    call: Asked,
    context: Context,
    place: str,
    names: Sequence[str | None],
    *,
    keep: bool,
) -> CallableType:
    meant = variant(function, call, in_steps=True)
    if meant is None:
        refused_model(api, function, call[MODEL], context)
        return permissive(function.items[-1])
    signature = in_steps(_of_given(readable(meant, api, place) or meant, names)).items[0]
    if not keep:  # of any model
        signature = signature.copy_modified(ret_type=function.items[-1].ret_type)
    return signature.copy_modified(definition=None)  # whether a model is retired is said where it is made


def _of_given(item: CallableType, names: Sequence[str | None]) -> CallableType:
    """The signature without the keywords that are not given, which mypy would go through in vain."""
    if any(name is not None and name not in item.arg_names for name in names):
        return item  # mypy names the keyword that resembles an unknown one
    kept = [
        index
        for index, (kind, name) in enumerate(zip(item.arg_kinds, item.arg_names, strict=True))
        if name in names or kind is not ARG_NAMED_OPT
    ]
    return item.copy_modified(
        arg_types=[item.arg_types[index] for index in kept],
        arg_kinds=[item.arg_kinds[index] for index in kept],
        arg_names=[item.arg_names[index] for index in kept],
    )


def given_note(
    api: TypeChecker, facade: Instance, types: Sequence[Type], kinds: Sequence[ArgKind], names: Sequence[str | None]
) -> CallableType:
    """The note of what is given: each decisive argument by its name, and each positional one by its number."""
    taken = [unknown()] * sum(kind is ARG_POS for kind in kinds)
    return held(api, {**{f"{index}": typ for index, typ in enumerate(taken)}, **asked(types, kinds, names)}, facade)


def later_call(
    api: TypeChecker,
    provider: Instance,
    types: Sequence[Type],
    kinds: Sequence[ArgKind],
    names: Sequence[str | None],
    context: Context,
    *,
    anew: bool = False,
) -> CallableType | None:
    """The signature of a later call of the provider; None where it is no facade's.

    Args:
        api: mypy.
        provider: the provider, with its note.
        types: the arguments of the call.
        kinds: theirs.
        names: theirs.
        context: the call.
        anew: whether the call replaces all positional arguments given so far.
    """
    note = get_proper_type(noted(provider, GIVEN))
    facade = None if not isinstance(note, CallableType) else get_proper_type(note.ret_type)
    if not isinstance(note, CallableType) or not isinstance(facade, Instance) or ARG_STAR in kinds:
        return None
    function = constructor(facade)
    if function is None:
        return None
    before = by_name(provider, GIVEN)
    taken = 0 if anew else sum(name.isdigit() for name in before)
    # Positional arguments follow those that were given before.
    now = asked([*[unknown()] * taken, *types], [*[ARG_POS] * taken, *kinds], [*[None] * taken, *names])
    call = {**before, **now}
    signature = _meant(api, function, call, context, provider.type.name, names, keep=MODEL in call)
    left = remaining(signature, taken).items[0]
    return left.copy_modified(ret_type=joinable(left.ret_type))
