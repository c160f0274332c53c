"""What crosses Anthropic's wire: the request as the SDK types it, and the fields of a reply that we read.

https://platform.claude.com/docs/en/api/messages
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape
from god_llm.domain.plain_json import JsonDict

if TYPE_CHECKING:
    from anthropic.types import (
        MessageParam as MessageParam,
    )
    from anthropic.types import (
        OutputConfigParam as OutputParam,
    )
    from anthropic.types import (
        ThinkingConfigAdaptiveParam as ThinkingAdaptiveParam,
    )
    from anthropic.types import (
        ThinkingConfigEnabledParam as ThinkingEnabledParam,
    )
    from anthropic.types import (
        ThinkingConfigParam as ThinkingParam,
    )
    from anthropic.types import (
        ToolChoiceParam as ToolChoiceParam,
    )
    from anthropic.types import (
        ToolParam as ToolParam,
    )
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

    class Request(MessageCreateParamsNonStreaming, total=False):
        """The SDK's parameters, and those that it left to older models (its `extra_body`)."""

        temperature: float
        top_p: float
        top_k: int
else:
    Request = MessageParam = OutputParam = ThinkingParam = ToolChoiceParam = ToolParam = dict
    ThinkingAdaptiveParam = ThinkingEnabledParam = dict

__all__ = [
    "EVENT",
    "REPLY",
    "Event",
    "MessageParam",
    "OutputParam",
    "Reply",
    "Request",
    "ThinkingAdaptiveParam",
    "ThinkingEnabledParam",
    "ThinkingParam",
    "ToolChoiceParam",
    "ToolParam",
    "UsageDict",
]


class OutputDetails(TypedDict, total=False):
    """Shares of the output tokens."""

    thinking_tokens: int | None


class UsageDict(TypedDict, total=False):
    """Token counts; a stream's `message_delta` replaces the counts it has."""

    input_tokens: int | None
    output_tokens: int | None
    cache_creation_input_tokens: int | None
    cache_read_input_tokens: int | None
    output_tokens_details: OutputDetails | None
    service_tier: str | None


class Reply(TypedDict, total=False):
    """A whole message, or the one that `message_start` opens."""

    id: str
    model: str
    content: list[JsonDict]
    stop_reason: str | None
    stop_sequence: str | None
    usage: UsageDict | None
    container: JsonDict | None


class MessageChange(TypedDict, total=False):
    """The `delta` of `message_delta`."""

    stop_reason: str | None
    stop_sequence: str | None


class Event(TypedDict, total=False):
    """A stream's event; which fields it has depends on `type`."""

    type: str
    index: int
    message: Reply
    content_block: JsonDict
    delta: JsonDict
    usage: UsageDict | None


REPLY: Final = Shape(Reply)
EVENT: Final = Shape(Event)
