"""The pieces a streamed answer comes in.

`index` tells which part of the message a piece belongs to; parts are ordered by it. The last delta is a
`FinishedDelta`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from god_llm.domain.finish import FinishReason
from god_llm.domain.parts import CitationPart, ContentPart
from god_llm.domain.plain_json import JsonDict, JsonObject
from god_llm.domain.usage import Usage

__all__ = [
    "CitationDelta",
    "Delta",
    "FinishedDelta",
    "PartDelta",
    "ReasoningDelta",
    "RefusalDelta",
    "StartedDelta",
    "TextDelta",
    "ToolCallDelta",
    "UsageDelta",
]


@dataclass(frozen=True, slots=True)
class StartedDelta:
    """The provider's id of the answer and its name of the model, once known."""

    response_id: str | None = None
    response_model: str | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More visible text."""

    text: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """More reasoning; `signature`, `data`, `id` and `provider_data` replace what was there before."""

    text: str = ""
    index: int = 0
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    provider_data: JsonDict | None = None


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """More of the model's words for refusing."""

    text: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The start of a tool call (`id`, `name`), or more of its arguments' JSON text.

    `provider_data` replaces what was there before.
    """

    index: int
    id: str | None = None
    name: str | None = None
    arguments: str = ""
    provider_data: JsonDict | None = None


@dataclass(frozen=True, slots=True)
class CitationDelta:
    """Where the text of the part at `index` comes from; it follows that part in the message."""

    citation: CitationPart
    index: int = 0


@dataclass(frozen=True, slots=True)
class PartDelta:
    """A part in its final form: it takes the place of whatever came at `index` before."""

    part: ContentPart
    index: int


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """The token counts so far; the last one stands."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class FinishedDelta:
    """The end of the answer, as the provider stated it."""

    finish_reason: FinishReason | None = None
    raw_finish_reason: str | None = None
    metadata: JsonObject = field(default_factory=dict)
    """Further facts about the answer, for `AIMessage.metadata`."""
    provider_data: JsonDict | None = None
    """Fields that go back to the provider with the message, for `AIMessage.provider_data`."""


Delta: TypeAlias = (
    TextDelta
    | ReasoningDelta
    | RefusalDelta
    | ToolCallDelta
    | CitationDelta
    | PartDelta
    | UsageDelta
    | StartedDelta
    | FinishedDelta
)
