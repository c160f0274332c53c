"""What crosses Ollama's wire: the request, and the fields of a reply that we read.

https://docs.ollama.com/api/chat

The SDK types requests with pydantic models alone, so the shapes are written down here; a test holds them
against those models.
"""

from collections.abc import Mapping
from typing import Final, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape
from god_llm.domain.plain_json import JsonDict

__all__ = [
    "REPLY",
    "CallDict",
    "FunctionCallDict",
    "FunctionDict",
    "MessageDict",
    "OptionsDict",
    "Reply",
    "ReplyCallDict",
    "Request",
    "ToolDict",
]


class FunctionCallDict(TypedDict):
    """The function that an earlier answer called."""

    name: str
    arguments: Mapping[str, object]


class CallDict(TypedDict):
    """A tool call of an earlier answer."""

    function: FunctionCallDict
    id: NotRequired[str]


class MessageDict(TypedDict):
    """One message of the conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    thinking: NotRequired[str]
    images: NotRequired[list[str]]
    """Base64."""
    tool_calls: NotRequired[list[CallDict]]
    tool_name: NotRequired[str]
    """Of a tool's result."""
    tool_call_id: NotRequired[str]
    """Of a tool's result; servers that know no ids pass it over."""


class FunctionDict(TypedDict):
    """A function that the model may call."""

    name: str
    description: str
    parameters: dict[str, object]


class ToolDict(TypedDict):
    """A tool that the model may use."""

    type: Literal["function"]
    function: FunctionDict


class OptionsDict(TypedDict, total=False):
    """How to sample.

    https://docs.ollama.com/modelfile
    """

    temperature: float
    top_p: float
    top_k: int
    presence_penalty: float
    frequency_penalty: float
    num_predict: int
    stop: list[str]
    seed: int


Level: TypeAlias = Literal["low", "medium", "high"]


class Request(TypedDict):
    """The body of `POST /api/chat`, without the switch that asks for a stream."""

    model: str
    messages: list[MessageDict]
    tools: NotRequired[list[ToolDict]]
    format: NotRequired[dict[str, object]]
    """The JSON schema of the answer."""
    think: NotRequired[bool | Level]
    """Whether to reason; some models take a level."""
    logprobs: NotRequired[bool]
    """Report the log probability of each token."""
    top_logprobs: NotRequired[int]
    """The number of alternatives to report for each token."""
    options: NotRequired[OptionsDict]


class ReplyFunctionDict(TypedDict):
    """The function that is called."""

    name: str
    arguments: NotRequired[JsonDict | str | None]
    """An object; text from some servers that only resemble Ollama."""


class ReplyCallDict(TypedDict):
    """A tool call; older servers send no id."""

    id: NotRequired[str | None]
    function: ReplyFunctionDict


class ReplyMessage(TypedDict, total=False):
    """The answer, or a piece of it."""

    content: str | None
    thinking: str | None
    tool_calls: list[ReplyCallDict] | None


class Reply(TypedDict, total=False):
    """A whole reply, or one line of a stream. Counts, durations and remote names come with `done: true`."""

    model: str | None
    message: ReplyMessage
    done: bool | None
    done_reason: str | None
    prompt_eval_count: int | None
    eval_count: int | None
    total_duration: int | None
    load_duration: int | None
    prompt_eval_duration: int | None
    eval_duration: int | None
    remote_model: str | None
    remote_host: str | None
    logprobs: object


REPLY: Final = Shape(Reply)
