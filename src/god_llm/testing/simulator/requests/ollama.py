"""What Ollama's chat accepts: it skips fields that it does not know, and insists on types.

https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Final

from pydantic import ConfigDict, JsonValue, TypeAdapter, with_config
from typing_extensions import TypedDict

from god_llm.testing.simulator.requests.checking import objects

__all__ = ["OLLAMA_REQUEST", "bad_images"]

_OPEN: Final = ConfigDict(extra="ignore")
_Object = dict[str, JsonValue]


@with_config(_OPEN)
class Called(TypedDict, total=False):
    index: int
    name: str
    arguments: _Object


@with_config(_OPEN)
class ToolCall(TypedDict, total=False):
    id: str
    function: Called


@with_config(_OPEN)
class Message(TypedDict, total=False):
    role: str
    content: str | None
    thinking: str | None
    images: list[str] | None
    tool_calls: list[ToolCall] | None
    tool_name: str | None
    tool_call_id: str | None


@with_config(_OPEN)
class Options(TypedDict, total=False):
    num_predict: int | None
    num_ctx: int | None
    seed: int | None
    temperature: float | None
    top_k: int | None
    top_p: float | None
    min_p: float | None
    stop: list[str] | None


@with_config(_OPEN)
class Function(TypedDict, total=False):
    name: str
    description: str
    parameters: _Object


@with_config(_OPEN)
class Tool(TypedDict, total=False):
    type: str
    function: Function


@with_config(_OPEN)
class OllamaRequest(TypedDict, total=False):
    model: str
    messages: list[Message] | None
    stream: bool | None
    format: str | _Object | None
    keep_alive: str | float | None
    tools: list[Tool] | None
    think: bool | str | None
    options: Options | None
    logprobs: bool | None
    top_logprobs: int | None


OLLAMA_REQUEST: Final = TypeAdapter[object](OllamaRequest)


def bad_images(body: dict[str, JsonValue]) -> Iterator[str]:
    """What Ollama says of images that are not plain base64."""
    for message in objects(body.get("messages")):
        images = message.get("images")
        for image in images if isinstance(images, list) else ():
            try:
                base64.b64decode(str(image), validate=True)
            except binascii.Error:
                yield "illegal base64 data at input byte 0"
