"""Questions about mypy's types, and notes on them."""

from __future__ import annotations

from collections.abc import Iterable

from mypy.checker import TypeChecker
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Context, TypeInfo
from mypy.type_visitor import TypeTranslator
from mypy.types import (
    AnyType,
    FunctionLike,
    Instance,
    Type,
    TypeOfAny,
    TypeType,
    UninhabitedType,
    UnionType,
    get_proper_type,
)
from mypy.typevars import fill_typevars
from typing_extensions import override

from god_llm.mypy_plugin.names import PROVIDER

__all__ = [
    "as_base",
    "attribute",
    "instance",
    "is_of",
    "items",
    "known",
    "member",
    "note",
    "noted",
    "retyped",
    "unknown",
]


def unknown() -> AnyType:
    """The type of what can't be known here, which everything fits."""
    return AnyType(TypeOfAny.special_form)


def instance(typ: Type) -> Instance | None:
    """The object that is meant: itself, or what a class makes; None where it is neither."""
    proper = get_proper_type(typ)
    if isinstance(proper, TypeType):
        proper = get_proper_type(proper.item)
    if isinstance(proper, FunctionLike) and proper.is_type_obj():
        proper = get_proper_type(proper.items[0].ret_type)
    return proper if isinstance(proper, Instance) else None


def is_of(info: TypeInfo, bases: Iterable[str]) -> bool:
    """Whether the class is one of those named, or derived from one."""
    return any(info.has_base(base) for base in bases)


def as_base(typ: Type, base: str) -> Instance | None:
    """The object as one of its base class, with that one's type arguments; None where it is not one."""
    proper = get_proper_type(typ)
    if not isinstance(proper, Instance):
        return None
    info = next((info for info in proper.type.mro if info.fullname == base), None)
    return None if info is None else map_instance_to_supertype(proper, info)


def items(typ: Type) -> list[Type]:
    """The alternatives of a union; any other type is the only one."""
    proper = get_proper_type(typ)
    return [item for part in proper.items for item in items(part)] if isinstance(proper, UnionType) else [typ]


def note(typ: Instance, name: str, noted_type: Type) -> Instance:
    """The same type with a note, which lives as long as the type is not declared to be another."""
    return typ.copy_with_extra_attr(name, noted_type)


def noted(typ: Instance, name: str) -> Type | None:
    """What was noted on the type under the name."""
    return None if typ.extra_attrs is None else typ.extra_attrs.attrs.get(name)


def retyped(provider: Instance, provided: Type) -> Instance:
    """The provider with another provided type, whatever its class calls that type variable."""
    own = fill_typevars(provider.type)
    general = None if not isinstance(own, Instance) else as_base(own, PROVIDER)
    if general is None or not isinstance(own, Instance):
        return provider
    variables = [get_proper_type(variable) for variable in own.args]
    wanted = get_proper_type(general.args[0])
    args = [provided if variable == wanted else arg for variable, arg in zip(variables, provider.args, strict=True)]
    return provider.copy_modified(args=args)


def attribute(api: TypeChecker, name: str, typ: Type, context: Context) -> Type:
    """The type of an object's attribute; it is reported where there is none."""
    return api.expr_checker.analyze_external_member_access(name, typ, context)


def member(api: TypeChecker, name: str, typ: Type, context: Context) -> Type | None:
    """The type of an object's attribute; None, and no report, where there is none."""
    with api.msg.filter_errors() as errors:
        found = attribute(api, name, typ, context)
    return None if errors.has_new_errors() else found


class _Known(TypeTranslator):
    """Writes Any where nothing was said that decides about a type variable."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    @override
    def visit_uninhabited_type(self, t: UninhabitedType, /) -> Type:
        if not t.ambiguous:
            return t
        self.found = True
        return unknown()

    @override
    def visit_type_alias_type(self, t: Type, /) -> Type:
        return t


def known(typ: Type) -> tuple[Type, bool]:
    """The type with Any for what was left open, and whether nothing was."""
    translator = _Known()
    written = typ.accept(translator)
    return written, not translator.found
