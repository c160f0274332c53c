"""Bedrock's content blocks as parts: the same reading for a whole reply and for a stream.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue
from pydantic_core import to_json

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ImagePart,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    UnknownPart,
)
from god_llm.domain.plain_json import JsonDict
from god_llm.plugins.bedrock.wire import Block

__all__ = [
    "SERVER_TOOL",
    "attached_to_call",
    "blob",
    "citation_of",
    "json_safe",
    "part_of",
    "parts_of_blocks",
    "sendable",
]

SERVER_TOOL: Final = "server_tool_use"
"""The `type` of a tool use that the provider ran itself; the application's have none."""

_BLOBS: Final = frozenset({"bytes", "redactedContent"})
_CALL: Final = frozenset({"toolUseId", "name", "input"})
_FREE_FORM: Final = frozenset({"input", "json"})
"""Members that hold any JSON, in which names mean nothing."""


def parts_of_blocks(blocks: Iterable[Block]) -> Iterator[ContentPart]:
    """The parts that a reply's blocks say, in order; citations follow the text they are of."""
    for block in blocks:
        match block:
            case {"citationsContent": dict(cited)}:
                yield from _cited(cited)
            case _:
                yield part_of(block)


def part_of(block: Block) -> ContentPart:
    """The part that a block says, other than a block with citations."""
    if None in block.values():
        block = {name: said for name, said in block.items() if said is not None}
    match block:
        case {"text": str(text)}:
            return TextPart(text=text)
        case {"reasoningContent": {"reasoningText": dict(said)}}:
            return ReasoningPart(text=_text(said, "text") or "", signature=_text(said, "signature"))
        case {"reasoningContent": {"redactedContent": bytes() | str() as hidden}}:
            return ReasoningPart(data=base64.b64encode(blob(hidden)).decode())
        case {"toolUse": dict(call)} if call.get("type") != SERVER_TOOL:
            return _call(call)
        case {"toolUse": dict(ran)} | {"toolResult": dict(ran)}:
            ident, name = _text(ran, "toolUseId"), _text(ran, "name")
            return ServerToolPart(kind=_kind(block), id=ident, name=name, raw=_raw(block))
        case {"image": {"format": str(kind), "source": {"bytes": bytes() | str() as data}}}:
            return ImagePart(data=blob(data), media_type=f"image/{kind}")
        case _:
            return UnknownPart(kind=_kind(block), raw=_raw(block))


def citation_of(citation: Mapping[str, object]) -> CitationPart:
    """One citation."""
    location, quoted = citation.get("location"), _items(citation, "sourceContent")
    places = location.values() if isinstance(location, dict) else ()
    span = next((place for place in places if isinstance(place, dict)), {})
    return CitationPart(
        cited_text=_joined(quoted) if quoted else None,
        title=_text(citation, "title"),
        url=_text(span, "url") or _text(citation, "source"),
        start=_number(span, "start"),
        end=_number(span, "end"),
        raw=_raw(citation),
    )


def blob(value: bytes | str) -> bytes:
    """A blob as bytes: it is base64, in lines or in one, or bytes in a recording made through boto3.

    Raises:
        MalformedResponseError: the text is not base64.
    """
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error as error:
        raise MalformedResponseError(f"a blob is not base64: {error}", provider="bedrock") from error


def json_safe(value: object) -> JsonValue:
    """What was read, as JSON: the bytes of a recording made through boto3 become base64 text."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {str(name): json_safe(item) for name, item in value.items()}
        case list():
            return [json_safe(item) for item in value]
        case str() | int() | float() | None:
            return value
        case _:
            return str(value)


def sendable(block: Mapping[str, JsonValue]) -> Block:
    """A block kept by `json_safe`, as requests are typed: blobs are bytes, outside of free-form JSON."""
    return {name: _member(name, value) for name, value in block.items()}


def _member(name: str, value: JsonValue) -> object:
    match value:
        case _ if name in _FREE_FORM:
            return value
        case str() if name in _BLOBS:
            return _blob_or_text(value)
        case dict():
            return sendable(value)
        case list():
            return [_member(name, item) for item in value]
        case _:
            return value


def _blob_or_text(value: str) -> bytes | str:
    """Bytes where they are written as this very text again; whatever else a block says so, goes back as it came."""
    try:
        data = base64.b64decode(value, validate=True)
    except binascii.Error:
        return value
    return data if base64.b64encode(data).decode() == value else value


def _cited(cited: Mapping[str, object]) -> Iterator[ContentPart]:
    said = _items(cited, "content")
    if said:
        yield TextPart(text=_joined(said))
    yield from map(citation_of, _items(cited, "citations"))


def _call(call: Mapping[str, object]) -> ToolCallPart:
    given, attached = call.get("input"), attached_to_call(call)
    ident, name = _text(call, "toolUseId"), _text(call, "name") or ""
    if given is None or isinstance(given, dict):
        return ToolCallPart.of(id=ident, name=name, arguments=given or {}, provider_data=attached)
    written = given if isinstance(given, str) else to_json(given).decode()
    return ToolCallPart(id=ident, name=name, raw_arguments=written, provider_data=attached)


def attached_to_call(call: Mapping[str, object]) -> JsonDict | None:
    """The members of a call that only Bedrock reads (`type`), or None."""
    found = {name: json_safe(value) for name, value in call.items() if name not in _CALL and value is not None}
    return found or None


def _kind(block: Mapping[str, object]) -> str:
    return next(iter(block), "unknown")


def _raw(block: Mapping[str, object]) -> JsonDict:
    return {name: json_safe(value) for name, value in block.items()}


def _text(block: Mapping[str, object], name: str) -> str | None:
    value = block.get(name)
    return value if isinstance(value, str) else None


def _items(block: Mapping[str, object], name: str) -> list[dict[str, object]]:
    value = block.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _joined(pieces: Iterable[Mapping[str, object]]) -> str:
    return "".join([_text(piece, "text") or "" for piece in pieces])


def _number(block: Mapping[str, object], name: str) -> int | None:
    value = block.get(name)
    return value if isinstance(value, int) else None
