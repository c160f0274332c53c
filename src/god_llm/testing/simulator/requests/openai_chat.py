"""What chat completions accept, at OpenAI and at Groq.

https://platform.openai.com/docs/api-reference/chat/create https://console.groq.com/docs/api-reference#chat-create
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal, NotRequired

from pydantic import ConfigDict, Discriminator, Field, JsonValue, TypeAdapter, with_config
from typing_extensions import TypedDict

from god_llm.testing.simulator.requests.checking import objects

__all__ = ["GROQ_REQUEST", "OPENAI_REQUEST", "unanswered"]

_CLOSED: Final = ConfigDict(extra="forbid")
_Object = dict[str, JsonValue]


@with_config(_CLOSED)
class TextPart(TypedDict):
    type: Literal["text"]
    text: str
    prompt_cache_breakpoint: NotRequired[_Object]


@with_config(_CLOSED)
class RefusalPart(TypedDict):
    type: Literal["refusal"]
    refusal: str


@with_config(_CLOSED)
class ImageUrl(TypedDict):
    url: str
    detail: NotRequired[str]


@with_config(_CLOSED)
class ImagePart(TypedDict):
    type: Literal["image_url"]
    image_url: ImageUrl


@with_config(_CLOSED)
class Audio(TypedDict):
    data: str
    format: Literal["wav", "mp3"]


@with_config(_CLOSED)
class AudioPart(TypedDict):
    type: Literal["input_audio"]
    input_audio: Audio


@with_config(_CLOSED)
class File(TypedDict, total=False):
    file_data: str
    file_id: str
    filename: str


@with_config(_CLOSED)
class FilePart(TypedDict):
    type: Literal["file"]
    file: File


@with_config(_CLOSED)
class Called(TypedDict):
    name: str
    arguments: str


@with_config(_CLOSED)
class ToolCall(TypedDict):
    type: Literal["function"]
    id: str
    function: Called


@with_config(_CLOSED)
class CustomCall(TypedDict):
    type: Literal["custom"]
    id: str
    custom: _Object


Said = str | Annotated[list[TextPart], Field(min_length=1)]
Shown = Annotated[TextPart | ImagePart | AudioPart | FilePart, Discriminator("type")]
Answered = Annotated[TextPart | RefusalPart, Discriminator("type")]


@with_config(_CLOSED)
class Instructions(TypedDict):
    role: Literal["system", "developer"]
    content: Said
    name: NotRequired[str]


@with_config(_CLOSED)
class User(TypedDict):
    role: Literal["user"]
    content: str | Annotated[list[Shown], Field(min_length=1)]
    name: NotRequired[str]


@with_config(_CLOSED)
class Assistant(TypedDict):
    role: Literal["assistant"]
    content: NotRequired[str | Annotated[list[Answered], Field(min_length=1)] | None]
    refusal: NotRequired[str | None]
    name: NotRequired[str]
    audio: NotRequired[_Object | None]
    function_call: NotRequired[Called | None]
    tool_calls: NotRequired[
        Annotated[list[Annotated[ToolCall | CustomCall, Discriminator("type")]], Field(min_length=1)]
    ]
    annotations: NotRequired[list[JsonValue]]


@with_config(_CLOSED)
class GroqAssistant(Assistant):
    reasoning: NotRequired[str | None]


@with_config(_CLOSED)
class ToolResult(TypedDict):
    role: Literal["tool"]
    content: Said
    tool_call_id: str
    name: NotRequired[str]


@with_config(_CLOSED)
class FunctionResult(TypedDict):
    role: Literal["function"]
    content: str | None
    name: str


@with_config(_CLOSED)
class Function(TypedDict):
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    description: NotRequired[str]
    parameters: NotRequired[_Object]
    strict: NotRequired[bool | None]


@with_config(_CLOSED)
class FunctionTool(TypedDict):
    type: Literal["function"]
    function: Function


@with_config(_CLOSED)
class CustomTool(TypedDict):
    type: Literal["custom"]
    custom: _Object


@with_config(_CLOSED)
class StreamOptions(TypedDict, total=False):
    include_usage: bool
    include_obfuscation: bool


class Common(TypedDict, total=False):
    """What both take."""

    model: str
    stream: bool | None
    stream_options: StreamOptions | None
    max_tokens: Annotated[int, Field(ge=1)] | None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None
    temperature: Annotated[float, Field(ge=0, le=2)] | None
    top_p: Annotated[float, Field(ge=0, le=1)] | None
    frequency_penalty: Annotated[float, Field(ge=-2, le=2)] | None
    presence_penalty: Annotated[float, Field(ge=-2, le=2)] | None
    stop: str | Annotated[list[str], Field(max_length=4)] | None
    seed: int | None
    n: Annotated[int, Field(ge=1)] | None
    tool_choice: str | _Object | None
    response_format: _Object | None
    reasoning_effort: str | None
    parallel_tool_calls: bool | None
    functions: list[Function] | None
    function_call: str | _Object | None
    logit_bias: dict[str, int] | None
    logprobs: bool | None
    top_logprobs: int | None
    metadata: dict[str, str] | None
    service_tier: str | None
    store: bool | None
    user: str | None


@with_config(_CLOSED)
class OpenAIRequest(Common, total=False):
    """https://platform.openai.com/docs/api-reference/chat/create."""

    messages: Annotated[
        list[Annotated[Instructions | User | Assistant | ToolResult | FunctionResult, Discriminator("role")]],
        Field(min_length=1),
    ]
    tools: Annotated[list[Annotated[FunctionTool | CustomTool, Discriminator("type")]], Field(min_length=1)] | None
    audio: _Object | None
    modalities: list[str] | None
    moderation: _Object | None
    prediction: _Object | None
    prompt_cache_key: str | None
    prompt_cache_options: _Object | None
    prompt_cache_retention: str | None
    safety_identifier: str | None
    verbosity: str | None
    web_search_options: _Object | None


@with_config(_CLOSED)
class GroqRequest(Common, total=False):
    """https://console.groq.com/docs/api-reference#chat-create."""

    messages: Annotated[
        list[Annotated[Instructions | User | GroqAssistant | ToolResult | FunctionResult, Discriminator("role")]],
        Field(min_length=1),
    ]
    tools: list[_Object] | None
    citation_options: str | None
    compound_custom: _Object | None
    disable_tool_validation: bool
    documents: list[_Object] | None
    exclude_domains: list[str] | None
    include_domains: list[str] | None
    include_reasoning: bool | None
    reasoning_format: str | None
    search_settings: _Object | None


OPENAI_REQUEST: Final = TypeAdapter[object](OpenAIRequest)
GROQ_REQUEST: Final = TypeAdapter[object](GroqRequest)


def unanswered(body: dict[str, JsonValue]) -> str | None:
    """What OpenAI says where calls and results don't pair up, or None where they do."""
    open_calls: list[str] = []
    for message in objects(body.get("messages")):
        if message.get("role") == "tool":
            ident = message.get("tool_call_id")
            if ident not in open_calls:
                return "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'."
            open_calls.remove(str(ident))
            continue
        if open_calls:
            break
        open_calls = list(_called(message))
    if open_calls:
        return (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
            f" 'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(open_calls)}"
        )
    return None


def _called(message: dict[str, JsonValue]) -> Iterator[str]:
    return (str(call.get("id")) for call in objects(message.get("tool_calls")))
