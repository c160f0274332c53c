"""What crosses the wire of the Responses API: the request as the SDK types it, and the fields that we read.

https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape
from god_llm.domain.plain_json import JsonDict

if TYPE_CHECKING:
    from openai.types.responses import (
        FunctionToolParam as FunctionToolParam,
    )
    from openai.types.responses import (
        ResponseFunctionToolCallParam as FunctionCallParam,
    )
    from openai.types.responses import (
        ResponseInputContentParam as InputContentParam,
    )
    from openai.types.responses import (
        ResponseInputItemParam as InputItemParam,
    )
    from openai.types.responses import (
        ResponseTextConfigParam as TextConfigParam,
    )
    from openai.types.responses.response_create_params import (
        ResponseCreateParamsNonStreaming as Request,
    )
    from openai.types.responses.response_create_params import ToolChoice as ToolChoiceParam
    from openai.types.shared_params import Reasoning as ReasoningParam
else:
    FunctionCallParam = FunctionToolParam = InputContentParam = InputItemParam = dict
    ReasoningParam = Request = TextConfigParam = ToolChoiceParam = dict

__all__ = [
    "EVENT",
    "REPLY",
    "Event",
    "FunctionCallParam",
    "FunctionToolParam",
    "InputContentParam",
    "InputItemParam",
    "ReasoningParam",
    "Reply",
    "Request",
    "TextConfigParam",
    "ToolChoiceParam",
    "UsageDict",
]


class InputDetails(TypedDict, total=False):
    """Shares of the input tokens."""

    cached_tokens: int | None
    cache_write_tokens: int | None


class OutputDetails(TypedDict, total=False):
    """Shares of the output tokens."""

    reasoning_tokens: int | None


class UsageDict(TypedDict, total=False):
    """Token counts; the cached ones are part of `input_tokens`."""

    input_tokens: int | None
    output_tokens: int | None
    input_tokens_details: InputDetails | None
    output_tokens_details: OutputDetails | None


class IncompleteDetails(TypedDict, total=False):
    """Why a response is incomplete."""

    reason: str | None


class Reply(TypedDict, total=False):
    """A response: the whole reply, or what a stream's `response.*` events show of it."""

    id: str | None
    model: str | None
    status: str | None
    error: JsonDict | None
    incomplete_details: IncompleteDetails | None
    output: list[JsonDict] | None
    usage: UsageDict | None
    service_tier: str | None


class Event(TypedDict, total=False):
    """A stream's event; which fields it has depends on `type`."""

    type: str
    item_id: str | None
    output_index: int | None
    content_index: int | None
    summary_index: int | None
    delta: str | None
    item: JsonDict | None
    annotation: JsonDict | None
    logprobs: object
    response: Reply | None


REPLY: Final = Shape(Reply)
EVENT: Final = Shape(Event)
