"""Collects the deltas of one stream into the message they make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

from typing_extensions import override

from god_llm.domain.deltas import (
    CitationDelta,
    Delta,
    FinishedDelta,
    PartDelta,
    ReasoningDelta,
    RefusalDelta,
    StartedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ReasoningPart,
    RefusalPart,
    TextPart,
    ToolCallPart,
)
from god_llm.domain.plain_json import JsonDict
from god_llm.domain.usage import Usage

__all__ = ["Collector"]


class _Growing(Protocol):
    """A part that is not whole yet."""

    def part(self) -> ContentPart: ...


class _Text:
    def __init__(self) -> None:
        self.pieces: list[str] = []

    def part(self) -> ContentPart:
        return TextPart(text="".join(self.pieces))


class _Refusal(_Text):
    @override
    def part(self) -> ContentPart:
        return RefusalPart(text="".join(self.pieces))


class _Reasoning(_Text):
    signature: str | None = None
    data: str | None = None
    id: str | None = None
    provider_data: JsonDict | None = None

    @override
    def part(self) -> ContentPart:
        return ReasoningPart(
            text="".join(self.pieces),
            signature=self.signature,
            data=self.data,
            id=self.id,
            provider_data=self.provider_data,
        )


class _ToolCall(_Text):
    id: str | None = None
    name: str | None = None
    provider_data: JsonDict | None = None

    @override
    def part(self) -> ContentPart:
        return ToolCallPart(
            id=self.id,
            name=self.name or "",
            raw_arguments="".join(self.pieces),
            provider_data=self.provider_data,
        )


_TextT = TypeVar("_TextT", bound=_Text)


class _Whole:
    def __init__(self, part: ContentPart) -> None:
        self._part = part

    def part(self) -> ContentPart:
        return self._part


class Collector:
    """Takes each delta as it comes; `message()` is what they say so far."""

    def __init__(self) -> None:
        self._parts: dict[int, _Growing] = {}
        self._citations: dict[int, list[CitationPart]] = {}
        self._started = StartedDelta()
        self._finished = FinishedDelta()
        self._usage: Usage | None = None
        self.finished: bool = False
        """True once a `FinishedDelta` has been added."""

    def add(self, delta: Delta) -> None:
        """Take the next delta."""
        match delta:
            case TextDelta():
                self._slot(delta.index, _Text).pieces.append(delta.text)
            case ReasoningDelta():
                self._add_reasoning(delta)
            case ToolCallDelta():
                self._add_tool_call(delta)
            case RefusalDelta():
                self._slot(delta.index, _Refusal).pieces.append(delta.text)
            case PartDelta():
                self._parts[delta.index] = _Whole(delta.part)
            case CitationDelta():
                self._citations.setdefault(delta.index, []).append(delta.citation)
            case UsageDelta():
                self._usage = delta.usage
            case StartedDelta():
                self._started = delta
            case FinishedDelta():
                self._finished = delta
                self.finished = True

    @property
    def begun(self) -> bool:
        """Whether anything of an answer came."""
        return bool(self._parts) or self._started != StartedDelta()

    def message(self) -> AIMessage:
        """The message so far; whole once a `FinishedDelta` was taken."""
        return AIMessage(
            parts=tuple(self._ordered()),
            response_id=self._started.response_id,
            response_model=self._started.response_model,
            usage=self._usage,
            finish_reason=self._finished.finish_reason,
            raw_finish_reason=self._finished.raw_finish_reason,
            metadata=dict(self._finished.metadata),
            provider_data=self._finished.provider_data,
        )

    def _ordered(self) -> Iterator[ContentPart]:
        for index in sorted(self._parts.keys() | self._citations.keys()):
            growing = self._parts.get(index)
            if growing is not None:
                yield growing.part()
            yield from self._citations.get(index, ())

    def _slot(self, index: int, kind: type[_TextT]) -> _TextT:
        slot = self._parts.get(index)
        if type(slot) is not kind:
            slot = self._parts[index] = kind()
        return slot

    def _add_reasoning(self, delta: ReasoningDelta) -> None:
        slot = self._slot(delta.index, _Reasoning)
        slot.pieces.append(delta.text)
        slot.signature = delta.signature or slot.signature
        slot.data = delta.data or slot.data
        slot.id = delta.id or slot.id
        slot.provider_data = delta.provider_data or slot.provider_data

    def _add_tool_call(self, delta: ToolCallDelta) -> None:
        slot = self._slot(delta.index, _ToolCall)
        slot.pieces.append(delta.arguments)
        slot.id = delta.id or slot.id
        slot.name = delta.name or slot.name
        slot.provider_data = delta.provider_data or slot.provider_data
