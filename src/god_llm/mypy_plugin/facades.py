"""The one overload of a facade's constructor that a call's model and settings select.

A facade has dozens of overloads, each with the models that take the same settings. mypy tries them one by one, and
where none fits it blames the model. Here the names of the models and the settings given select one, which then says
what is wrong with the call, whatever type is wanted around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mypy.checker import TypeChecker
from mypy.errorcodes import ARG_TYPE
from mypy.expandtype import expand_type
from mypy.messages import best_matches, format_type
from mypy.nodes import ARG_NAMED, ARG_POS, ARG_STAR, ARG_STAR2, ArgKind, Context
from mypy.subtypes import is_subtype
from mypy.typeops import type_object_type
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    Type,
    TypedDictType,
    TypeOfAny,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from god_llm.mypy_plugin.names import CHAT_MODEL
from god_llm.mypy_plugin.nearest import fits_nothing
from god_llm.mypy_plugin.types import as_base, items, unknown

__all__ = [
    "MODEL",
    "Asked",
    "accepted",
    "any_model",
    "asked",
    "constructor",
    "is_facade",
    "joinable",
    "literals",
    "options",
    "permissive",
    "refused_model",
    "refused_name",
    "takes",
    "variant",
]

MODEL: Final = "model_name"
POSITIONAL: Final = (MODEL, "temperature", "api_key")
"""The parameters of every facade that may be given by position."""
DECISIVE: Final = (MODEL, "temperature", "top_p", "reasoning", "api", "server")
"""The parameters by which the overloads differ."""
MISSING_EFFORT: Final = 1.5
"""How far an overload is from a call without the effort that it asks for: further than from one wrong setting."""

Asked = Mapping[str, Type]
"""Parameter -> the type of its argument, for those of `DECISIVE` that are given."""


def is_facade(function: FunctionLike | None) -> bool:
    """Whether the function is a facade's constructor: its last overload fits no call."""
    if not isinstance(function, Overloaded):
        return False
    last = function.items[-1]
    return MODEL in last.arg_names and fits_nothing(last.arg_types[last.arg_names.index(MODEL)])


def constructor(facade: Instance) -> Overloaded | None:
    """The constructor of a facade's class; None where it is the class's own, or the class is no facade."""
    found = get_proper_type(type_object_type(facade.type))
    return found if isinstance(found, Overloaded) and is_facade(found) else None


def asked(types: Sequence[Type], kinds: Sequence[ArgKind], names: Sequence[str | None]) -> Asked:
    """What a call asks of a facade, as far as it is known."""
    found: dict[str, Type] = {}
    for index, (typ, kind, name) in enumerate(zip(types, kinds, names, strict=True)):
        if kind is ARG_STAR:
            break
        parameter = name if kind is ARG_NAMED else POSITIONAL[index] if index < len(POSITIONAL) else None
        is_known = parameter in {"api", "server"} or not isinstance(get_proper_type(typ), AnyType)
        if kind in (ARG_POS, ARG_NAMED) and parameter in DECISIVE and is_known:
            found[parameter] = as_literal(typ)
    return found


def as_literal(typ: Type) -> Type:
    """The Literal of a value that is known."""
    proper = get_proper_type(typ)
    known = proper.last_known_value if isinstance(proper, Instance) else None
    return typ if known is None else known


def variant(function: Overloaded, call: Asked, *, in_steps: bool = False) -> CallableType | None:
    """The overload that is meant, for exactly the models that are given; None where one of them is not listed.

    Args:
        function: a facade's constructor.
        call: what is given.
        in_steps: whether other arguments may come later.
    """
    model = call.get(MODEL)
    candidates = [item for item in function.items[:-1] if model is None or takes(item, model)]
    if not candidates:
        return None
    chosen = min(candidates, key=lambda item: _distance(item, call, in_steps=in_steps))
    if isinstance(get_proper_type(call.get("api")), AnyType):
        chosen = _of_any_api(chosen, candidates)
    return chosen if model is None else _of(chosen, model)


def _parameter(item: CallableType, name: str) -> Type | None:
    """The type of a parameter, also of one among the unpacked options; None where there is none."""
    if name in item.arg_names:
        return item.arg_types[item.arg_names.index(name)]
    return None


def accepted(item: CallableType, name: str) -> Type:
    """What an overload takes for a parameter."""
    return _parameter(item, name) or unknown()


def _bound(item: CallableType) -> Type:
    model = get_proper_type(_parameter(item, MODEL) or unknown())
    return model.upper_bound if isinstance(model, TypeVarType) else model


_NAMES: dict[int, tuple[Type, frozenset[object]]] = {}
"""Id of a bound -> the bound, kept so that the id stays its own, and the names of its Literals."""


def literals(bound: Type) -> frozenset[object]:
    """The values of the Literals in a type."""
    known = _NAMES.get(id(bound))
    if known is None or known[0] is not bound:
        values = (get_proper_type(item) for item in items(bound))
        known = _NAMES[id(bound)] = (bound, frozenset(v.value for v in values if isinstance(v, LiteralType)))
    return known[1]


