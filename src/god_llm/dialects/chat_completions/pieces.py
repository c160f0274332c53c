"""What a model says in a choice, as parts: the same reading for a whole reply and for a stream.

The wire has one field a kind and no order among them, so the order of parts is ours: reasoning, text with
its citations, refusal, sound, calls, and last what the provider ran itself.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pydantic_core import to_json

from god_llm.dialects.chat_completions.attachments import attached_to_call
from god_llm.dialects.chat_completions.wire import Audio, Call, Said
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.parts import (
    AudioPart,
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

__all__ = [
    "Reasoning",
    "arguments_text",
    "audio_part",
    "citation_of",
    "custom_part",
    "executed_part",
    "is_custom",
    "other_blocks",
    "parts_of_message",
    "reasoning_of",
    "text_of",
]


class Reasoning(NamedTuple):
    """Visible reasoning, and the field of the message that it came in (`content` for blocks of Mistral's)."""

    text: str
    field: str

    def provider_data(self, default: str | None) -> JsonDict | None:
        """What a `ReasoningPart` keeps, so that its text goes back in the same field; None for the default field."""
        return None if self.field == default else {"field": self.field}


def parts_of_message(message: Said, reasoning_field: str | None) -> Iterator[ContentPart]:
    """The parts of a whole message.

    Args:
        message: the message.
        reasoning_field: the field in which the provider takes its reasoning back, if it is known to.
    """
    reasoning, text = reasoning_of(message), text_of(message)
    refusal, audio, legacy = message.get("refusal"), message.get("audio"), message.get("function_call")
    if reasoning is not None:
        yield ReasoningPart(text=reasoning.text, provider_data=reasoning.provider_data(reasoning_field))
    if text:
        yield TextPart(text=text)
    yield from map(citation_of, message.get("annotations") or ())
    if refusal:
        yield RefusalPart(text=refusal)
    if audio:
        yield audio_part(audio, (audio.get("data") or "",))
    if legacy:
        yield UnknownPart(kind="function_call", raw=legacy)
    yield from map(_call, message.get("tool_calls") or ())
    yield from map(executed_part, message.get("executed_tools") or ())
    yield from other_blocks(message)


def reasoning_of(said: Said) -> Reasoning | None:
    """The visible reasoning; some servers send it in two fields, with the same text."""
    for field in ("reasoning", "reasoning_content"):
        text = _text(said, field)
        if text:
            return Reasoning(text, field)
    content = said.get("content")
    thought = "".join(map(_thought, content)) if isinstance(content, list) else ""
    return Reasoning(thought, "content") if thought else None


def text_of(said: Said) -> str:
    """The visible text; tags such as `<think>` inside it are the model's own words and stay."""
    content = said.get("content")
    if isinstance(content, list):
        return "".join([_text(block, "text") or "" for block in content if block.get("type") == "text"])
    return content or ""


def other_blocks(said: Said) -> Iterator[UnknownPart]:
    """The blocks of a listed content that are neither text nor reasoning, as sent."""
    content = said.get("content")
    for block in content if isinstance(content, list) else ():
        if block.get("type") not in _READ_BLOCKS:
            yield UnknownPart(kind=_text(block, "type") or "unknown", raw=block)


def citation_of(annotation: JsonDict) -> CitationPart:
    """One annotation; what it says stands in a field that is named after its type."""
    inner = annotation.get(_text(annotation, "type") or "")
    cited = inner if isinstance(inner, dict) else annotation
    return CitationPart(
        title=_text(cited, "title"),
        url=_text(cited, "url"),
        start=_number(cited.get("start_index")),
        end=_number(cited.get("end_index")),
        raw=annotation,
    )


def is_custom(call: Call) -> bool:
    """Whether a call is of a custom tool: it takes free text, not arguments."""
    return call.get("type") == "custom" or bool(call.get("custom") and not call.get("function"))


def custom_part(ident: str | None, custom: JsonDict) -> UnknownPart:
    """A call of a custom tool, as the next request wants it back."""
    return UnknownPart(kind="custom", raw={"id": ident, "type": "custom", "custom": custom})


def executed_part(tool: JsonDict) -> ServerToolPart:
    """A tool that Groq ran itself."""
    return ServerToolPart(kind=_text(tool, "type") or "executed_tool", name=_text(tool, "name"), raw=tool)


def arguments_text(arguments: str | JsonDict | None) -> str:
    """Arguments as JSON text; some servers send an object."""
    return to_json(arguments).decode() if isinstance(arguments, dict) else arguments or ""


def audio_part(audio: Audio, data: Sequence[str]) -> ContentPart:
    """Sound, from its base64 text in one or more pieces; its format is told by its first bytes.

    Raises:
        MalformedResponseError: it is not base64.
    """
    sound = _decoded(data)
    ident, transcript = audio.get("id"), audio.get("transcript") or None
    if not sound and ident is None:
        return UnknownPart(kind="audio", raw={"transcript": transcript})
    kind = _media_type(sound) if sound else None
    return AudioPart(data=sound or None, media_type=kind, id=ident, transcript=transcript)


_READ_BLOCKS: Final = frozenset({"text", "thinking"})

_SOUNDS: Final[Mapping[bytes, str]] = {
    b"RIFF": "audio/wav",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
}
_HEADLESS: Final = "audio/pcm"
_QUANTUM: Final = 4
"""Characters that base64 text comes in."""


def _media_type(sound: bytes) -> str:
    return next((kind for start, kind in _SOUNDS.items() if sound.startswith(start)), _HEADLESS)


def _decoded(data: Sequence[str]) -> bytes:
    """The bytes of pieces that are each encoded on their own, or are one text cut anywhere."""
    apart = all(len(piece) % _QUANTUM == 0 for piece in data)
    try:
        return b"".join(base64.b64decode(text, validate=True) for text in (data if apart else ("".join(data),)))
    except ValueError as error:
        raise MalformedResponseError(f"the sound is not base64: {error}") from error


def _call(call: Call) -> ContentPart:
    if is_custom(call):
        return custom_part(call.get("id"), call.get("custom") or {})
    function = call.get("function") or {}
    return ToolCallPart(
        id=call.get("id") or None,
        name=function.get("name") or "",
        raw_arguments=arguments_text(function.get("arguments")),
        provider_data=attached_to_call(call),
    )


def _thought(block: JsonDict) -> str:
    """The text of a block of type `thinking`: https://docs.mistral.ai/capabilities/reasoning/."""
    inner = block.get("thinking") if block.get("type") == "thinking" else None
    if isinstance(inner, list):
        return "".join([_text(piece, "text") or "" for piece in inner if isinstance(piece, dict)])
    return inner if isinstance(inner, str) else ""


def _text(block: Mapping[str, object], name: str) -> str | None:
    value = block.get(name)
    return value if isinstance(value, str) else None


def _number(value: JsonValue) -> int | None:
    return value if isinstance(value, int) else None
