"""Anthropic's stream, event by event.

https://platform.claude.com/docs/en/build-with-claude/streaming

Blocks are numbered by `index`, and so are our parts. Text and thinking are handed out as they come. A
block of any other kind is collected here and handed out whole when it ends, since only then it is known
what it says; the arguments of a tool call are handed out on the way, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from pydantic import JsonValue
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
from god_llm.domain.parts import ToolCallPart
from god_llm.domain.plain_json import JsonDict, JsonObject
from god_llm.plugins.anthropic.blocks import attached_to_call, citation_of, part_of
from god_llm.plugins.anthropic.errors import failure
from god_llm.plugins.anthropic.vocabulary import FINISH_REASONS, attached_to_message, reply_metadata, usage_of
from god_llm.plugins.anthropic.wire import EVENT, Event, Reply, UsageDict

__all__ = ["AnthropicDecoder"]


class AnthropicDecoder:
    """Reads one stream."""

    def __init__(self) -> None:
        self._reply: Reply = {}
        self._usage: UsageDict = {}
        self._blocks: dict[int, JsonDict] = {}
        self._inputs: dict[int, str] = {}
        self._ended = False

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        kind, error = event.get("type"), failure(event)
        if error is not None:
            raise error
        reader = self._EVENTS.get(kind) if isinstance(kind, str) else None
        return () if reader is None else reader(self, validated(EVENT, event))

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if not self._ended:
            raise StreamInterruptedError("the stream ended without message_stop", provider="anthropic")
        raw = self._reply.get("stop_reason")
        called = any(block.get("type") == "tool_use" for block in self._blocks.values())
        reason = unified(raw, FINISH_REASONS, called=called)
        facts = reply_metadata({**self._reply, "usage": self._usage})
        return (FinishedDelta(reason, raw, facts, attached_to_message(self._reply)),)

    def _message_start(self, event: Event) -> Iterable[Delta]:
        self._reply = {**event.get("message", {})}
        return (
            StartedDelta(self._reply.get("id"), self._reply.get("model")),
            *self._counted(self._reply.get("usage")),
        )

    def _message_delta(self, event: Event) -> Iterable[Delta]:
        change = event.get("delta", {})
        for name in ("stop_reason", "stop_sequence"):
            value = change.get(name)
            if isinstance(value, str):
                self._reply[name] = value
        container = change.get("container")
        if isinstance(container, dict):
            self._reply["container"] = container
        return self._counted(event.get("usage"))

    def _message_stop(self, _: Event) -> Iterable[Delta]:
        self._ended = True
        return ()

    def _counted(self, usage: UsageDict | None) -> Iterable[Delta]:
        """Counts are running totals: a later one replaces an earlier one, and only the ones that are there."""
        for name, count in (usage or {}).items():
            if count is not None:
                self._usage[name] = count  # type: ignore[literal-required]  # the names are UsageDict's own
        total = usage_of(self._usage)
        return () if total is None else (UsageDelta(total),)

    def _block_start(self, event: Event) -> Iterable[Delta]:
        index, block = _index(event), event.get("content_block", {})
        self._blocks[index] = {**block}
        match block.get("type"):
            case "text":
                return (TextDelta(_said(block, "text"), index),)
            case "thinking":
                return (ReasoningDelta(_said(block, "thinking"), index, signature=_said(block, "signature") or None),)
            case "tool_use":
                return (ToolCallDelta(index, id=_said(block, "id") or None, name=_said(block, "name")),)
            case _:
                return ()

    def _block_delta(self, event: Event) -> Iterable[Delta]:
        index, delta = _index(event), event.get("delta", {})
        match delta.get("type"):
            case "text_delta":
                return (TextDelta(_said(delta, "text"), index),)
            case "thinking_delta":
                return (ReasoningDelta(_said(delta, "thinking"), index),)
            case "signature_delta":
                return (ReasoningDelta("", index, signature=_said(delta, "signature")),)
            case "citations_delta":
                citation = delta.get("citation")
                return (CitationDelta(citation_of(citation), index),) if isinstance(citation, dict) else ()
            case "input_json_delta":
                return self._input(index, _said(delta, "partial_json"))
            case "compaction_delta":
                block = self._block(index)
                block["content"] = _said(block, "content") + _said(delta, "content")
                return ()
            case _:
                return ()

    def _input(self, index: int, piece: str) -> Iterable[Delta]:
        self._inputs[index] = self._inputs.get(index, "") + piece
        return (ToolCallDelta(index, arguments=piece),) if self._block(index).get("type") == "tool_use" else ()

    def _block_stop(self, event: Event) -> Iterable[Delta]:
        index = _index(event)
        block, written = self._block(index), self._inputs.get(index, "")
        kind = block.get("type")
        if kind in ("text", "thinking"):
            return ()
        if written:
            try:
                block["input"] = _object(written)
            except ValueError:
                if kind == "tool_use":  # the model broke off, or wrote no JSON: it is kept as it is
                    name = _said(block, "name")
                    call = ToolCallPart(
                        id=_said(block, "id") or None,
                        name=name,
                        raw_arguments=written,
                        provider_data=attached_to_call({**block, "input": None}),
                    )
                    return (PartDelta(call, index),)
                block["input"] = written
        return (PartDelta(part_of(block), index),)

    def _block(self, index: int) -> JsonDict:
        if index not in self._blocks:
            raise MalformedResponseError(f"block {index} was not started", provider="anthropic")
        return self._blocks[index]

    _EVENTS: ClassVar[Mapping[str, Callable[[AnthropicDecoder, Event], Iterable[Delta]]]] = {
        "message_start": _message_start,
        "content_block_start": _block_start,
        "content_block_delta": _block_delta,
        "content_block_stop": _block_stop,
        "message_delta": _message_delta,
        "message_stop": _message_stop,
    }


def _index(event: Event) -> int:
    if "index" not in event:
        raise MalformedResponseError(f"{event.get('type')} without an index", provider="anthropic")
    return event["index"]


def _said(block: JsonDict, name: str) -> str:
    value = block.get(name)
    return value if isinstance(value, str) else ""


def _object(text: str) -> JsonValue:
    value: JsonValue = from_json(text)
    if not isinstance(value, dict):
        raise ValueError("not an object")  # noqa: TRY004 - a fault of the text, like broken JSON
    return value
