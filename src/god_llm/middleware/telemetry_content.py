"""Prompts and answers in the JSON that OpenTelemetry's GenAI conventions have for spans.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pydantic_core import to_json

from god_llm.domain.deltas import Delta, PartDelta, ReasoningDelta, RefusalDelta, TextDelta, ToolCallDelta
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from god_llm.domain.parts import (
    AudioPart,
    ContentPart,
    DocumentPart,
    ImagePart,
    ReasoningPart,
    RefusalPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)

__all__ = ["StreamedParts", "input_messages", "output_messages", "system_instructions"]

Json = dict[str, object]

_MODALITIES: Final[dict[type[ContentPart], str]] = {ImagePart: "image", DocumentPart: "document", AudioPart: "audio"}


def system_instructions(messages: Iterable[BaseMessage]) -> str | None:
    """The system messages; None where there are none."""
    texts: list[Json] = [
        {"type": "text", "content": each.content} for each in messages if isinstance(each, SystemMessage)
    ]
    return _text(texts) if texts else None


def input_messages(messages: Iterable[BaseMessage]) -> str:
    """All other messages."""
    return _text([_message(each) for each in messages if not isinstance(each, SystemMessage)])


def output_messages(parts: Sequence[Json], finish_reason: str | None) -> str:
    """The answer."""
    answer: Json = {"role": "assistant", "parts": parts, "finish_reason": finish_reason or "other"}
    return _text([answer])


class StreamedParts:
    """The parts of an answer, put together from its deltas."""

    def __init__(self) -> None:
        self._parts: dict[int, Json] = {}

    def whole(self, message: AIMessage) -> None:
        """Take the parts of a whole answer."""
        self._parts = dict(enumerate(map(_part, message.parts)))

    def add(self, delta: Delta) -> None:
        """Take a delta."""
        match delta:
            case TextDelta():
                self._append(delta.index, "text", "content", delta.text)
            case ReasoningDelta():
                self._append(delta.index, "reasoning", "content", delta.text)
            case RefusalDelta():
                self._append(delta.index, "refusal", "content", delta.text)
            case ToolCallDelta():
                slot = self._append(delta.index, "tool_call", "arguments", delta.arguments)
                slot.update({name: value for name in ("id", "name") if (value := getattr(delta, name)) is not None})
            case PartDelta():
                self._parts[delta.index] = _part(delta.part)
            case _:
                pass

    def parts(self) -> Sequence[Json]:
        """The parts so far, in order."""
        return [part for _, part in sorted(self._parts.items())]

    def _append(self, index: int, kind: str, name: str, text: str) -> Json:
        slot = self._parts.setdefault(index, {"type": kind, name: ""})
        slot[name] = f"{slot.get(name, '')}{text}"
        return slot


def _message(message: BaseMessage) -> Json:
    role: str = getattr(message, "role", "user")
    if isinstance(message, ToolMessage):
        answer = {"type": "tool_call_response", "id": message.tool_call_id, "response": message.content}
        return {"role": role, "parts": [answer]}
    parts: Sequence[ContentPart] = getattr(message, "parts", ())
    return {"role": role, "parts": [_part(part) for part in parts]}


def _part(part: ContentPart) -> Json:
    """A part; of files only what they are, never the bytes."""
    match part:
        case TextPart() | RefusalPart() | ReasoningPart():
            return {"type": part.type, "content": part.text}
        case ToolCallPart():
            return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": part.raw_arguments}
        case ToolResultPart():
            return {"type": "tool_call_response", "id": part.tool_call_id, "response": part.content}
        case ImagePart() | DocumentPart() | AudioPart():
            modality = _MODALITIES[type(part)]
            if part.url is not None:
                return {"type": "uri", "modality": modality, "mime_type": part.media_type, "uri": part.url}
            return {"type": "blob", "modality": modality, "mime_type": part.media_type}
        case _:
            return {"type": part.type}


def _text(value: Sequence[Json]) -> str:
    return to_json(value).decode()
