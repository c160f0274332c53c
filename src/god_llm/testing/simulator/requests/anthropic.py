"""What Messages accepts.

https://platform.claude.com/docs/en/api/messages/create
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, with_config
from typing_extensions import TypedDict

from god_llm.testing.simulator.requests.checking import objects

__all__ = ["ANTHROPIC_REQUEST", "wrongly_said"]

_CLOSED: Final = ConfigDict(extra="forbid")
_Object = dict[str, JsonValue]


@with_config(_CLOSED)
class Message(TypedDict):
    role: Literal["user", "assistant", "system"]
    content: str | list[_Object]


@with_config(_CLOSED)
class ThinkingOn(TypedDict):
    type: Literal["enabled", "disabled", "adaptive"]
    budget_tokens: NotRequired[Annotated[int, Field(ge=1024)]]
    display: NotRequired[str | None]


@with_config(_CLOSED)
class AnthropicRequest(TypedDict):
    model: Annotated[str, Field(min_length=1)]
    messages: Annotated[list[Message], Field(min_length=1)]
    max_tokens: Annotated[int, Field(ge=1)]
    system: NotRequired[str | list[_Object]]
    stream: NotRequired[bool]
    temperature: NotRequired[Annotated[float, Field(ge=0, le=1)]]
    top_p: NotRequired[Annotated[float, Field(ge=0, le=1)]]
    top_k: NotRequired[Annotated[int, Field(ge=0)]]
    stop_sequences: NotRequired[list[str]]
    tools: NotRequired[list[_Object]]
    tool_choice: NotRequired[_Object]
    thinking: NotRequired[ThinkingOn]
    metadata: NotRequired[_Object]
    service_tier: NotRequired[str]
    output_config: NotRequired[_Object]
    output_format: NotRequired[_Object | None]
    cache_control: NotRequired[_Object | None]
    container: NotRequired[str | _Object | None]
    context_management: NotRequired[_Object | None]
    mcp_servers: NotRequired[list[_Object]]
    inference_geo: NotRequired[str | None]
    speed: NotRequired[str | None]
    diagnostics: NotRequired[_Object | None]
    user_profile_id: NotRequired[str | None]
    workspace_id: NotRequired[str | None]
    betas: NotRequired[list[str]]
    fallbacks: NotRequired[JsonValue]
    fallback_credit_token: NotRequired[str | None]
    compaction: NotRequired[JsonValue]
    thread: NotRequired[JsonValue]
    billing_policy: NotRequired[JsonValue]


ANTHROPIC_REQUEST: Final = TypeAdapter[object](AnthropicRequest)

# Blocks that callers write themselves: the type and the fields it can't do without.
_NEEDED: Final = {
    "text": ("text",),
    "image": ("source",),
    "document": ("source",),
    "tool_use": ("id", "name", "input"),
    "tool_result": ("tool_use_id",),
    "thinking": ("thinking", "signature"),
    "redacted_thinking": ("data",),
}


def wrongly_said(body: dict[str, JsonValue], *, beta: bool) -> str | None:
    """What Anthropic says of a conversation that is wrong, or None where it is right.

    Args:
        body: the request.
        beta: whether it came to the beta endpoint, where instructions may stand among the messages.
    """
    messages = list(objects(body.get("messages")))
    for number, message in enumerate(messages):
        if message["role"] == "system" and not beta:
            return f"messages.{number}.role: Input should be 'user' or 'assistant'"
    return next(chain(_wrong_blocks(messages), _wrong_tools(body), _unpaired(_merged(messages))), None)


def _merged(messages: list[dict[str, JsonValue]]) -> list[dict[str, JsonValue]]:
    """The conversation as Anthropic reads it: neighbours of one role are one message."""
    merged: list[dict[str, JsonValue]] = []
    for message in messages:
        blocks = list(objects(message.get("content")))
        if merged and merged[-1]["role"] == message["role"]:
            merged[-1] = {**merged[-1], "content": [*objects(merged[-1]["content"]), *blocks]}
        else:
            merged.append({**message, "content": [*blocks]})
    return merged


def _wrong_blocks(messages: list[dict[str, JsonValue]]) -> Iterator[str]:
    for number, message in enumerate(messages):
        content = message.get("content")
        if content in ("", []) and (number < len(messages) - 1 or message["role"] == "user"):
            yield f"messages.{number}: all messages must have non-empty content"
        for place, block in enumerate(objects(content)):
            at, kind = f"messages.{number}.content.{place}", block.get("type")
            if not isinstance(kind, str):
                yield f"{at}.type: Field required"
                continue
            missing = [name for name in _NEEDED.get(kind, ()) if name not in block]
            yield from (f"{at}.{kind}.{name}: Field required" for name in missing)
            if kind == "text" and block.get("text") == "":
                yield "messages: text content blocks must be non-empty"
            if kind == "tool_use" and not isinstance(block.get("input"), dict):
                yield f"{at}.tool_use.input: Input should be a valid dictionary"


def _wrong_tools(body: dict[str, JsonValue]) -> Iterator[str]:
    for number, tool in enumerate(objects(body.get("tools"))):
        if tool.get("type", "custom") == "custom":
            missing = [name for name in ("name", "input_schema") if name not in tool]
            yield from (f"tools.{number}.custom.{name}: Field required" for name in missing)


def _unpaired(messages: list[dict[str, JsonValue]]) -> Iterator[str]:
    open_calls: list[object] = []
    for number, message in enumerate(messages):
        blocks = list(objects(message.get("content")))
        answered = [block.get("tool_use_id") for block in blocks if block.get("type") == "tool_result"]
        left = [call for call in open_calls if call not in answered]
        if left:
            yield (
                f"messages.{number - 1}: `tool_use` ids were found without `tool_result` blocks immediately after:"
                f" {', '.join(map(str, left))}. Each `tool_use` block must have a corresponding `tool_result` block"
                " in the next message."
            )
        for ident in answered:
            if ident not in open_calls:
                yield (
                    f"messages.{number}: unexpected `tool_use_id` found in `tool_result` blocks: {ident}. Each"
                    " `tool_result` block must have a corresponding `tool_use` block in the previous message."
                )
        open_calls = [block.get("id") for block in blocks if block.get("type") == "tool_use"]
