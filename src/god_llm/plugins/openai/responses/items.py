"""The items of a response's output as parts: the same reading for a whole reply and for a stream.

https://platform.openai.com/docs/api-reference/responses/object#responses-object-output
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from god_llm.dialects.logprobs import token_logprobs
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
from god_llm.domain.plain_json import JsonDict

__all__ = ["PARAGRAPH", "citation_of", "logprobs_of_item", "parts_of_item", "said"]

PARAGRAPH: Final = "\n\n"
"""What stands between the summaries of one reasoning item."""

# What OpenAI runs itself. Calls that the application has to answer (custom tools, shells, patches, approvals) are not
# among them: they are kept as unknown parts, since a `ToolCallPart` is a call of a function with JSON arguments.
_SERVER_TOOLS: Final = frozenset(
    {
        "code_interpreter_call",
        "file_search_call",
        "image_generation_call",
        "mcp_call",
        "mcp_list_tools",
        "program",
        "program_output",
        "shell_call_output",
        "tool_search_call",
        "tool_search_output",
        "web_search_call",
    }
)


def parts_of_item(item: JsonDict) -> Iterator[tuple[int, ContentPart]]:
    """The parts that one item says, each with its place in the item; citations have the place of their text."""
    kind = said(item, "type") or "unknown"
    match kind:
        case "message":
            for place, content in enumerate(_objects(item, "content")):
                yield from ((place, part) for part in _parts_of_content(content))
        case "reasoning":
            yield 0, _reasoning(item)
        case "function_call":
            name, arguments = said(item, "name"), said(item, "arguments")
            yield 0, ToolCallPart(id=_text(item, "call_id"), name=name, raw_arguments=arguments)
        case _ if kind in _SERVER_TOOLS and item.get("execution") != "client":
            ident = _text(item, "id") or _text(item, "call_id")
            yield 0, ServerToolPart(kind=kind, id=ident, name=_text(item, "name"), raw=item)
        case _:
            yield 0, UnknownPart(kind=kind, raw=item)


def _reasoning(item: JsonDict) -> ReasoningPart:
    """Reasoning; its blocks are kept beside the text where the text does not tell them."""
    summary, content = list(_objects(item, "summary")), list(_objects(item, "content"))
    blocks: JsonDict = {"summary": [*summary], **({"content": [*content]} if content else {})}
    return ReasoningPart(
        text=_thoughts(item),
        data=_text(item, "encrypted_content"),
        id=_text(item, "id"),
        provider_data=blocks if content or len(summary) > 1 else None,
    )


def logprobs_of_item(item: JsonDict) -> Iterator[JsonValue]:
    """The log probabilities of the visible text in one item."""
    if item.get("type") == "message":
        for content in _objects(item, "content"):
            if content.get("type") == "output_text":
                yield from token_logprobs(content.get("logprobs"))


def citation_of(annotation: JsonDict) -> CitationPart:
    """One annotation of a text; `start` and `end` count characters of the text."""
    return CitationPart(
        title=_text(annotation, "title") or _text(annotation, "filename"),
        url=_text(annotation, "url"),
        start=_number(annotation.get("start_index")),
        end=_number(annotation.get("end_index")),
        raw=annotation,
    )


def said(source: Mapping[str, JsonValue], name: str) -> str:
    """A field's text; empty where there is none."""
    return _text(source, name) or ""


def _parts_of_content(content: JsonDict) -> Iterator[ContentPart]:
    kind = said(content, "type") or "unknown"
    match kind:
        case "output_text":
            yield TextPart(text=said(content, "text"))
            yield from (citation_of(annotation) for annotation in _objects(content, "annotations"))
        case "refusal":
            yield RefusalPart(text=said(content, "refusal"))
        case _:
            yield UnknownPart(kind=kind, raw=content)


def _thoughts(item: JsonDict) -> str:
    """The summaries, then the reasoning itself, which open models show."""
    blocks: Iterable[JsonDict] = (*_objects(item, "summary"), *_objects(item, "content"))
    return PARAGRAPH.join([text for block in blocks if (text := said(block, "text"))])


def _objects(source: JsonDict, name: str) -> Iterator[JsonDict]:
    value = source.get(name)
    if isinstance(value, list):
        yield from (entry for entry in value if isinstance(entry, dict))


def _text(source: Mapping[str, JsonValue], name: str) -> str | None:
    value = source.get(name)
    return value if isinstance(value, str) else None


def _number(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None
