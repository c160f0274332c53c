"""What one call asks of a model, checked by what the facade's overloads say that the model takes.

`ChatOpenAI("o3", temperature=0.2)` is refused by the facade's overloads. `llm.generate(prompt, temperature=0.2)` is one
method for all models, whose model only the facade's type argument tells: here it decides. Of a model that is not known
every setting is accepted, and checked at run time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.checker import TypeChecker
from mypy.nodes import ARG_STAR, ARG_STAR2, CallExpr, MemberExpr
from mypy.plugin import AttributeContext, MethodSigContext
from mypy.typeops import make_simplified_union
from mypy.types import (
    CallableType,
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    Type,
    TypedDictType,
    get_proper_type,
)

from god_llm.mypy_plugin.facades import accepted, constructor, options, permissive, takes
from god_llm.mypy_plugin.forwarding import written
from god_llm.mypy_plugin.names import CHAT_MODEL
from god_llm.mypy_plugin.nodes import as_call
from god_llm.mypy_plugin.types import as_base, items

__all__ = ["SETTING_CALLS", "kept", "narrowed"]

SETTING_CALLS: Final = frozenset(
    {
        "generate",
        "agenerate",
        "stream",
        "astream",
        "generate_as",
        "agenerate_as",
        "answer_as",
        "aanswer_as",
        "run",
        "arun",
        "run_stream",
        "arun_stream",
        "configured",
    }
)
"""The methods that take settings for one call."""

OF_MODEL: Final = ("temperature", "top_p", "reasoning")
"""The settings that depend on the model; the others depend on the API."""


def narrowed(ctx: MethodSigContext) -> FunctionLike:
    """`llm.generate(prompt, **settings)`, with the settings that each model takes that `llm` may be.

    Of settings that are unpacked nobody knows which keys are there, so those are accepted.
    """
    signature, call, api = _narrowed(ctx.default_signature, ctx.type), ctx.context, ctx.api
    if not isinstance(call, CallExpr) or ARG_STAR2 not in call.arg_kinds or not isinstance(api, TypeChecker):
        return signature
    found = written(api, call)
    if found.opaque or ARG_STAR in call.arg_kinds:
        return _narrowed(ctx.default_signature, ctx.type, {*call.arg_names})
    shown = as_call(signature, found.values, found.kinds, found.names, call)
    api.expr_checker.check_call(signature, found.values, found.kinds, shown, found.names)
    return permissive(signature)


def kept(ctx: AttributeContext) -> Type:
    """`ask = llm.generate`: the same for a method that is called later."""
    method = get_proper_type(ctx.default_attr_type)
    # Only where the program reads it: mypy also reads the methods of a facade that is given for a Protocol.
    is_read = isinstance(ctx.context, MemberExpr) and ctx.context.name in SETTING_CALLS
    if not isinstance(method, CallableType) or not is_read:
        return ctx.default_attr_type
    return _narrowed(method, ctx.type)


def _narrowed(signature: CallableType, facade: Type, only: set[str | None] | None = None) -> CallableType:
    settings = get_proper_type(signature.arg_types[-1]) if signature.arg_types else None
    if not signature.unpack_kwargs or not isinstance(settings, TypedDictType):
        return signature
    original = settings.fallback.type.typeddict_type
    declared = settings.items if original is None else original.items
    allowed = _allowed(facade, declared)
    types = [allowed.get(name, typ) if only is None or name in only else typ for name, typ in declared.items()]
    return signature.copy_modified(arg_types=[*signature.arg_types[:-1], settings.copy_modified(item_types=types)])


def _allowed(facade: Type, declared: Mapping[str, Type]) -> dict[str, Type]:
    """Setting -> its type for all models and APIs that the facade may be of, where that is less than declared."""
    model, function = as_base(facade, CHAT_MODEL), _constructor(facade)
    if model is None or function is None:
        return {}
    nothing: dict[str, Type] = {
        name: NoneType() for name in declared if name not in OF_MODEL and not _any_api_takes(function, name)
    }
    models = items(model.args[0])
    if not all(isinstance(get_proper_type(each), LiteralType) for each in models):
        return nothing
    return {**nothing, **{name: typ for name in OF_MODEL if (typ := _for_all(function, models, name)) is not None}}


def _constructor(facade: Type) -> Overloaded | None:
    proper = get_proper_type(facade)
    bases = proper.type.mro if isinstance(proper, Instance) else []
    facades = (Instance(base, []) for base in bases if base.has_base(CHAT_MODEL))
    return next((found for found in map(constructor, facades) if found is not None), None)


def _any_api_takes(function: Overloaded, name: str) -> bool:
    declared = [options(item) for item in function.items[:-1]]
    return any(name not in each or not isinstance(get_proper_type(each[name]), NoneType) for each in declared)


def _for_all(function: Overloaded, models: list[Type], name: str) -> Type | None:
    """The type of a setting for each of the models; None where one of them is not listed."""
    shared: list[Type] | None = None
    for model in models:
        overloads = [item for item in function.items[:-1] if takes(item, model)]
        if not overloads:
            return None
        taken = [part for item in overloads for part in items(accepted(item, name))]
        shared = taken if shared is None else [part for part in shared if part in taken]
    return make_simplified_union(shared or [NoneType()])
