"""What the model said in earlier turns, as input items.

OpenAI ties items together by their ids: a message or a call that has one is refused without the reasoning that
led to it, and reasoning without what followed it. So a message keeps the heads of its items (ids, phases,
namespaces) in `metadata["items"]`, and its items go back as they came, ids included. A message whose parts do
not fit the heads any more was changed by somebody; it goes back without ids, which is also accepted.

https://platform.openai.com/docs/guides/reasoning#keeping-reasoning-items-in-context
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, Required, cast

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from god_llm.dialects.conversation import refused_part
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    UnknownPart,
)
from god_llm.domain.plain_json import JsonDict, JsonValue
from god_llm.plugins.openai.responses.wire import InputItemParam

__all__ = ["heads_of", "said_before"]

Item = dict[str, object]


class Head(TypedDict, total=False):
    """An item without what it says."""

    type: Required[str]
    id: str
    status: str
    phase: str
    namespace: str
    caller: JsonDict
    parts: int
    """Of a message: how many content parts it has."""


_HEADS: Final = TypeAdapter(list[Head])
_KEPT: Final = ("type", "id", "status", "phase", "namespace", "caller")
_CHAT_COMPLETIONS: Final = frozenset({"custom", "function_call"})
"""Kinds of parts that only OpenAI's other API makes."""
_TELLING: Final = ("phase", "namespace", "caller")


def heads_of(output: Sequence[JsonDict]) -> list[JsonValue] | None:
    """The heads of a response's items, in order; None where nothing is lost without them."""
    linked = any(item.get("type") == "reasoning" and item.get("id") for item in output)
    if not linked and not any(item.get(name) for item in output for name in _TELLING):
        return None
    return [_head(item) for item in output]


def said_before(message: AIMessage) -> Iterator[InputItemParam]:
    """An earlier answer as input items.

    Raises:
        UnsupportedFeatureError: another provider's part, which OpenAI can't read.
    """
    items = _replayed(message) if message.provider == "openai" else None
    # Items of OpenAI's own making go back as they came, so no SDK type fits all of them.
    yield from cast("Iterable[InputItemParam]", _followed(list(_retold(message) if items is None else items)))


def _followed(items: list[Item]) -> list[Item]:
    """The items without reasoning at their end: OpenAI refuses reasoning without the item that follows it.

    An answer ends with reasoning if its output limit was reached before it said anything.
    """
    while items and items[-1].get("type") == "reasoning":
        items.pop()
    return items


def _head(item: JsonDict) -> JsonDict:
    head = {name: item[name] for name in _KEPT if item.get(name) is not None}
    content = item.get("content")
    if item.get("type") == "message":
        head["parts"] = len(content) if isinstance(content, list) else 0
    return head


# -- as it came -----------------------------------------------------------------------------------------------


def _replayed(message: AIMessage) -> list[Item] | None:
    """The items as they came, or None where the message does not fit their heads."""
    try:
        heads = _HEADS.validate_python((message.metadata or {}).get("items"))
    except ValidationError:
        return None
    contents, items = list(_contents(message.parts)), list[Item]()
    for head in heads:
        count = head.get("parts", 0 if head["type"] == "message" else 1)
        taken, contents = contents[:count], contents[count:]
        item = _whole(head, taken) if len(taken) == count else None
        if item is None:
            return None
        items.append(item)
    return None if contents else items


def _contents(parts: Iterable[ContentPart]) -> Iterator[tuple[ContentPart, list[JsonDict]]]:
    """Each part with the citations that follow it."""
    citations: list[JsonDict] = []
    for part in parts:
        if isinstance(part, CitationPart):
            citations.append(part.raw)
        else:
            citations = []
            yield part, citations


def _whole(head: Head, taken: Sequence[tuple[ContentPart, list[JsonDict]]]) -> Item | None:
    """A head with what it says, or None where the two don't fit."""
    kept: Item = {name: value for name, value in head.items() if name != "parts"}
    if head["type"] == "message":
        content = [_content(part, citations) for part, citations in taken]
        return None if None in content else {**kept, "role": "assistant", "content": content}
    match head["type"], taken[0][0]:
        case "reasoning", ReasoningPart() as part if part.id == head.get("id"):
            return {**kept, **_reasoning(part)}
        case "function_call", ToolCallPart() as part:
            return {**kept, **_call(part)}
        case kind, (ServerToolPart() | UnknownPart()) as part if part.kind == kind:
            return dict(part.raw)
        case _:
            return None


def _content(part: ContentPart, citations: list[JsonDict]) -> Item | None:
    match part:
        case TextPart():
            return {"type": "output_text", "text": part.text, "annotations": citations}
        case RefusalPart():
            return {"type": "refusal", "refusal": part.text}
        case UnknownPart():
            return dict(part.raw)
        case _:
            return None


# -- in other words ---------------------------------------------------------------------------------------------


def _retold(message: AIMessage) -> Iterator[Item]:
    """The parts as items without ids; text that stands together is one message."""
    own = message.provider == "openai"
    parts = [part for part in message.parts if not isinstance(part, CitationPart)]
    for spoken, run in groupby(parts, lambda part: isinstance(part, TextPart | RefusalPart)):
        if spoken:
            text = "".join([part.text for part in run if isinstance(part, TextPart | RefusalPart)])
            if text:
                yield {"type": "message", "role": "assistant", "content": text}
        else:
            yield from (item for part in run if (item := _item(part, own=own)) is not None)


def _item(part: ContentPart, *, own: bool) -> Item | None:
    """A part as an item, or None where nobody but its author can read it."""
    match part:
        case ReasoningPart():
            if not own or (part.data is None and part.id is None):
                return None
            named: Item = {} if part.data is not None else {"id": part.id}
            return {"type": "reasoning", **named, **_reasoning(part)}
        case ToolCallPart():
            return {"type": "function_call", **_call(part)}
        case UnknownPart() if part.kind in _CHAT_COMPLETIONS:
            raise refused_part("openai", part, "it is of the Chat Completions API")
        case ServerToolPart() | UnknownPart() if own:
            return dict(part.raw)
        case _:
            raise refused_part("openai", part)


def _reasoning(part: ReasoningPart) -> Item:
    summary = [{"type": "summary_text", "text": part.text}] if part.text else []
    sealed: Item = {} if part.data is None else {"encrypted_content": part.data}
    return {"summary": summary, **(part.provider_data or {}), **sealed}


def _call(part: ToolCallPart) -> Item:
    if part.id is None:
        raise refused_part("openai", part, "it has no id, which ties a call to its result")
    return {"call_id": part.id, "name": part.name, "arguments": part.raw_arguments or "{}"}
