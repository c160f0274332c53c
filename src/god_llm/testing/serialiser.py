"""Messages as text that a person can read and a diff can compare: the same in every run.

Left out: `id` and `created_at` of messages, `latency`, and `content` where parts say it. Made stable: the provider's
ids, numbered in order of appearance, so that it still shows which result belongs to which call; and the times in
metadata. Fields that hold nothing are left out too, so that a field which a later version adds changes no snapshot.
Everything else is there, parts in their order, keys of mappings sorted.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from pydantic import BaseModel

from god_llm.domain.exceptions import BaseLLMException
from god_llm.domain.messages import BaseMessage

__all__ = ["Filter", "Matcher", "Path", "serialise_messages"]

Path: TypeAlias = tuple[tuple[object, type], ...]
"""The way down to a value: names or numbers, each with the type of what is there. As syrupy has it."""


class Filter(Protocol):
    """Chooses fields; syrupy's `exclude=` and `include=`."""

    def __call__(self, *, prop: object, path: Path) -> bool:
        """Whether it is one of them."""
        ...


class Matcher(Protocol):
    """Replaces values; syrupy's `matcher=`."""

    def __call__(self, *, data: object, path: Path) -> object | None:
        """What to show in its place."""
        ...


_ORDER: Final = ("provider", "model", "response_model", "response_id", "tool_call_id", "name", "parts")
"""What of a message comes first; the rest follows as it is declared, `metadata` last."""
_IN_THE_TITLE: Final = frozenset({"role", "type"})
_ID: Final = re.compile(r"(?:.*_)?id|.*[a-z]Id")
_TIME: Final = re.compile(r"(?:.*_)?(?:duration|time|latency_ms|created|created_at|completed_at)")
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][\w.\-]*")
_UNSEEN: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_INDENT: Final = "  "


def serialise_messages(
    value: object, *, exclude: Filter | None = None, include: Filter | None = None, matcher: Matcher | None = None
) -> str:
    """A message, a conversation, results of a batch, deltas or an error, or any nesting of them, as text.

    Raises:
        TypeError: there is something in it that has no stable text.
    """
    return "\n".join(_Writer(exclude, include, matcher).lines(value, ()))


class _Writer:
    """Writes one snapshot; it knows the ids that have appeared in it."""

    def __init__(self, exclude: Filter | None, include: Filter | None, matcher: Matcher | None) -> None:
        self._exclude = exclude
        self._include = include
        self._matcher = matcher
        self._ids: dict[str, int] = {}

    def lines(self, value: object, path: Path) -> list[str]:
        """The value; a short one is a single line."""
        if self._matcher is not None:
            value = self._matcher(data=value, path=path)
        match value:
            case None | bool() | int() | float():
                return [json.dumps(value)]
            case str():
                return _text(value)
            case bytes():
                return [f'bytes "{base64.b64encode(value).decode("ascii")}"']
            case datetime():
                return [f"time {value.isoformat()}"]
            case Mapping():
                return self._pairs(sorted(value.items(), key=lambda pair: str(pair[0])), path) or ["{}"]
            case AbstractSet():
                return self._items(sorted(value, key=lambda item: self.lines(item, path)), path) or ["[]"]
            case Sequence():
                return self._items(value, path) or ["[]"]
            case _:
                title = type(value).__name__.partition("[")[0]
                return [title, *_deeper(self._pairs(_fields(value), path))]

    def _pairs(self, pairs: Iterable[tuple[object, object]], path: Path) -> list[str]:
        return [line for name, value in pairs if self._shown(name, path) for line in self._pair(name, value, path)]

    def _pair(self, name: object, value: object, path: Path) -> Iterator[str]:
        key = name if isinstance(name, str) and _PLAIN_KEY.fullmatch(name) else json.dumps(str(name))
        first, *rest = self.lines(self._stable(name, value, path), (*path, (name, type(value))))
        if _has_fields(value) or not (rest or first.startswith("|") or _has_items(value)):
            yield f"{key}: {first}"
            yield from rest
        else:
            yield f"{key}:"
            yield from _deeper([first, *rest])

    def _items(self, values: Iterable[object], path: Path) -> list[str]:
        lines: list[str] = []
        for number, value in enumerate(values):
            first, *rest = self.lines(value, (*path, (number, type(value))))
            lines += [f"- {first}", *_deeper(rest)]
        return lines

    def _shown(self, name: object, path: Path) -> bool:
        if path and path[-1][0] == "metadata" and name == "latency":
            return False
        if self._exclude is not None and self._exclude(prop=name, path=path):
            return False
        return self._include is None or self._include(prop=name, path=path)

    def _stable(self, name: object, value: object, path: Path) -> object:
        """An id as its number, a time as a word."""
        if isinstance(value, str) and value and _ID.fullmatch(str(name)):
            return _Placeholder(f"<id {self._ids.setdefault(value, len(self._ids) + 1)}>")
        inside_metadata = any(step == "metadata" for step, _ in path)
        if inside_metadata and isinstance(value, int | float) and _TIME.fullmatch(str(name)):
            return _Placeholder("<time>")
        return value


class _Placeholder(str):
    """What stands for something that differs from run to run."""

    __slots__ = ()


def _fields(value: object) -> list[tuple[str, object]]:
    """What an object of ours holds, without what is empty.

    Raises:
        TypeError: it is not one of ours, and has no fields to show.
    """
    match value:
        case BaseMessage():
            pairs = _of_message(value)
        case BaseModel():
            pairs = _of_model(value)
        case BaseException():
            pairs = _of_error(value)
        case _ if is_dataclass(value):
            pairs = [(field.name, getattr(value, field.name)) for field in fields(value)]
        case _:
            raise TypeError(f"a {type(value).__name__} has no text that is the same in every run")
    return [(name, held) for name, held in pairs if name not in _IN_THE_TITLE and not _empty(held)]


def _of_message(message: BaseMessage) -> list[tuple[str, object]]:
    known = {name: held for name, held in _of_model(message) if name not in {"id", "created_at"}}
    if known.get("parts"):
        known.pop("content", None)  # their text, joined
    metadata = known.pop("metadata", None)
    first = [(name, known.pop(name)) for name in _ORDER if name in known]
    return [*first, *known.items(), ("metadata", metadata)]


def _of_model(model: BaseModel) -> list[tuple[str, object]]:
    """The fields that say something: what has its default is left out."""
    known = type(model).model_fields
    pairs = [(name, getattr(model, name)) for name in known]
    return [(name, held) for name, held in pairs if known[name].is_required() or held != known[name].default]


def _of_error(error: BaseException) -> list[tuple[str, object]]:
    known: dict[str, object] = {"message": str(error)}
    if isinstance(error, BaseLLMException):
        known |= {**vars(error), "retryable": error.retryable}
    return [*known.items()]


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str | bytes | tuple | list | dict) and not value)


def _has_items(value: object) -> bool:
    return isinstance(value, Mapping | AbstractSet | list | tuple) and bool(value)


def _has_fields(value: object) -> bool:
    return isinstance(value, BaseModel | BaseException) or is_dataclass(value)


def _text(value: str) -> list[str]:
    """In quotes; a text with lines or quotes of its own as it is, each line behind a bar."""
    if isinstance(value, _Placeholder):
        return [str(value)]
    if _UNSEEN.search(value):
        return [json.dumps(value)]
    if any(character in value for character in '\n"\\'):
        return [f"| {line}" if line else "|" for line in value.split("\n")]
    return [json.dumps(value, ensure_ascii=False)]


def _deeper(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]
