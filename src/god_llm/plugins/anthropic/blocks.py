"""Anthropic's content blocks as parts: the same reading for a whole reply and for a stream.

https://platform.claude.com/docs/en/api/messages
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pydantic import JsonValue

from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    UnknownPart,
)
from god_llm.domain.plain_json import JsonDict

__all__ = ["attached_to_call", "citation_of", "part_of", "parts_of_blocks"]

# Where each kind of citation says that its passage starts and ends.
_SPANS: Mapping[str, tuple[str, str]] = {
    "char_location": ("start_char_index", "end_char_index"),
    "page_location": ("start_page_number", "end_page_number"),
    "content_block_location": ("start_block_index", "end_block_index"),
    "search_result_location": ("start_block_index", "end_block_index"),
}

_CALL = frozenset({"type", "id", "name", "input"})


def parts_of_blocks(blocks: Iterable[JsonDict]) -> Iterator[ContentPart]:
    """The parts that a reply's blocks say, in order; citations follow the text they are of."""
    for block in blocks:
        yield part_of(block)
        citations = block.get("citations")
        if isinstance(citations, list):
            yield from (citation_of(citation) for citation in citations if isinstance(citation, dict))


def part_of(block: JsonDict) -> ContentPart:
    """The part that one block says, without its citations."""
    kind = _text(block, "type") or "unknown"
    match kind:
        case "text":
            return TextPart(text=_text(block, "text") or "")
        case "thinking":
            return ReasoningPart(text=_text(block, "thinking") or "", signature=_text(block, "signature"))
        case "redacted_thinking":
            return ReasoningPart(data=_text(block, "data"))
        case "tool_use":
            given = block.get("input")
            arguments = given if isinstance(given, dict) else {}
            return ToolCallPart.of(
                id=_text(block, "id"),
                name=_text(block, "name") or "",
                arguments=arguments,
                provider_data=attached_to_call(block),
            )
        case _ if kind.endswith(("_tool_use", "_tool_result")):
            ident = _text(block, "id") or _text(block, "tool_use_id")
            return ServerToolPart(kind=kind, id=ident, name=_text(block, "name"), raw=block)
        case _:
            return UnknownPart(kind=kind, raw=block)


def attached_to_call(block: JsonDict) -> JsonDict | None:
    """The fields of a call that only Anthropic reads (`caller`, `toolset_name`), or None."""
    return {name: value for name, value in block.items() if name not in _CALL and value is not None} or None


def citation_of(citation: JsonDict) -> CitationPart:
    """One citation."""
    start, end = _SPANS.get(_text(citation, "type") or "", ("", ""))
    return CitationPart(
        cited_text=_text(citation, "cited_text"),
        title=_text(citation, "title") or _text(citation, "document_title"),
        url=_text(citation, "url") or _text(citation, "source"),
        start=_number(citation.get(start)),
        end=_number(citation.get(end)),
        raw=citation,
    )


def _text(block: JsonDict, name: str) -> str | None:
    value = block.get(name)
    return value if isinstance(value, str) else None


def _number(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None
