"""Bedrock's stream, event by event.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html

Blocks are numbered by `contentBlockIndex`, and so are our parts. Text and reasoning have no start event and
are handed out as they come. A block that has one is collected here and handed out whole when it ends; the
arguments of a tool call are handed out on the way, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from pydantic_core import from_json

from god_llm.dialects.replies import validated
from god_llm.domain.deltas import (
    CitationDelta,
    Delta,
    FinishedDelta,
    PartDelta,
    ReasoningDelta,
    StartedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from god_llm.domain.exceptions import MalformedResponseError, StreamInterruptedError
from god_llm.domain.finish import unified
from god_llm.domain.parts import ReasoningPart, ToolCallPart
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.bedrock.blocks import SERVER_TOOL, attached_to_call, blob, citation_of, part_of
from god_llm.plugins.bedrock.errors import reported
from god_llm.plugins.bedrock.vocabulary import FINISH_REASONS, reply_metadata, usage_of
from god_llm.plugins.bedrock.wire import EVENT, Block, BlockEvent, Event, Facts

__all__ = ["BedrockDecoder"]


class _Open:
    """A block that has started, or of which only pieces come: its kind, and what it says so far."""

    def __init__(self, kind: str, body: dict[str, object]) -> None:
        self.kind = kind
        self.body = body
        self.written = ""
        """The JSON text of a tool's input."""

    @property
    def calls(self) -> bool:
        """Whether the application is to run it."""
        return self.kind == "toolUse" and self.body.get("type") != SERVER_TOOL

    def block(self) -> Block:
        """The block as a whole reply would have it."""
        return {self.kind: self.body}


