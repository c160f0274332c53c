"""Parts that only another provider can read."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import to_json

from god_llm.domain.exceptions import UnsupportedFeatureError
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ReasoningPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    UnknownPart,
)
from god_llm.domain.settings import ForeignParts

__all__ = ["calls_as_text", "without_foreign"]


def without_foreign(message: AIMessage, provider: str, rule: ForeignParts) -> AIMessage:
    """An answer without the parts that only another provider can read.

    Raises:
        UnsupportedFeatureError: there is one, and the rule is to refuse it.
    """
    if message.provider == provider or not any(isinstance(part, _FOREIGN) for part in message.parts):
        return message
    parts = tuple(_kept(message, provider, rule))
    return message.model_copy(update={"parts": parts, "content": _text(parts)})


def calls_as_text(message: AIMessage) -> AIMessage:
    """An answer with its tool calls as text, for requests that can't have calls."""
    parts = tuple([_call_text(part) if isinstance(part, ToolCallPart) else part for part in message.parts])
    return message.model_copy(update={"parts": parts, "content": _text(parts)})


_FOREIGN = (ReasoningPart, CitationPart, ServerToolPart, UnknownPart)


def _kept(message: AIMessage, provider: str, rule: ForeignParts) -> Iterator[ContentPart]:
    for part in message.parts:
        if not isinstance(part, _FOREIGN):
            yield part
        elif rule == "as_text":
            text = _as_text(part)
            if text:
                yield TextPart(text=text)
        elif rule == "refuse" and isinstance(part, ServerToolPart | UnknownPart):
            author = message.provider or "another provider"
            raise UnsupportedFeatureError(
                f"{provider} can't read the {part.type} part ({part.kind}) of {author}; nothing was sent."
                ' Pass foreign="drop" to leave such parts out, or foreign="as_text" to send them as text',
                provider=provider,
            )


def _as_text(part: ContentPart) -> str:
    match part:
        case ReasoningPart():
            return f"[Reasoning] {part.text}\n" if part.text else ""
        case CitationPart():
            source = " ".join(filter(None, (part.title, part.url)))
            return f" [Source: {source}]" if source else ""
        case ServerToolPart() | UnknownPart():
            return f"[{part.kind}] {to_json(part.raw).decode()}\n"
        case _:
            return ""


def _call_text(part: ToolCallPart) -> TextPart:
    return TextPart(text=f"[Call of the tool {part.name}] {part.raw_arguments or '{}'}\n")


def _text(parts: tuple[ContentPart, ...]) -> str:
    return "".join([part.text for part in parts if isinstance(part, TextPart)])
