"""What is wrong with a request, found with pydantic; each wire says it in its provider's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import JsonValue, TypeAdapter, ValidationError

__all__ = ["Complaint", "Path", "bearer_of", "complaint_about", "limit_of", "objects", "text_of", "unpaired"]

Path: TypeAlias = tuple[str | int, ...]
"""Where in the request: names and positions from the top."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """The first thing wrong with a request.

    Attributes:
        kind: pydantic's name of it (`missing`, `extra_forbidden`, `string_type`, ...).
        path: where.
        message: what, for a reader.
    """

    kind: str
    path: Path
    message: str

    def at(self, pattern: str = "{}", between: str = ".") -> str:
        """The path as text: `messages.0.role`, or with the pattern `[{}]` for positions `messages[0].role`."""
        text = ""
        for step in self.path:
            if isinstance(step, int) and pattern != "{}":
                text += pattern.format(step)
            else:
                text += f"{between if text else ''}{step}"
        return text


def complaint_about(body: JsonValue, adapter: TypeAdapter[object]) -> Complaint | None:
    """What is wrong with a body, judged by its documented shape; None where nothing is.

    Where a value fits none of several shapes, the complaint is about the one that it fits best.
    """
    try:
        adapter.validate_python(body, strict=True)
    except ValidationError as error:
        found = [
            _complaint(detail["type"], detail["loc"], detail["msg"], body)
            for detail in error.errors(include_url=False, include_context=False, include_input=False)
        ]
        return max(found, key=lambda complaint: len(complaint.path))
    return None


def _complaint(kind: str, steps: Sequence[str | int], message: str, body: JsonValue) -> Complaint:
    if kind == "union_tag_not_found":  # the field that tells the members of a union apart: a role or a type
        path = _path(steps, body, missing=False)
        return Complaint("missing", (*path, "role" if path[:-1] == ("messages",) else "type"), "Field required")
    return Complaint(kind, _path(steps, body, missing=kind == "missing"), message)


def _path(steps: Sequence[str | int], body: JsonValue, *, missing: bool) -> Path:
    """The steps that lead through the body: pydantic's also name the members of unions."""
    path: list[str | int] = []
    here: JsonValue = body
    for step in steps:
        match here, step:
            case dict(), str() if step in here:
                here = here[step]
            case list(), int() if step < len(here):
                here = here[step]
            case _:
                continue
        path.append(step)
    return (*path, steps[-1]) if missing else tuple(path)


def unpaired(calls: Iterable[str], results: Iterable[str]) -> tuple[list[str], list[str]]:
    """The calls that no result answers, and the results that answer no call."""
    called, answered = list(calls), list(results)
    return (
        [ident for ident in called if ident not in answered],
        [ident for ident in answered if ident not in called],
    )


def objects(value: object) -> Iterator[dict[str, JsonValue]]:
    """The objects in a list; none for anything else."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def text_of(content: object) -> str:
    """The visible text of a content: text as it is, or that of its parts."""
    if isinstance(content, str):
        return content
    return "".join(text for part in objects(content) if isinstance(text := part.get("text"), str))


def limit_of(settings: Mapping[str, object], *names: str) -> int | None:
    """The most tokens that an answer may have, by the first of these names that says so."""
    return next((value for name in names if isinstance(value := settings.get(name), int)), None)


def bearer_of(authorization: str) -> str:
    """The key of an `Authorization: Bearer` header, or nothing."""
    scheme, _, key = authorization.partition(" ")
    return key if scheme.lower() == "bearer" else ""
