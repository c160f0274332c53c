"""Calls of a facade's class, checked by the one overload that is meant."""

from __future__ import annotations

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED, ARG_POS, ARG_STAR, CallExpr, Context, StrExpr
from mypy.plugin import FunctionSigContext
from mypy.types import CallableType, FunctionLike, Instance, Overloaded, get_proper_type

from god_llm.mypy_plugin.calls import no_context
from god_llm.mypy_plugin.facades import (
    MODEL,
    asked,
    constructor,
    is_facade,
    literals,
    permissive,
    refused_model,
    refused_name,
    variant,
)
from god_llm.mypy_plugin.forwarding import Written, written
from god_llm.mypy_plugin.nodes import as_call

__all__ = ["OverloadedCalls", "checked_call", "class_called", "named_model"]


Answer = Callable[[TypeChecker, Overloaded, CallExpr], CallableType | None]
"""What stands for each overload of a call; None: the overload itself."""


class OverloadedCalls:
    """A signature hook of overloaded calls. mypy asks it once for each overload of a call; the answer is the same."""

    def __init__(self, answer: Answer) -> None:
        self._find = answer
        self._context: Context | None = None
        self._left = 0
        self._answer: CallableType | None = None

    def hook(self, ctx: FunctionSigContext) -> FunctionLike:
        """The answer for the next overload."""
        if not isinstance(ctx.api, TypeChecker) or not isinstance(ctx.context, CallExpr):
            return ctx.default_signature
        if self._context is not ctx.context or self._left == 0:
            function = get_proper_type(ctx.api.lookup_type(ctx.context.callee))
            overloads = len(function.items) if isinstance(function, Overloaded) else 1
            answer = self._find(ctx.api, function, ctx.context) if isinstance(function, Overloaded) else None
            self._context, self._left, self._answer = ctx.context, overloads, answer
        self._left -= 1
        return self._answer or ctx.default_signature


def class_called(api: TypeChecker, function: Overloaded, call: CallExpr) -> CallableType | None:
    """`ChatOpenAI("gpt-5.5", ...)`: the overload that is meant, or one that takes all if the call is refused."""
    if ARG_STAR in call.arg_kinds or not is_facade(function):
        return None
    found = written(api, call)
    if found.opaque:
        return None
    return checked_call(api, function, found, call)


def checked_call(api: TypeChecker, function: Overloaded, found: Written, call: CallExpr) -> CallableType | None:
    """The overload that the arguments mean; one that takes all where that is checked here; None where it is unknown."""
    values, kinds, names = found.values, found.kinds, found.names
    with no_context(api):
        with api.msg.filter_errors():
            types = [api.expr_checker.accept(value) for value in values]
        wanted = asked(types, kinds, names)
        if MODEL not in wanted and (MODEL in names or ARG_POS in kinds[:1]):
            return None  # the model is Any
        meant = variant(function, wanted)
        if meant is None:
            refused_model(api, function, wanted[MODEL], values[names.index(MODEL) if MODEL in names else 0])
            return permissive(function.items[-1])
        with api.msg.filter_errors() as errors:
            api.expr_checker.check_call(meant, values, kinds, call, names)
        if errors.has_new_errors():
            shown = as_call(meant, values, kinds, names, call)
            api.expr_checker.check_call(meant, values, kinds, shown, names)
    return permissive(meant) if found.forwards or errors.has_new_errors() else meant


def named_model(api: TypeChecker, function: Overloaded, call: CallExpr) -> CallableType | None:
    """`chat_model("openai:gpt-5.5", ...)`: as `ChatOpenAI("gpt-5.5", ...)`, whose facade the function returns."""
    name = call.args[0] if call.args and call.arg_kinds[0] in (ARG_POS, ARG_NAMED) else None
    if not isinstance(name, StrExpr) or ARG_STAR in call.arg_kinds or call.arg_names[0] not in (None, "name"):
        return None
    item = next((item for item in function.items if name.value in literals(item.arg_types[0])), None)
    if item is None:
        known = [str(each) for item in function.items for each in literals(item.arg_types[0])]
        refused_name(api, "chat_model", name.value, known, name)
        return permissive(function.items[-1])
    facade, found = get_proper_type(item.ret_type), written(api, call)
    made = constructor(facade) if isinstance(facade, Instance) else None
    if made is None or found.opaque:
        return None
    model = StrExpr(name.value.partition(":")[2])
    model.set_line(name)
    found.values[0], found.kinds[0], found.names[0] = model, ARG_POS, None
    with api.msg.filter_errors() as errors:
        checked_call(api, made, found, call)
    if not errors.has_new_errors() and not found.forwards:
        return None
    checked_call(api, made, found, call)
    return permissive(item)
