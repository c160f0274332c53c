"""What crosses the wire: the fields of a reply and of a stream's chunk that we read.

https://platform.openai.com/docs/api-reference/chat

A request's type stays with the provider's SDK. Usage and what else stands beside the choices is read by
path, since providers keep it in different places: see `ReplyVariant`.
"""

from __future__ import annotations

from typing import Final, Required

from pydantic import with_config
from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape
from god_llm.domain.plain_json import JsonDict

__all__ = [
    "CHUNK",
    "REPLY",
    "USAGE",
    "Audio",
    "Call",
    "Choice",
    "Chunk",
    "ChunkChoice",
    "Ending",
    "Function",
    "Reply",
    "Said",
    "UsageDict",
]


@with_config(extra="allow")
class Function(TypedDict, total=False):
    """A function and its arguments: JSON text, of some servers an object."""

    name: str | None
    arguments: str | JsonDict | None


@with_config(extra="allow")
class Call(TypedDict, total=False):
    """A tool call, or a piece of one."""

    index: int | None
    id: str | None
    type: str | None
    function: Function | None
    custom: JsonDict | None


class Audio(TypedDict, total=False):
    """Speech of the model, or a piece of it; `data` is base64."""

    id: str | None
    data: str | None
    transcript: str | None


@with_config(extra="allow")
class Said(TypedDict, total=False):
    """What the model says: a whole `message`, or the `delta` of a chunk."""

    content: str | list[JsonDict] | None
    reasoning: str | None
    reasoning_content: str | None
    refusal: str | None
    annotations: list[JsonDict] | None
    audio: Audio | None
    function_call: JsonDict | None
    tool_calls: list[Call] | None
    executed_tools: list[JsonDict] | None


class FinishDetails(TypedDict, total=False):
    """Where gpt-4-vision-preview said why it stopped."""

    type: str | None


class Ending(TypedDict, total=False):
    """The index, finish reason and token log probabilities of a choice."""

    index: int | None
    finish_reason: str | None
    finish_details: FinishDetails | None
    logprobs: object


class Choice(Ending):
    """One of the answers of a whole reply."""

    message: Required[Said]


class ChunkChoice(Ending, total=False):
    """A piece of one of the answers."""

    delta: Said | None


class Reply(TypedDict, total=False):
    """A whole reply."""

    id: str | None
    model: str | None
    choices: Required[list[Choice]]


class Chunk(TypedDict, total=False):
    """An event of a stream."""

    id: str | None
    model: str | None
    choices: list[ChunkChoice] | None


class PromptDetails(TypedDict, total=False):
    """Shares of the input."""

    cached_tokens: int | None
    cache_write_tokens: int | None


class CompletionDetails(TypedDict, total=False):
    """Shares of the output."""

    reasoning_tokens: int | None


class UsageDict(TypedDict, total=False):
    """Token counts."""

    prompt_tokens: int | None
    completion_tokens: int | None
    total_tokens: int | None
    cached_tokens: int | None
    prompt_cache_hit_tokens: int | None
    prompt_tokens_details: PromptDetails | None
    completion_tokens_details: CompletionDetails | None


REPLY: Final = Shape(Reply)
CHUNK: Final = Shape(Chunk)
USAGE: Final = Shape(UsageDict)
