"""What Responses accepts.

https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, NotRequired

from pydantic import ConfigDict, Discriminator, Field, JsonValue, Tag, TypeAdapter, with_config
from typing_extensions import TypedDict

from god_llm.testing.simulator.requests.checking import objects

__all__ = ["RESPONSES_REQUEST", "unanswered"]

_CLOSED: Final = ConfigDict(extra="forbid")
_Object = dict[str, JsonValue]


@with_config(_CLOSED)
class InputText(TypedDict):
    type: Literal["input_text"]
    text: str
    prompt_cache_breakpoint: NotRequired[_Object]


@with_config(_CLOSED)
class InputImage(TypedDict):
    type: Literal["input_image"]
    image_url: NotRequired[str | None]
    file_id: NotRequired[str | None]
    detail: NotRequired[str]


@with_config(_CLOSED)
class InputFile(TypedDict):
    type: Literal["input_file"]
    file_data: NotRequired[str]
    file_id: NotRequired[str | None]
    file_url: NotRequired[str]
    filename: NotRequired[str]
    detail: NotRequired[str]


@with_config(_CLOSED)
class OutputText(TypedDict):
    type: Literal["output_text"]
    text: str
    annotations: NotRequired[list[JsonValue]]
    logprobs: NotRequired[list[JsonValue] | None]


@with_config(_CLOSED)
class Refusal(TypedDict):
    type: Literal["refusal"]
    refusal: str


Shown = Annotated[InputText | InputImage | InputFile, Discriminator("type")]
Said = Annotated[OutputText | Refusal, Discriminator("type")]


@with_config(_CLOSED)
class InputMessage(TypedDict):
    role: Literal["user", "system", "developer"]
    content: str | list[Shown]
    type: NotRequired[Literal["message"]]
    id: NotRequired[str | None]
    status: NotRequired[str | None]


@with_config(_CLOSED)
class OutputMessage(TypedDict):
    role: Literal["assistant"]
    content: str | list[Said]
    type: NotRequired[Literal["message"]]
    id: NotRequired[str | None]
    status: NotRequired[str | None]
    phase: NotRequired[str | None]


@with_config(_CLOSED)
class FunctionCall(TypedDict):
    type: Literal["function_call"]
    call_id: Annotated[str, Field(min_length=1, max_length=64)]
    name: str
    arguments: str
    id: NotRequired[str | None]
    status: NotRequired[str | None]
    namespace: NotRequired[str | None]
    caller: NotRequired[_Object | None]


@with_config(_CLOSED)
class FunctionCallOutput(TypedDict):
    type: Literal["function_call_output"]
    call_id: Annotated[str, Field(min_length=1, max_length=64)]
    output: str | list[Shown]
    id: NotRequired[str | None]
    status: NotRequired[str | None]
    caller: NotRequired[_Object | None]


@with_config(_CLOSED)
class Reasoning(TypedDict):
    type: Literal["reasoning"]
    summary: list[_Object]
    id: NotRequired[str]
    content: NotRequired[list[_Object] | None]
    encrypted_content: NotRequired[str | None]
    status: NotRequired[str | None]


_TYPED: Final = frozenset({"function_call", "function_call_output", "reasoning"})


def _kind(item: object) -> str:
    """Which shape an item has: messages need not name their type; items of server-side tools pass unseen."""
    if not isinstance(item, dict):
        return "other"
    kind = item.get("type", "message")
    if kind == "message":
        return "output_message" if item.get("role") == "assistant" else "input_message"
    return kind if kind in _TYPED else "other"


Item = Annotated[
    Annotated[InputMessage, Tag("input_message")]
    | Annotated[OutputMessage, Tag("output_message")]
    | Annotated[FunctionCall, Tag("function_call")]
    | Annotated[FunctionCallOutput, Tag("function_call_output")]
    | Annotated[Reasoning, Tag("reasoning")]
    | Annotated[_Object, Tag("other")],
    Discriminator(_kind),
]


@with_config(_CLOSED)
class FunctionTool(TypedDict):
    type: Literal["function"]
    name: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]{1,64}$")]
    parameters: _Object | None
    description: NotRequired[str | None]
    strict: NotRequired[bool | None]
    defer_loading: NotRequired[bool]


def _tool_kind(tool: object) -> str:
    return "function" if isinstance(tool, dict) and tool.get("type") == "function" else "other"


ToolShape = Annotated[
    Annotated[FunctionTool, Tag("function")] | Annotated[_Object, Tag("other")], Discriminator(_tool_kind)
]


@with_config(_CLOSED)
class Thinking(TypedDict, total=False):
    effort: str | None
    summary: str | None
    generate_summary: str | None
    context: str | None
    mode: str | None


@with_config(_CLOSED)
class Text(TypedDict, total=False):
    format: _Object
    verbosity: str | None


@with_config(_CLOSED)
class ResponsesRequest(TypedDict, total=False):
    model: str
    input: str | list[Item]
    instructions: str | None
    stream: bool | None
    stream_options: _Object | None
    max_output_tokens: Annotated[int, Field(ge=16)] | None
    temperature: Annotated[float, Field(ge=0, le=2)] | None
    top_p: Annotated[float, Field(ge=0, le=1)] | None
    tools: list[ToolShape]
    tool_choice: str | _Object
    text: Text
    reasoning: Thinking | None
    metadata: dict[str, str] | None
    include: list[str] | None
    store: bool | None
    user: str
    access_programs: JsonValue
    background: bool | None
    background_options: JsonValue
    context_management: JsonValue
    conversation: str | _Object | None
    image: JsonValue
    max_tool_calls: int | None
    moderation: JsonValue
    parallel_tool_calls: bool | None
    previous_response_id: str | None
    prompt: _Object | None
    prompt_cache_key: str | None
    prompt_cache_options: JsonValue
    prompt_cache_retention: str | None
    safety_identifier: str | None
    service_tier: str | None
    top_logprobs: int | None
    truncation: str | None


RESPONSES_REQUEST: Final = TypeAdapter[object](ResponsesRequest)


def unanswered(body: dict[str, JsonValue]) -> str | None:
    """What OpenAI says where calls and outputs don't pair up, or None where they do."""
    if body.get("previous_response_id") or body.get("conversation"):
        return None  # the other half may be on their side
    items = list(objects(body.get("input")))
    called = [item.get("call_id") for item in items if item.get("type") == "function_call"]
    answered = [item.get("call_id") for item in items if item.get("type") == "function_call_output"]
    for ident in called:
        if ident not in answered:
            return f"No tool output found for function call {ident}."
    known = {item.get("call_id") for item in items if str(item.get("type", "")).endswith("_call")}
    for ident in answered:
        if ident not in known:
            return f"No tool call found for function call output with call_id {ident}."
    return None
