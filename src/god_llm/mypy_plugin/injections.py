"""What dependency_injector hands to a target when it is given a provider."""

from __future__ import annotations

from mypy.typeops import make_simplified_union
from mypy.types import FunctionLike, Instance, NoneType, Type, TypeType, get_proper_type

from god_llm.mypy_plugin.facades import any_model
from god_llm.mypy_plugin.names import INJECTED_AS_THEY_ARE, ITSELF, PROVIDED, PROVIDER
from god_llm.mypy_plugin.types import as_base, is_of, items, known, noted, unknown

__all__ = ["awaited", "injected", "provided", "replacement", "socket"]


def provided(typ: Type) -> Type | None:
    """What a call of the provider gives; None where the type is no provider's."""
    proper = get_proper_type(typ)
    base = as_base(proper, PROVIDER)
    if base is None or not isinstance(proper, Instance):
        return None
    return noted(proper, PROVIDED) or base.args[0]


def awaited(typ: Type) -> Type:
    """What dependency_injector awaits before it hands it on."""
    awaitable = as_base(typ, "typing.Awaitable")
    return typ if awaitable is None else awaitable.args[0]


def _injected(typ: Type) -> Type:
    proper = get_proper_type(typ)
    if isinstance(proper, Instance) and is_of(proper.type, INJECTED_AS_THEY_ARE):
        return typ
    itself = None if not isinstance(proper, Instance) else noted(proper, ITSELF)
    made = itself or provided(typ)
    return typ if made is None else awaited(made)


def injected(typ: Type) -> Type:
    """What a target gets for an argument of the type: what a provider provides, any other value itself."""
    return make_simplified_union([_injected(item) for item in items(typ)])


def replacement(typ: Type) -> Type:
    """What an overridden provider gives when it is overridden with a value of the type."""
    return make_simplified_union([awaited(provided(item) or item) for item in items(typ)])


def socket(part: Type) -> Type:
    """What a provider of a part may be overridden with, as far as the part says.

    Nobody uses what a part provides that provides None, so anything may. A class may be replaced by any class
    derived from it, however that one is made; and a facade by the same facade of any model.
    """
    proper = get_proper_type(awaited(part))
    if isinstance(proper, NoneType):
        return unknown()
    if isinstance(proper, FunctionLike) and proper.is_type_obj():
        return TypeType.make_normalized(proper.items[0].ret_type)
    return any_model(known(proper)[0])
