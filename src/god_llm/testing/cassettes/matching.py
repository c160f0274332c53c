"""Which recorded request is the one that is asked, and how the nearest one differs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher, unified_diff
from typing import Final, TypeAlias

from god_llm.domain.plain_json import JsonValue

__all__ = ["Key", "difference", "key_of", "nearest"]

Key: TypeAlias = str
"""Two requests are the same if their keys are."""

_LONGEST_DIFF: Final = 60


def key_of(request: JsonValue, ignore: Collection[str] = ()) -> Key:
    """The request, normalised: the order of keys does not count, nor whether a number is written 1 or 1.0.

    Args:
        request: as it stands in the file.
        ignore: what does not count: the names of keys on the way down, joined by dots (`"seed"`, `"metadata.user_id"`).
            A list's items share the path of the list.
    """
    return json.dumps(_normal(request, frozenset(ignore), ""), sort_keys=True)


def nearest(request: JsonValue, recorded: Iterable[JsonValue]) -> JsonValue:
    """The recorded request that has most lines in common with this one, or None where there is none."""
    asked = _lines(request)
    return max(recorded, key=lambda other: SequenceMatcher(None, asked, _lines(other)).ratio(), default=None)


def difference(recorded: JsonValue, asked: JsonValue) -> str:
    """A readable diff from the recorded request to the one that is asked."""
    lines = [*unified_diff(_lines(recorded), _lines(asked), "recorded", "asked", lineterm="", n=2)]
    left_out = len(lines) - _LONGEST_DIFF
    return "\n".join([*lines[:_LONGEST_DIFF], *([f"... and {left_out} more lines"] if left_out > 0 else [])])


def _normal(value: JsonValue, ignore: frozenset[str], path: str) -> JsonValue:
    match value:
        case dict():
            below = {name: f"{path}.{name}" if path else name for name in value}
            return {n: _normal(item, ignore, below[n]) for n, item in value.items() if below[n] not in ignore}
        case list():
            return [_normal(item, ignore, path) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _lines(value: JsonValue) -> Sequence[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).split("\n")
