"""Settings that a call hands on: `**settings`, and displays that merge them."""

from __future__ import annotations

from dataclasses import dataclass, field

from mypy.checker import TypeChecker
from mypy.nodes import ARG_NAMED, ARG_STAR2, ArgKind, CallExpr, DictExpr, Expression, OpExpr, StrExpr, TempNode
from mypy.types import AnyType, TypedDictType, get_proper_type

from god_llm.mypy_plugin.calls import no_context
from god_llm.mypy_plugin.types import unknown

__all__ = ["Written", "written"]


@dataclass
class Written:
    """The arguments of a call whose types are known one by one.

    Attributes:
        values, kinds, names: the arguments; the pairs of a dict display are keywords.
        forwards: whether a TypedDict is unpacked, whose keys need not be there.
        opaque: whether a dict is unpacked whose keys are not known.
    """

    values: list[Expression] = field(default_factory=list)
    kinds: list[ArgKind] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    forwards: bool = False
    opaque: bool = False

    def add(self, value: Expression, kind: ArgKind, name: str | None) -> None:
        """Add an argument."""
        self.values.append(value)
        self.kinds.append(kind)
        self.names.append(name)


def written(api: TypeChecker, call: CallExpr) -> Written:
    """The arguments of a call."""
    found = Written()
    for value, kind, name in zip(call.args, call.arg_kinds, call.arg_names, strict=True):
        if kind is ARG_STAR2:
            _unpack(api, value, found)
        else:
            found.add(value, kind, name)
    if found.forwards:
        found.add(TempNode(unknown(), context=call), ARG_STAR2, None)
    return found


def _unpack(api: TypeChecker, value: Expression, found: Written) -> None:
    if isinstance(value, DictExpr):
        for key, item in value.items:
            if key is None:
                _unpack(api, item, found)
            elif isinstance(key, StrExpr) and key.value not in found.names:
                found.add(item, ARG_NAMED, key.value)
                found.forwards = True
            else:
                found.opaque = True
        return
    if isinstance(value, OpExpr) and value.op == "|":
        _unpack(api, value.left, found)
        _unpack(api, value.right, found)
        return
    with no_context(api), api.msg.filter_errors():
        typ = get_proper_type(api.expr_checker.accept(value))
    found.forwards = True
    found.opaque = found.opaque or not isinstance(typ, TypedDictType | AnyType)