def takes(item: CallableType, model: Type) -> bool:
    """Whether an overload is for a model, or for all of several."""
    bound = _bound(item)
    for each in items(model):
        proper = get_proper_type(as_literal(each))
        if isinstance(proper, LiteralType):
            if proper.value not in literals(bound):
                return False
        elif not is_subtype(each, bound):
            return False
    return True


def _distance(item: CallableType, call: Asked, *, in_steps: bool) -> float:
    wrong = 0.0
    for name in ("temperature", "top_p", "reasoning"):
        wanted = _parameter(item, name)
        if name in call and wanted is not None and not is_subtype(call[name], wanted):
            wrong += 1.1 if isinstance(get_proper_type(wanted), NoneType) else 1
    if "reasoning" not in call and item.arg_kinds[item.arg_names.index("reasoning")] is ARG_NAMED:
        wrong += 0.4 if in_steps else MISSING_EFFORT
    if "api" in call and not is_subtype(call["api"], _api(item)):
        wrong += 2
    elif "api" not in call and _needs(item, "api"):
        wrong += 0.3 if in_steps else 2
    if "server" in call and "server" not in options(item):
        wrong += 2
    elif "server" not in call and _needs(item, "server"):
        wrong += 0.3 if in_steps else 2
    return wrong


def _of_any_api(item: CallableType, others: Iterable[CallableType]) -> CallableType:
    """The overload with Any for each option whose type depends on the API."""
    unpacked = get_proper_type(item.arg_types[-1])
    if not item.unpack_kwargs or not isinstance(unpacked, TypedDictType):
        return item
    declared = [options(other) for other in others]
    types = {
        name: typ if all(name in other and other[name] == typ for other in declared) else unknown()
        for name, typ in unpacked.items.items()
    }
    return item.copy_modified(arg_types=[*item.arg_types[:-1], unpacked.copy_modified(item_types=list(types.values()))])


def _api(item: CallableType) -> Type:
    return options(item).get("api", unknown())


def options(item: CallableType) -> Mapping[str, Type]:
    """The unpacked keyword options of an overload."""
    last = get_proper_type(item.arg_types[-1])
    return getattr(last, "items", {}) if item.unpack_kwargs else {}


def _needs(item: CallableType, option: str) -> bool:
    last = get_proper_type(item.arg_types[-1])
    return item.unpack_kwargs and option in getattr(last, "required_keys", ())


def _of(item: CallableType, model: Type) -> CallableType:
    """The overload for the model alone, which no type that is wanted around the call can change."""
    parameter = get_proper_type(_parameter(item, MODEL) or unknown())
    if not isinstance(parameter, TypeVarType):
        return item
    return expand_type(item, {parameter.id: model}).copy_modified(
        variables=[variable for variable in item.variables if variable.id != parameter.id]
    )


def joinable(typ: Type) -> Type:
    """The facade of one model, with the model in a union of one, so that a list of two keeps their models' names.

    mypy joins two Literals to `str`, but two unions to a union.
    """
    facade = get_proper_type(typ)
    if not isinstance(facade, Instance) or not facade.args or as_base(facade, CHAT_MODEL) is None:
        return typ
    model = get_proper_type(facade.args[0])
    if not isinstance(model, LiteralType):
        return typ
    return facade.copy_modified(args=[UnionType([model]), *facade.args[1:]])


def any_model(typ: Type) -> Type:
    """The facade, of any model; any other type as it is."""
    facade = get_proper_type(typ)
    if not isinstance(facade, Instance) or not facade.args or as_base(facade, CHAT_MODEL) is None:
        return typ
    return facade.copy_modified(args=[unknown(), *facade.args[1:]])


def refused_model(api: TypeChecker, function: Overloaded, model: Type, context: Context) -> None:
    """An error for a model that no overload has, with the names that resemble it."""
    unlisted = [part for part in items(model) if not any(takes(item, part) for item in function.items[:-1])]
    listed = [str(name) for item in function.items[:-1] for name in literals(_bound(item))]
    first = get_proper_type(unlisted[0] if unlisted else model)
    called = function.items[0].get_name() or "facade"
    if isinstance(first, LiteralType):
        refused_name(api, called, str(first.value), listed, context)
    else:
        _refused(api, called, format_type(first, api.options), "; see CustomModel", context)


def refused_name(api: TypeChecker, called: str, name: str, listed: Iterable[str], context: Context) -> None:
    """An error for a name that is not listed, with those that resemble it."""
    near = [f'"{match}"' for match in best_matches(name, sorted({*listed}), n=2)]
    _refused(api, called, f'"{name}"', f"; did you mean {' or '.join(near)}?" if near else "; see CustomModel", context)


def _refused(api: TypeChecker, called: str, shown: str, advice: str, context: Context) -> None:
    text = f'Argument 1 to "{called}" has incompatible type {shown}; expected a listed model{advice}'
    api.fail(text, context, code=ARG_TYPE)


def permissive(item: CallableType, ret: Type | None = None) -> CallableType:
    """A signature that takes everything, for a call that is already checked."""
    anything = AnyType(TypeOfAny.special_form)
    return item.copy_modified(
        arg_types=[anything, anything],
        arg_kinds=[ARG_STAR, ARG_STAR2],
        arg_names=[None, None],
        variables=[],
        unpack_kwargs=False,
        ret_type=item.ret_type if ret is None else ret,
        definition=None,
    )
