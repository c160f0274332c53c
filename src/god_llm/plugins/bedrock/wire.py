"""What crosses Bedrock's wire: the request as boto3 types it, and the fields of a reply that we read.

Replies and events are boto3's dicts. Blobs in them are bytes; they may also be base64 text, as in a recording.

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
"""What boto3 puts in place of a block it does not know; what the block said is lost."""


class UsageDict(TypedDict, total=False):
    """Token counts; `inputTokens` leaves out what the cache wrote and read."""

    inputTokens: int
    outputTokens: int
    cacheReadInputTokens: int | None
    cacheWriteInputTokens: int | None


class Metrics(TypedDict, total=False):
    """How long the call took."""

    latencyMs: int


class Tier(TypedDict, total=False):
    """The service tier that answered."""

    type: str


class Performance(TypedDict, total=False):
    """The latency setting that was used."""

    latency: str


class ResponseMetadata(TypedDict, total=False):
    """What boto3 says of the HTTP response."""

    RequestId: str


class Said(TypedDict):
    """The model's message."""

    content: list[Block]


class Output(TypedDict, total=False):
    """What a whole reply answers."""

    message: Said


class Facts(TypedDict, total=False):
    """What a whole reply and the last two events of a stream have in common."""

    stopReason: str
    usage: UsageDict
    metrics: Metrics
    serviceTier: Tier
    performanceConfig: Performance
    trace: dict[str, object]
    additionalModelResponseFields: object


class Reply(Facts, total=False):
    """A whole reply."""

    output: Output
    ResponseMetadata: ResponseMetadata


class BlockEvent(TypedDict, total=False):
    """An event of one content block."""

    contentBlockIndex: int
    start: dict[str, object]
    delta: dict[str, object]


class Event(TypedDict, total=False):
    """A stream's event: its name -> what it says. The first one also has boto3's `ResponseMetadata`."""

    ResponseMetadata: ResponseMetadata
    contentBlockStart: BlockEvent
    contentBlockDelta: BlockEvent
    contentBlockStop: BlockEvent
    messageStop: Facts
    metadata: Facts


REPLY: Final = Shape(Reply)
EVENT: Final = Shape(Event)
