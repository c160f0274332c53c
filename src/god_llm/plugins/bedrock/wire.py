"""What crosses Bedrock's wire: the request as boto3 types it, and the fields of a reply that we read.

Requests are typed as boto3 types them: blobs in them are bytes. In replies and events they are base64 text, or bytes
in a recording made through boto3.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape

if TYPE_CHECKING:
    from types_boto3_bedrock_runtime.type_defs import (
        ConverseRequestTypeDef as Request,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        InferenceConfigurationTypeDef as InferenceConfig,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        MessageTypeDef as MessageParam,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        OutputConfigTypeDef as OutputConfig,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        ToolChoiceTypeDef as ToolChoiceParam,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        ToolConfigurationTypeDef as ToolConfig,
    )
    from types_boto3_bedrock_runtime.type_defs import (
        ToolTypeDef as ToolParam,
    )
else:
    Request = InferenceConfig = MessageParam = OutputConfig = ToolChoiceParam = ToolConfig = ToolParam = dict

__all__ = [
    "EVENT",
    "REPLY",
    "UNKNOWN_MEMBER",
    "Block",
    "Event",
    "InferenceConfig",
    "MessageParam",
    "OutputConfig",
    "Reply",
    "Request",
    "ToolChoiceParam",
    "ToolConfig",
    "ToolParam",
    "UsageDict",
]

Block: TypeAlias = dict[str, object]
"""A content block: its kind -> what it says. One key, since the service documents a union."""

UNKNOWN_MEMBER: Final = "SDK_UNKNOWN_MEMBER"
"""What boto3 puts in place of a block it does not know; a recording made through it holds no more of the block."""


class UsageDict(TypedDict, total=False):
    """Token counts; `inputTokens` leaves out what the cache wrote and read."""

    inputTokens: int | None
    outputTokens: int | None
    cacheReadInputTokens: int | None
    cacheWriteInputTokens: int | None


class Metrics(TypedDict, total=False):
    """How long the call took."""

    latencyMs: int | None


class Tier(TypedDict, total=False):
    """The service tier that answered."""

    type: str | None


class Performance(TypedDict, total=False):
    """The latency setting that was used."""

    latency: str | None


class ResponseMetadata(TypedDict, total=False):
    """What is known of the HTTP response, in boto3's words."""

    RequestId: str


class Said(TypedDict):
    """The model's message."""

    content: list[Block]


class Output(TypedDict, total=False):
    """What a whole reply answers."""

    message: Said


class Facts(TypedDict, total=False):
    """What a whole reply and the last two events of a stream have in common."""

    stopReason: str | None
    usage: UsageDict | None
    metrics: Metrics | None
    serviceTier: Tier | None
    performanceConfig: Performance | None
    trace: dict[str, object] | None
    additionalModelResponseFields: object


class Reply(Facts, total=False):
    """A whole reply."""

    output: Output | None
    ResponseMetadata: ResponseMetadata


class BlockEvent(TypedDict, total=False):
    """An event of one content block."""

    contentBlockIndex: int
    start: dict[str, object] | None
    delta: dict[str, object] | None


class Event(TypedDict, total=False):
    """A stream's event: its name -> what it says. The first one also has `ResponseMetadata`."""

    ResponseMetadata: ResponseMetadata
    contentBlockStart: BlockEvent
    contentBlockDelta: BlockEvent
    contentBlockStop: BlockEvent
    messageStop: Facts
    metadata: Facts


REPLY: Final = Shape(Reply)
EVENT: Final = Shape(Event)
