"""The parts a message is made of.

A message keeps its parts in the order in which they were said. Every part is a value with a `type`; a part
this version does not know is kept whole as an `UnknownPart`.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import (
    Discriminator,
    Field,
)
from pydantic_core import from_json, to_json

from god_llm.domain.media import AudioPart, DocumentPart, ImagePart, VideoPart
from god_llm.domain.part_base import Part
from god_llm.domain.plain_json import JsonDict, JsonValue

__all__ = [
    "AudioPart",
    "CitationPart",
    "ContentPart",
    "DocumentPart",
    "ImagePart",
    "ReasoningPart",
    "RefusalPart",
    "ServerToolPart",
    "TextPart",
    "ToolCallPart",
    "ToolResultPart",
    "UnknownPart",
    "VideoPart",
    "any_calls",
]


class TextPart(Part):
    """Text that a person is meant to see."""

    type: Literal["text"] = "text"
    text: str


class ReasoningPart(Part):
    """What a model thought on the way, as far as the provider shows it.

    `signature` and `data` are opaque to everyone but the provider: they prove or hold the reasoning, and
    are sent back unchanged with the rest of the conversation.
    """

    type: Literal["reasoning"] = "reasoning"
    text: str = ""
    signature: str | None = None
    """The provider's proof that `text` is its own (Anthropic, Bedrock)."""
    data: str | None = None
    """Reasoning that is encrypted or withheld (redacted); base64 where the wire has bytes."""
    id: str | None = None
    """The provider's id of the item (OpenAI Responses)."""
    provider_data: JsonDict | None = None
    """Fields beyond these, for example the name of the field that the text came in; returned to their author only."""


class ToolCallPart(Part):
    """A call that the application is asked to make."""

    type: Literal["tool_call"] = "tool_call"
    id: str | None = None
    """What the answer must carry; some Ollama models send none."""
    name: str
    raw_arguments: str = ""
    """The arguments as sent, in JSON; empty where the provider sent nothing."""
    provider_data: JsonDict | None = None
    """Fields beyond these, for example Gemini's `extra_content`; returned to their author only."""

    @cached_property
    def arguments(self) -> Mapping[str, JsonValue]:
        """The arguments, by name; empty for a call without any, which servers send as `""`, `"null"` or `"{}"`.

        Raises:
            MalformedResponseError: the model wrote something that is not a JSON object; `raw_arguments` has it.
        """
        if not self.raw_arguments.strip():
            return {}
        try:
            value: JsonValue = from_json(self.raw_arguments)
        except ValueError as error:
            raise self._malformed(str(error)) from error
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self._malformed(f"{type(value).__name__} in place of an object")
        return value

    def _malformed(self, why: str) -> Exception:
        # An error holds a message, and a message holds parts: an import of the exceptions here would be a circle.
        malformed: type[Exception] = import_module("god_llm.domain.exceptions").MalformedResponseError
        return malformed(f"the arguments of the call of {self.name!r} are not a JSON object ({why}); see raw_arguments")

    @classmethod
    def of(
        cls,
        *,
        id: str | None,  # noqa: A002 - field name
        name: str,
        arguments: Mapping[str, object],
        provider_data: JsonDict | None = None,
    ) -> Self:
        """A call whose arguments are known as an object."""
        return cls(id=id, name=name, raw_arguments=to_json(arguments).decode(), provider_data=provider_data)


class RefusalPart(Part):
    """The model's words for refusing."""

    type: Literal["refusal"] = "refusal"
    text: str


class CitationPart(Part):
    """Where the text part before it comes from."""

    type: Literal["citation"] = "citation"
    cited_text: str | None = None
    title: str | None = None
    url: str | None = None
    start: int | None = None
    """Where the cited passage starts, in the provider's unit (characters, pages or blocks); see `raw`."""
    end: int | None = None
    raw: JsonDict = Field(default_factory=dict)
    """The citation as sent."""


class ServerToolPart(Part):
    """A tool that the provider ran itself: its call or its result. Not a call for the application."""

    type: Literal["server_tool"] = "server_tool"
    kind: str
    """The provider's name of the block, for example `web_search_call`."""
    id: str | None = None
    name: str | None = None
    raw: JsonDict
    """The block as sent, to be sent back whole."""


class UnknownPart(Part):
    """A part that this version does not know, kept as sent."""

    type: Literal["unknown"] = "unknown"
    kind: str
    """The provider's name of the block."""
    raw: JsonDict


class ToolResultPart(Part):
    """The answer to a tool call, inside a user message; a `ToolMessage` is the usual way to say it."""

    type: Literal["tool_result"] = "tool_result"
    tool_call_id: str
    name: str | None = None
    content: str = ""
    is_error: bool = False


ContentPart: TypeAlias = Annotated[
    TextPart
    | ReasoningPart
    | ToolCallPart
    | ToolResultPart
    | ImagePart
    | DocumentPart
    | AudioPart
    | VideoPart
    | RefusalPart
    | CitationPart
    | ServerToolPart
    | UnknownPart,
    Discriminator("type"),
]
"""Any part; in JSON told apart by `type`."""


def any_calls(parts: Iterable[ContentPart]) -> bool:
    """Whether the application is asked to call a tool."""
    return any(isinstance(part, ToolCallPart) for part in parts)
