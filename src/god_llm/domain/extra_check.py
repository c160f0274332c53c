"""The check of an `extra` at run time, by the annotations of the API's TypedDict: what a type checker would say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Final, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import is_typeddict

from god_llm.domain.exceptions import BaseLLMException, InvalidSettingError, UnsupportedParameterError
from god_llm.domain.extra import CustomExtra, ExtraRules
from god_llm.domain.plain_json import JsonObject

__all__ = ["check_extra"]

_SHORT: Final = 30
"""The longest text, in characters, that an error quotes."""


def check_extra(extra: JsonObject, rules: ExtraRules) -> None:
    """Accept an extra whose keys and values the API's TypedDict declares, and any `CustomExtra`.

    Raises:
        UnsupportedParameterError: a key is unknown, or is that of a setting, or is written by every request; the
            last also in a `CustomExtra`.
        InvalidSettingError: a value has another type than declared.
    """
    if not isinstance(extra, Mapping):
        raise InvalidSettingError(f"extra must be a dict of request parameters: {_shown(extra)} is not")
    _refuse_reserved(extra, rules)
    if isinstance(extra, CustomExtra):
        return
    _refuse_settings(extra, rules)
    problems = _problems(extra, rules.declared)
    if problems:
        # Raised out here: pydantic's error quotes every value, and one may be a token.
        raise _explained(problems[0], rules)


def _refuse_reserved(extra: JsonObject, rules: ExtraRules) -> None:
    for key in sorted(rules.reserved & extra.keys()):
        raise UnsupportedParameterError(
            f"{rules.provider}'s parameter {key!r} can't be an extra, since every request sets it: leave it out",
            provider=rules.provider,
        )


def _refuse_settings(extra: JsonObject, rules: ExtraRules) -> None:
    for path in rules.setting_of:
        if path not in rules.shared and _holds(extra, path.split(".")):
            raise UnsupportedParameterError(
                f"{rules.provider}'s parameter {path!r} is a setting: pass {rules.keyword(path)} in place of an extra",
                provider=rules.provider,
            )


def _holds(value: object, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            return False
        value = value[key]
    return True


@cache
def _adapter(declared: type) -> TypeAdapter[object]:
    return TypeAdapter(declared)


def _problems(extra: JsonObject, declared: type) -> Sequence[ErrorDetails]:
    try:
        _adapter(declared).validate_python(dict(extra), strict=True, extra="forbid")
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    return ()


def _explained(problem: ErrorDetails, rules: ExtraRules) -> BaseLLMException:
    path, wanted, siblings = _place(problem["loc"], rules.declared)
    if wanted is None:
        return _unknown(path, siblings, rules)
    return InvalidSettingError(
        f"extra {path!r} must be {_described(wanted)}: {_shown(problem['input'])} does not fit", provider=rules.provider
    )


def _place(loc: Sequence[str | int], fields: type) -> tuple[str, object, Iterable[str]]:
    """The path of a problem as far as it is declared, the type declared there (None: none), and the keys beside it."""
    hints = get_type_hints(fields)
    key, rest = str(loc[0]), loc[1:]
    hint = hints.get(key)
    if rest and isinstance(hint, type) and is_typeddict(hint):
        path, wanted, siblings = _place(rest, hint)
        return f"{key}.{path}", wanted, siblings
    return key, hint, hints


def _unknown(path: str, siblings: Iterable[str], rules: ExtraRules) -> UnsupportedParameterError:
    return UnsupportedParameterError(
        f"{rules.provider} has no request parameter {path!r}.{_suggestion(path, siblings, rules)} A parameter that this"
        " version does not know can be sent in extra=CustomExtra({...})",
        provider=rules.provider,
    )


def _suggestion(path: str, siblings: Iterable[str], rules: ExtraRules) -> str:
    """A suggestion: a setting by our name, or the nearest parameter, of an extra or a setting."""
    prefix, _, key = path.rpartition(".")
    written = rules.keyword(path) or (f"{key}=" if key in rules.setting_of.values() else None)
    if written:
        return f" Pass {written} in place of an extra."
    start = f"{prefix}." if prefix else ""
    settings = [each.removeprefix(start) for each in rules.setting_of if each.startswith(start)]
    near = get_close_matches(key, [*siblings, *settings], n=1)
    if not near:
        return ""
    keyword = None if near[0] in siblings else rules.keyword(start + near[0])
    return f" Did you mean {start + near[0]!r}{f', which is the setting {keyword}' if keyword else ''}?"


def _described(hint: object) -> str:
    """A type as an error names it: `bool or None`, `'auto' or 'disabled'`, `Sequence[dict]`."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(map(_described, arguments))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if hint is NoneType:
        return "None"
    name = str(getattr(hint, "__name__", hint))
    return f"{name}[{', '.join(map(_described, arguments))}]" if arguments else name


def _shown(value: object) -> str:
    """A short value itself, of any other the type alone: it may hold a token."""
    if value is None or isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _SHORT):
        return repr(value)
    return f"a value of type {type(value).__name__}"
