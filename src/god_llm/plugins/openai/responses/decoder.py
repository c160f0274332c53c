"""A stream of OpenAI's Responses API, event by event.

https://platform.openai.com/docs/api-reference/responses-streaming

Items have places (`item_places.py`), and the content of a message is numbered by `content_index`; a part's index is
made of both. Text, refusals, reasoning and arguments are handed out as they come. When an item is done, whatever of it
has not been handed out follows, so that servers that send fewer events than OpenAI are read too. The last
event shows the whole response again: it has the last word, item by item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, Final

from god_llm.dialects.logprobs import token_logprobs
from god_llm.dialects.replies import validated
from god_llm.domain.deltas import (
    CitationDelta,
    Delta,
    PartDelta,
    ReasoningDelta,
    RefusalDelta,
    StartedDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from god_llm.domain.exceptions import StreamInterruptedError
from god_llm.domain.parts import CitationPart, ContentPart, ReasoningPart, RefusalPart, TextPart, ToolCallPart
from god_llm.domain.plain_json import JsonDict, JsonObject, JsonValue
from god_llm.plugins.openai.errors import response_failure
from god_llm.plugins.openai.responses.item_places import ItemPlaces
from god_llm.plugins.openai.responses.items import PARAGRAPH, citation_of, parts_of_item, said
from god_llm.plugins.openai.responses.vocabulary import ending, usage_of
from god_llm.plugins.openai.responses.wire import EVENT, Event, Reply

__all__ = ["OpenAIResponsesDecoder"]

_PLACES: Final = 1000
"""How many content parts an item has room for in the numbering of parts."""


class OpenAIResponsesDecoder:
    """Reads one stream."""

    def __init__(self) -> None:
        self._reply: Reply = {}
        self._started = StartedDelta()
        self._places = ItemPlaces()
        self._done: set[int] = set()
        self._said: dict[int, list[str]] = {}
        self._whole: set[int] = set()
        self._cited: Counter[int] = Counter()
        self._paragraph: dict[int, tuple[str, int]] = {}
        self._logprobs: list[JsonValue] = []
        self._ended = False

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """See `StreamDecoder.feed`."""
        kind, error = event.get("type"), response_failure(event)
        if error is not None:
            raise error
        reader = self._EVENTS.get(kind) if isinstance(kind, str) else None
        return () if reader is None else tuple(reader(self, validated(EVENT, event)))

    def finish(self) -> Iterable[Delta]:
        """See `StreamDecoder.finish`."""
        if not self._ended:
            raise StreamInterruptedError("the stream ended without response.completed", provider="openai")
        items = self._places.items
        output = self._reply.get("output") or [items[place] for place in sorted(items)]
        return (ending(self._reply, output, self._logprobs),)

    # -- the response -------------------------------------------------------------------------------------

    def _response(self, event: Event) -> Iterator[Delta]:
        response = event.get("response") or {}
        started = StartedDelta(response.get("id"), response.get("model"))
        if started != self._started:
            self._started = started
            yield started

    def _end(self, event: Event) -> Iterator[Delta]:
        response: Reply = {"status": event["type"].removeprefix("response."), **(event.get("response") or {})}
        yield from self._response(event)
        output = response.get("output") or []
        for place, item in zip(self._places.of_output(output), output, strict=True):
            if place not in self._done or self._places.items[place] != item:
                self._places.items[place] = item
                yield from self._settled(place, item)
        usage = usage_of(response.get("usage"))
        if usage is not None:
            yield UsageDelta(usage)
        self._reply, self._ended = response, True

    # -- items --------------------------------------------------------------------------------------------

    def _item_added(self, event: Event) -> Iterator[Delta]:
        item = event.get("item")
        if not item:  # some servers number an item that is null
            return
        index = self._places.added(event, item) * _PLACES
        match item.get("type"):
            case "function_call":
                self._said[index] = []
                yield ToolCallDelta(index, id=said(item, "call_id") or None, name=said(item, "name") or None)
            case "reasoning":
                self._said[index] = []
                yield ReasoningDelta("", index, id=said(item, "id") or None)
            case _:
                return

    def _item_done(self, event: Event) -> Iterator[Delta]:
        item = event.get("item")
        return self._settled(self._places.done(event, item), item) if item else iter(())

    def _settled(self, place: int, item: JsonDict) -> Iterator[Delta]:
        """What of a finished item was not handed out before, or not so."""
        self._done.add(place)
        cited: Counter[int] = Counter()
        for content, part in parts_of_item(item):
            index = place * _PLACES + content
            if not isinstance(part, CitationPart):
                yield from self._settled_part(index, part)
                continue
            cited[index] += 1
            if cited[index] > self._cited[index]:
                self._cited[index] = cited[index]
                yield CitationDelta(part, index)

    def _settled_part(self, index: int, part: ContentPart) -> Iterator[Delta]:
        text = _growing(part)
        if text is None:
            yield PartDelta(part, index)
            return
        pieces, self._said[index] = self._said.get(index), [text]
        before = "".join(pieces or ())
        goes_on = index not in self._whole and text.startswith(before)
        if goes_on and (pieces is None or len(text) > len(before)):
            yield from _more(part, text[len(before) :], index)
        if not goes_on or isinstance(part, ReasoningPart | ToolCallPart):
            self._whole.add(index)
            yield PartDelta(part, index)

    def _index(self, event: Event) -> int:
        return self._places.of(event) * _PLACES + (event.get("content_index") or 0)

    # -- what grows ---------------------------------------------------------------------------------------

    def _text(self, event: Event) -> Iterable[Delta]:
        index, piece = self._grown(event)
        if event.get("logprobs"):
            self._logprobs.extend(token_logprobs(event.get("logprobs")))
        return (TextDelta(piece, index),)

    def _refusal(self, event: Event) -> Iterable[Delta]:
        index, piece = self._grown(event)
        return (RefusalDelta(piece, index),)

    def _arguments(self, event: Event) -> Iterable[Delta]:
        index, piece = self._grown(event)
        return (ToolCallDelta(index, arguments=piece),)

    def _summary(self, event: Event) -> Iterable[Delta]:
        return self._thought(event, ("summary", (event.get("summary_index") or 0)))

    def _reasoning(self, event: Event) -> Iterable[Delta]:
        return self._thought(event, ("content", (event.get("content_index") or 0)))

    def _thought(self, event: Event, paragraph: tuple[str, int]) -> Iterable[Delta]:
        index, piece = self._places.of(event) * _PLACES, event.get("delta") or ""
        pieces = self._said.setdefault(index, [])
        if pieces and piece and self._paragraph.get(index) != paragraph:
            piece = PARAGRAPH + piece
        if piece:
            self._paragraph[index] = paragraph
            pieces.append(piece)
        return (ReasoningDelta(piece, index),)

    def _annotation(self, event: Event) -> Iterable[Delta]:
        index = self._index(event)
        self._cited[index] += 1
        return (CitationDelta(citation_of(event.get("annotation") or {}), index),)

    def _grown(self, event: Event) -> tuple[int, str]:
        """Where an event's piece belongs, and the piece, noted down."""
        index, piece = self._index(event), event.get("delta") or ""
        self._said.setdefault(index, []).append(piece)
        return index, piece

    _EVENTS: ClassVar[Mapping[str, Callable[[OpenAIResponsesDecoder, Event], Iterable[Delta]]]] = {
        "response.queued": _response,
        "response.created": _response,
        "response.in_progress": _response,
        "response.output_item.added": _item_added,
        "response.output_item.done": _item_done,
        "response.output_text.delta": _text,
        "response.output_text.annotation.added": _annotation,
        "response.refusal.delta": _refusal,
        "response.function_call_arguments.delta": _arguments,
        "response.reasoning_summary_text.delta": _summary,
        "response.reasoning_text.delta": _reasoning,
        "response.completed": _end,
        "response.incomplete": _end,
        "response.failed": _end,
    }


def _growing(part: ContentPart) -> str | None:
    """What a part says piece by piece, or None where it comes whole."""
    match part:
        case TextPart() | RefusalPart() | ReasoningPart():
            return part.text
        case ToolCallPart():
            return part.raw_arguments
        case _:
            return None


def _more(part: ContentPart, piece: str, index: int) -> Iterable[Delta]:
    match part:
        case TextPart():
            yield TextDelta(piece, index)
        case RefusalPart():
            yield RefusalDelta(piece, index)
        case ReasoningPart():
            yield ReasoningDelta(piece, index, id=part.id)
        case ToolCallPart():
            yield ToolCallDelta(index, id=part.id, name=part.name, arguments=piece)
        case _:
            return
