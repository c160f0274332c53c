"""The parts a message is made of.

A message keeps its parts in the order in which they were said. Every part is a value with a `type`; a part
this version does not know is kept whole as an `UnknownPart`.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import import_module
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic_core import from_json, to_json

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
    "any_calls",
]


def _decoded(value: object) -> object:
    """A `str` is base64, bytes are the thing itself."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        message = f"text given as data must be base64: {error}"
        raise ValueError(message) from error


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


Data: TypeAlias = Annotated[bytes, BeforeValidator(_decoded), PlainSerializer(_encoded, when_used="json")]
"""Bytes in memory, base64 in JSON."""


class _Part(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class TextPart(_Part):
    """Text that a person is meant to see."""

    type: Literal["text"] = "text"
    text: str


class ReasoningPart(_Part):
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


class ToolCallPart(_Part):
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
    def of(cls, *, id: str | None, name: str, arguments: Mapping[str, object]) -> Self:  # noqa: A002 - field name
        """A call whose arguments are known as an object."""
        return cls(id=id, name=name, raw_arguments=to_json(arguments).decode())


class ImagePart(_Part):
    """A picture: its bytes with their media type, or a URL the provider fetches.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `image/png`; required with `data`.
        url: in place of `data`.
        detail: how closely to look, for providers that ask: `"low"`, `"high"` or `"auto"`.
    """

    type: Literal["image"] = "image"
    data: Data | None = None
    media_type: str | None = None
    """For example `image/png`; required with `data`."""
    url: str | None = None
    detail: Literal["low", "high", "auto"] | None = None
    """How closely to look, for providers that ask."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        _check_source(self.data, self.media_type, self.url)
        return self


class DocumentPart(_Part):
    """A document, for example a PDF: its bytes with their media type, or a URL the provider fetches.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `application/pdf` or `text/plain`; required with `data`.
        url: in place of `data`.
        name: the name of the file, for providers that ask.
    """

    type: Literal["document"] = "document"
    data: Data | None = None
    media_type: str | None = None
    """For example `application/pdf` or `text/plain`; required with `data`."""
    url: str | None = None
    name: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        _check_source(self.data, self.media_type, self.url)
        return self


class AudioPart(_Part):
    """Sound: its bytes with their media type, and what is said in it where the provider tells.

    Attributes:
        data: the bytes; a `str` is taken as base64.
        media_type: for example `audio/wav`; required with `data`.
        url: in place of `data`.
        transcript: the spoken text.
        id: the provider's id of audio that it made, to refer to it in a later turn.
    """

    type: Literal["audio"] = "audio"
    data: Data | None = None
    media_type: str | None = None
    """For example `audio/wav`; required with `data`."""
    url: str | None = None
    transcript: str | None = None
    id: str | None = None
    """The provider's id of audio it made, to refer to it in a later turn."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.id is None or self.data is not None or self.url is not None:
            _check_source(self.data, self.media_type, self.url)
        return self


class RefusalPart(_Part):
    """The model's words for refusing."""

    type: Literal["refusal"] = "refusal"
    text: str


class CitationPart(_Part):
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


class ServerToolPart(_Part):
    """A tool that the provider ran itself: its call or its result. Not a call for the application."""

    type: Literal["server_tool"] = "server_tool"
    kind: str
    """The provider's name of the block, for example `web_search_call`."""
    id: str | None = None
    name: str | None = None
    raw: JsonDict
    """The block as sent, to be sent back whole."""


class UnknownPart(_Part):
    """A part that this version does not know, kept as sent."""

    type: Literal["unknown"] = "unknown"
    kind: str
    """The provider's name of the block."""
    raw: JsonDict


class ToolResultPart(_Part):
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


def _check_source(data: bytes | None, media_type: str | None, url: str | None) -> None:
    """Exactly one of `data` and `url`, and a media type beside data."""
    if (data is None) == (url is None):
        raise ValueError("give exactly one of data= and url=")
    if data is not None and media_type is None:
        raise ValueError("data= needs media_type=, for example 'image/png'")
