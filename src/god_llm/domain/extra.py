"""`extra`: request parameters that only one provider has, and how they join the request that a formatter wrote.

An extra is checked when it is given (`domain.extra_check`), combined with the facade's own (`combine_extra`), and
merged into the request last (`merge_extra`). It adds to the request and never overrides what a formatter wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.plain_json import JsonObject

__all__ = ["CustomExtra", "ExtraRules", "combine_extra", "merge_extra"]


class CustomExtra(dict[str, object]):
    """Request parameters that are sent without a check of their names and types.

    For a parameter that is newer than this library, or that only a compatible server knows:
    `extra=CustomExtra({"min_p": 0.1})`. It can no more override what a formatter wrote than any other extra.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraRules:
    """The rules for one API's `extra`. A path is the keys to a parameter, joined by dots: `"options.seed"`."""

    provider: str
    declared: type
    """A `TypedDict(total=False)`: parameter -> type of its value."""
    setting_of: Mapping[str, str]
    """Path of a parameter -> the field of `Settings` that writes it."""
    shared: frozenset[str] = field(default=frozenset())
    """The paths in `setting_of` that an extra may write too, in a request whose settings did not write them."""
    appended: frozenset[str] = field(default=frozenset())
    """The paths of lists to which an extra adds items."""
    reserved: frozenset[str] = field(default=frozenset())
    """The parameters that facade, formatter and transport write in every request."""

    def keyword(self, path: str) -> str | None:
        """The keyword to use in place of a parameter, such as `"max_tokens="`; None if no setting writes it.

        A parameter without a setting of its own has that of the object it is in, or those of its members.
        """
        parents = (self.setting_of.get(each) for each in _upwards(path))
        found = next(filter(None, parents), None)
        settings = [found] if found else [name for each, name in self.setting_of.items() if each.startswith(f"{path}.")]
        return ", ".join(_KEYWORDS.get(name, f"{name}=") for name in settings) or None


_KEYWORDS: Final[Mapping[str, str]] = {
    "tools": "with_tools(...)",
    "tool_choice": "with_tools(..., choice=...)",
    "response_schema": "generate_as(...)",
}
"""Settings for structured output, which is no keyword of a call."""


def _upwards(path: str) -> Iterator[str]:
    """The path itself, then that of each object around it."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def combine_extra(under: JsonObject | None, over: JsonObject | None) -> JsonObject | None:
    """The extra of a facade (`under`) and of one call (`over`) as one: the call wins, key by key.

    Objects are combined recursively, lists replaced. An object with a `type` is one of several alternatives and
    replaces the whole object below it: `{"type": "auto"}` keeps nothing of `{"type": "function", "name": "add"}`.
    Check each of the two before: the result no longer says whether one of them was a `CustomExtra`.
    """
    if not under or not over:
        return over or under
    return _combined(under, over)


def _combined(under: JsonObject, over: JsonObject) -> JsonObject:
    return {**under, **{key: _winner(under.get(key), value) for key, value in over.items()}}


def _winner(under: object, over: object) -> object:
    if isinstance(under, Mapping) and isinstance(over, Mapping) and "type" not in over:
        return _combined(under, over)
    return over


def merge_extra(request: JsonObject, extra: JsonObject, rules: ExtraRules) -> dict[str, object]:
    """The request with the extra in it; neither argument is changed.

    An absent key is set, an object merged into an object, and a list that `rules.appended` names is extended by the
    items that it does not hold yet.

    Raises:
        UnsupportedParameterError: the formatter wrote the same parameter.
    """
    return _merged(request, extra, "", rules)


def _merged(written: JsonObject, extra: JsonObject, prefix: str, rules: ExtraRules) -> dict[str, object]:
    added = {
        key: _joined(written[key], value, f"{prefix}{key}", rules) if key in written else value
        for key, value in extra.items()
    }
    return {**written, **added}


def _joined(written: object, value: object, path: str, rules: ExtraRules) -> object:
    if isinstance(written, Mapping) and isinstance(value, Mapping):
        return _merged(written, value, f"{path}.", rules)
    if path in rules.appended and isinstance(written, list | tuple) and isinstance(value, list | tuple):
        return _appended(written, value)
    raise _collision(path, rules)


def _appended(written: Sequence[object], items: Sequence[object]) -> list[object]:
    joined = [*written]
    for item in items:
        if item not in joined:
            joined.append(item)
    return joined


def _collision(path: str, rules: ExtraRules) -> UnsupportedParameterError:
    keyword = rules.keyword(path)
    remedy = f"set it by {keyword} alone" if keyword else "it comes from the messages or the model"
    return UnsupportedParameterError(
        f"extra can't override {path!r}, which the request already has: {remedy}, and leave it out of extra",
        provider=rules.provider,
    )