class BedrockDecoder:
    """Reads one stream."""

    def __init__(self) -> None:
        self._facts: Facts = {}
        self._blocks: dict[int, _Open] = {}
        self._signatures: dict[int, str] = {}
        self._hidden: dict[int, bytes] = {}
        self._called = False
        self._ended = False

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        for name, body in event.items():
            if name.endswith("Exception"):
                raise _reported(name, body)
        known = validated(EVENT, event)
        return [delta for name, read in self._EVENTS.items() if name in known for delta in read(self, known)]

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if not self._ended:
            raise StreamInterruptedError("the stream ended without messageStop", provider="bedrock")
        raw = self._facts.get("stopReason")
        reason = unified(raw, FINISH_REASONS, called=self._called)
        return (FinishedDelta(reason, raw, reply_metadata(self._facts)),)

    def _started(self, event: Event) -> Iterable[Delta]:
        return (StartedDelta(event["ResponseMetadata"].get("RequestId")),)

    def _block_start(self, event: Event) -> Iterable[Delta]:
        start = event["contentBlockStart"]
        index = _index(start)
        for kind, said in (start.get("start") or {}).items():
            if said is None:
                continue
            block = self._blocks[index] = _Open(kind, {**said} if isinstance(said, dict) else {})
            if block.calls:
                self._called = True
                return (ToolCallDelta(index, id=_text(block.body, "toolUseId"), name=_text(block.body, "name") or ""),)
        return ()

    def _block_delta(self, event: Event) -> Iterable[Delta]:
        change = event["contentBlockDelta"]
        index = _index(change)
        match change.get("delta"):
            case {"text": str(text)}:
                return (TextDelta(text, index),)
            case {"toolUse": dict(use)}:
                return self._input(index, _text(use, "input") or "")
            case {"reasoningContent": dict(thought)}:
                return self._reasoning(index, thought)
            case {"citation": dict(citation)}:
                return (CitationDelta(citation_of(citation), index),)
            case dict(other):
                self._collect(index, other)
                return ()
            case _:
                return ()

    def _input(self, index: int, piece: str) -> Iterable[Delta]:
        block = self._blocks.get(index)
        if block is None:
            raise MalformedResponseError(f"the tool use in block {index} was not started", provider="bedrock")
        block.written += piece
        return (ToolCallDelta(index, arguments=piece),) if block.calls else ()

    def _reasoning(self, index: int, thought: Mapping[str, object]) -> Iterable[Delta]:
        match thought:
            case {"text": str(text)}:
                return (ReasoningDelta(text, index),)
            case {"signature": str(piece)}:
                self._signatures[index] = self._signatures.get(index, "") + piece
                return (ReasoningDelta("", index, signature=self._signatures[index]),)
            case {"redactedContent": bytes() | str() as piece}:
                hidden = self._hidden[index] = self._hidden.get(index, b"") + blob(piece)
                whole = part_of({"reasoningContent": {"redactedContent": hidden}})
                assert isinstance(whole, ReasoningPart)
                return (ReasoningDelta("", index, data=whole.data),)
            case _:
                return ()

    def _collect(self, index: int, pieces: Mapping[str, object]) -> None:
        """More of a block that is handed out when it ends: lists grow, bytes join, everything else is replaced."""
        for kind, piece in pieces.items():
            block = self._blocks.setdefault(index, _Open(kind, {}))
            if isinstance(piece, list):
                said = block.body.setdefault("content", [])
                if isinstance(said, list):
                    said.extend(piece)
            elif isinstance(piece, dict):
                block.body.update(_joined(block.body, piece))

    def _block_stop(self, event: Event) -> Iterable[Delta]:
        index = _index(event["contentBlockStop"])
        block = self._blocks.get(index)
        if block is None:
            return ()
        if block.kind == "toolUse":
            try:
                block.body["input"] = _object(block.written)
            except ValueError:
                if block.calls:  # the model broke off, or wrote no JSON: it is kept as it is
                    ident, name = _text(block.body, "toolUseId"), _text(block.body, "name") or ""
                    attached = attached_to_call(block.body)
                    call = ToolCallPart(id=ident, name=name, raw_arguments=block.written, provider_data=attached)
                    return (PartDelta(call, index),)
                block.body["input"] = block.written
        return (PartDelta(part_of(block.block()), index),)

    def _message_stop(self, event: Event) -> Iterable[Delta]:
        self._facts = {**self._facts, **event["messageStop"]}
        self._ended = True
        return ()

    def _metadata(self, event: Event) -> Iterable[Delta]:
        self._facts = {**self._facts, **event["metadata"]}
        usage = usage_of(event["metadata"].get("usage"))
        return () if usage is None else (UsageDelta(usage),)

    _EVENTS: ClassVar[Mapping[str, Callable[[BedrockDecoder, Event], Iterable[Delta]]]] = {
        "ResponseMetadata": _started,
        "contentBlockStart": _block_start,
        "contentBlockDelta": _block_delta,
        "contentBlockStop": _block_stop,
        "messageStop": _message_stop,
        "metadata": _metadata,
    }


def _reported(name: str, body: object) -> Exception:
    """An error inside a stream; our transport raises it itself, a recording may hold it as an event."""
    message = body.get("message") if isinstance(body, dict) else None
    return reported(name, message if isinstance(message, str) else "", body=body)


def _index(event: BlockEvent) -> int:
    if "contentBlockIndex" not in event:
        raise MalformedResponseError("an event of a block without contentBlockIndex", provider="bedrock")
    return event["contentBlockIndex"]


def _text(block: Mapping[str, object], name: str) -> str | None:
    value = block.get(name)
    return value if isinstance(value, str) else None


def _joined(said: Mapping[str, object], piece: Mapping[str, object]) -> dict[str, object]:
    """What a piece adds: the bytes of an image come in several."""
    match said, piece:
        case {"source": {"bytes": bytes() | str() as before}}, {"source": {"bytes": bytes() | str() as more}}:
            return {**piece, "source": {"bytes": blob(before) + blob(more)}}
        case _:
            return {**piece}


def _object(text: str) -> dict[str, object]:
    value: object = from_json(text) if text.strip() else {}
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a fault of the text, like broken JSON
    return value
