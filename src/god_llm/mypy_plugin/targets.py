"""The signature of what a provider calls."""

from __future__ import annotations

from typing import Final

from mypy.checker import TypeChecker
from mypy.expandtype import expand_type
from mypy.nodes import ARG_NAMED, ARG_NAMED_OPT, ARG_OPT, ARG_POS, ARG_STAR, ARG_STAR2, Context
from mypy.types import (
    CallableType,
    FunctionLike,
    Instance,
    Overloaded,
    Parameters,
    ParamSpecType,
    Type,
    TypeType,
    TypeVarTupleType,
    get_proper_type,
)

from god_llm.mypy_plugin.injections import awaited
from god_llm.mypy_plugin.names import PROVIDER, RESOURCES
from god_llm.mypy_plugin.nearest import fits_nothing
from god_llm.mypy_plugin.types import as_base, instance, is_of, member, unknown

__all__ = [
    "callable_of",
    "in_steps",
    "readable",
    "readable_function",
    "remaining",
    "resource",
    "resource_of",
    "with_ret",
]

OPTIONAL: Final = {ARG_POS: ARG_OPT, ARG_NAMED: ARG_NAMED_OPT}
"""The kind of a parameter -> that of one that may be given later."""

ENTERED: Final = ("__enter__", "__aenter__")
"""The methods of a context manager that give what a resource of it provides."""

RESOURCES_OF: Final = (
    ("typing.Iterator", 0),
    ("typing.AsyncIterator", 0),
    ("typing.Coroutine", 2),
)
"""What a resource's target returns -> the place of what it provides, among the type arguments."""

RESOURCE_CLASSES: Final = (f"{RESOURCES}.Resource", f"{RESOURCES}.AsyncResource")
PARTIAL: Final = "__mypy_partial"
"""Where mypy itself notes what is left of a `functools.partial`'s signature."""


def callable_of(target: Type, api: TypeChecker, context: Context) -> FunctionLike | None:
    """How the target is declared to be called."""
    proper = get_proper_type(target)
    if isinstance(proper, TypeType):
        proper = get_proper_type(api.expr_checker.analyze_type_type_callee(proper.item, context))
    if isinstance(proper, Instance) and as_base(proper, PROVIDER) is None:
        left = None if proper.extra_attrs is None else proper.extra_attrs.attrs.get(PARTIAL)
        proper = get_proper_type(left or member(api, "__call__", proper, context) or unknown())
    return proper if isinstance(proper, FunctionLike) else None


def readable(item: CallableType, api: TypeChecker, place: str) -> CallableType | None:
    """A signature that a call can be checked with; None where the number of its parameters is a variable."""
    if any(isinstance(variable, TypeVarTupleType) for variable in item.variables):
        return None
    name = item.get_name()
    item = item.with_unpacked_kwargs().with_normalized_var_args()
    for variable in item.variables:
        if isinstance(variable, ParamSpecType):
            anything = Parameters([unknown()] * 2, [ARG_STAR, ARG_STAR2], [None, None], is_ellipsis_args=True)
            item = expand_type(item, {variable.id: anything})
    return item.copy_modified(
        variables=[variable for variable in item.variables if not isinstance(variable, ParamSpecType)],
        fallback=api.named_type("builtins.function"),  # a class's own would have mypy look for abstract methods
        name=f"{name} of {place}" if name and not name.startswith("<") else place,
    )


def _each(function: FunctionLike, change: list[CallableType | None]) -> FunctionLike | None:
    items = [item for item in change if item is not None]
    if not items or len(items) != len(function.items):
        return None
    return items[0] if len(items) == 1 else Overloaded(items)


def readable_function(function: FunctionLike, api: TypeChecker, place: str) -> FunctionLike | None:
    """The signature, or signatures, that a call can be checked with."""
    return _each(function, [readable(item, api, place) for item in function.items])


def in_steps(function: FunctionLike) -> FunctionLike:
    """The signature of a call whose arguments may be given later, any of them that can be given at all."""
    kinds = [
        [
            kind if fits_nothing(typ) else OPTIONAL.get(kind, kind)
            for kind, typ in zip(item.arg_kinds, item.arg_types, strict=True)
        ]
        for item in function.items
    ]
    changed = zip(function.items, kinds, strict=True)
    return _each(function, [item.copy_modified(arg_kinds=optional) for item, optional in changed]) or function


def with_ret(function: FunctionLike, ret: Type) -> FunctionLike:
    """The signature with another result."""
    return _each(function, [item.copy_modified(ret_type=ret) for item in function.items]) or function


def _left(item: CallableType, taken: int) -> CallableType:
    kept = [
        index
        for index, kind in enumerate(item.arg_kinds)
        if not (kind is ARG_OPT and sum(k is ARG_OPT for k in item.arg_kinds[:index]) < taken)
    ]
    return item.copy_modified(
        arg_types=[item.arg_types[index] for index in kept],
        arg_kinds=[item.arg_kinds[index] for index in kept],
        arg_names=[item.arg_names[index] for index in kept],
    )


def remaining(function: FunctionLike, taken: int) -> FunctionLike:
    """What is left of a signature once so many positional arguments are given; keywords may be given again."""
    return _each(function, [_left(item, taken) for item in function.items]) or function


def resource(target: Type, api: TypeChecker, context: Context) -> Type:
    """What a resource calls: the `init` of a class that is one, else the target itself."""
    made = instance(target)
    if made is None or not is_of(made.type, RESOURCE_CLASSES):
        return target
    return member(api, "init", made, context) or unknown()


def resource_of(result: Type, target: Type, api: TypeChecker, context: Context) -> Type:
    """What a resource provides, by what its target returns or, of a class that is one, by its type argument."""
    made = instance(target)
    for base in RESOURCE_CLASSES:
        found = None if made is None else as_base(made, base)
        if found is not None:
            return found.args[0]
    for name in ENTERED:
        method = get_proper_type(member(api, name, result, context) or unknown())
        if isinstance(method, CallableType):
            return awaited(method.ret_type)
    for base, place in RESOURCES_OF:
        found = as_base(result, base)
        if found is not None:
            return found.args[place]
    return result
