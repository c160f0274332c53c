"""What crosses Parrot's wire."""

from __future__ import annotations

from typing import Final, Literal, NotRequired

from typing_extensions import TypedDict

from god_llm.provider_kit import Shape

__all__ = ["LINE", "REPLY", "Line", "Reply", "Request", "Turn", "Words"]


class Turn(TypedDict):
    """What one of the two said."""

    who: Literal["you", "parrot"]
    text: str


class Request(TypedDict):
    """A request."""

    model: str
    turns: list[Turn]
    heat: NotRequired[float]
    limit: NotRequired[int]


class Words(TypedDict, total=False):
    """Counts of words."""

    heard: int
    said: int


class Reply(TypedDict):
    """A whole reply."""

    id: str
    model: str
    said: str
    why: str
    words: NotRequired[Words]


class Line(TypedDict, total=False):
    """A line of a stream; which fields it has depends on where it stands."""

    id: str
    model: str
    piece: str
    why: str
    words: Words


REPLY: Final = Shape(Reply)
LINE: Final = Shape(Line)
