"""Notes on providers: callables that hold types by position or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED_OPT, ARG_OPT
from mypy.types import CallableType, Instance, Type, get_proper_type

from god_llm.mypy_plugin.types import note, noted, unknown

__all__ = ["by_name", "held", "with_notes"]


def held(api: TypeChecker, types: Sequence[Type] | Mapping[str, Type], ret: Type | None = None) -> CallableType:
    """A callable whose parameters have the types: without names, or with the names of the mapping."""
    names = [*types] if isinstance(types, Mapping) else [None] * len(types)
    values = [*types.values()] if isinstance(types, Mapping) else [*types]
    kinds = [ARG_OPT if name is None else ARG_NAMED_OPT for name in names]
    return CallableType(values, kinds, names, ret or unknown(), api.named_type("builtins.function"))


def by_name(provider: Type, name: str) -> dict[str, Type]:
    """The types that a note on the provider holds by name; nothing where there is no such note."""
    proper = get_proper_type(provider)
    found = get_proper_type(noted(proper, name)) if isinstance(proper, Instance) else None
    if not isinstance(found, CallableType):
        return {}
    return {key: typ for key, typ in zip(found.arg_names, found.arg_types, strict=True) if key is not None}


def with_notes(provider: Instance, notes: Mapping[str, Type]) -> Instance:
    """The provider with further notes."""
    for name, typ in notes.items():
        provider = note(provider, name, typ)
    return provider
