"""A conversation as a chat completions request.

https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, TypeAlias

from pydantic_core import to_json

from god_llm.dialects.conversation import (
    base64_text,
    effort_word,
    offers_tools,
    parts_of,
    refused_message,
    refused_part,
    shows_reasoning,
    tier_word,
)
from god_llm.dialects.schemas.formats import openai_schema
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.media_types import file_name
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import (
    AudioPart,
    CitationPart,
    ContentPart,
    DocumentPart,
    ImagePart,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
    UnknownPart,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import Settings

if TYPE_CHECKING:
    from god_llm.domain.tools import ResponseSchema, Tool, ToolChoice

__all__ = ["SETTINGS", "ChatCompletionsFormatter", "Json", "RequestVariant"]

Json: TypeAlias = dict[str, object]

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "stop",
        "seed",
        "reasoning",
        "presence_penalty",
        "frequency_penalty",
        "parallel_tool_calls",
        "logprobs",
        "service_tier",
        "user",
        "request_metadata",
        "verbosity",
        "tools",
        "tool_choice",
        "response_schema",
    }
)
"""The settings that chat completions has fields for; a provider accepts some or all of them."""


# The formats a model listens to, under the names that files have for them.
_SOUNDS: Final[Mapping[str, str]] = {
    "audio/mp3": "mp3",
    "audio/mpeg": "mp3",
    "audio/vnd.wave": "wav",
    "audio/wav": "wav",
    "audio/wave": "wav",
    "audio/x-wav": "wav",
}

_LEFT_OUT: Final = ""
"""The field of what the wire has no word for."""
_SILENT: Final = frozenset({_LEFT_OUT, "content"})

# How an answer's other fields are made of what its parts say there.
_WRITTEN: Final[Mapping[str, Callable[[list[object]], object]]] = {
    "refusal": lambda said: "".join(map(str, said)),
    "tool_calls": list,
    "function_call": lambda said: said[-1],
    "audio": lambda said: said[-1],
}


# Named, so that a formatter can be pickled.
def _max_tokens(_: str) -> str:
    return "max_tokens"


def _any_model(_: str) -> bool:
    return True


_NO_EFFORTS: Final[Mapping[ReasoningEffort, str]] = {}
_NO_FIELDS: Final[Mapping[ReasoningEffort, JsonObject]] = {}
_NO_TIERS: Final[Mapping[str, str]] = {}
_NO_NAMES: Final[Mapping[str, str]] = {}


class RequestVariant(NamedTuple):
    """How one provider's requests differ from the others'."""

    provider: str
    takes: frozenset[str] = frozenset({"text", "image"})
    """The types of parts that a user message may have; other ones are refused."""
    limit: Callable[[str], str] = _max_tokens
    """Its name for the limit of output tokens, for a model."""
    strict: Callable[[str], bool] = _any_model
    """Whether a model can be held to a JSON schema strictly."""
    efforts: Mapping[ReasoningEffort, str] = _NO_EFFORTS
    """Its names of the reasoning efforts, for the field `reasoning_effort`."""
    effort_fields: Mapping[ReasoningEffort, JsonObject] = _NO_FIELDS
    """The fields that ask for an effort, where one name is not enough; they take the place of `efforts`."""
    tiers: Mapping[str, str] | None = _NO_TIERS
    """Its names of the service tiers; None sends any name."""
    display: Callable[[str, bool], Json] | None = None
    """Its fields for showing or hiding a model's reasoning; None where `settings` has no `show_reasoning`."""
    schema_beside_tools: bool = True
    """True if it accepts a response schema in a request that offers tools."""
    refusals: bool = True
    """Whether earlier refusals have a field of their own; else they are said as text."""
    reasoning_field: str | None = None
    """The field for earlier reasoning of the same model that came in this field, as `ReplyVariant` has it."""
    takes_reasoning: bool = True
    """True if earlier reasoning goes back in the field in which it came."""
    schema_in_words: bool = False
    """True if a response schema is a system message beside JSON mode; else it has a field of its own."""
    names: Mapping[str, str] = _NO_NAMES
    """Field of a request -> the provider's own name of it."""


class ChatCompletionsFormatter:
    """Writes requests.

    A reply goes back as far as the wire has words for it. It has none for citations and for tools that the
    provider ran itself, and mostly none for reasoning: those are left out of the provider's own replies.
    A failed tool call has no mark of its own either; what the tool says must tell.
    """

    def __init__(self, variant: RequestVariant) -> None:
        self._variant = variant

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> JsonObject:
        """See `PromptFormatter.format`."""
        return self.body(model, messages, settings)

    def body(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Json:
        """The request; `format` of the provider's formatter gives it the type of the provider's SDK.

        Raises:
            PromptError: the provider can't take a message or a setting.
        """
        turns = [turn for m in messages for turn in self._turns(model, m)]
        request: Json = {"model": model, "messages": turns}
        fields = self._fields(model, settings)
        names = self._variant.names
        request.update((names.get(name, name), value) for name, value in fields.items() if value is not None)
        request.update(self._effort_fields(settings.reasoning))
        if self._variant.schema_in_words and settings.response_schema is not None:
            request["messages"] = [_in_words(settings.response_schema), *turns]
        shown = shows_reasoning(settings)
        if shown is not None and self._variant.display is not None:
            request.update(self._variant.display(model, shown))
        return request

    def _fields(self, model: str, settings: Settings) -> Json:
        """The settings under their names in a request; None where there is nothing to send."""
        tools = offers_tools(settings)
        return {
            "temperature": settings.temperature,
            self._variant.limit(model): settings.max_tokens,
            "top_p": settings.top_p,
            "stop": list(settings.stop) or None,
            "seed": settings.seed,
            "presence_penalty": settings.presence_penalty,
            "frequency_penalty": settings.frequency_penalty,
            "logprobs": None if settings.logprobs is None else True,
            "top_logprobs": settings.logprobs,
            "reasoning_effort": self._effort(settings.reasoning),
            "verbosity": settings.verbosity,
            "tools": [_tool(tool) for tool in settings.tools] or None,
            "tool_choice": _choice(settings.tool_choice),
            "parallel_tool_calls": settings.parallel_tool_calls if tools else None,
            "response_format": self._answer_format(model, settings.response_schema, tools=tools),
            "service_tier": self._tier(settings.service_tier),
            "user": settings.user,
            "metadata": None if settings.request_metadata is None else dict(settings.request_metadata),
        }

    def _effort(self, asked: ReasoningEffort | None) -> str | None:
        if asked is None or self._variant.effort_fields:
            return None
        return effort_word(self._variant.provider, asked, self._variant.efforts)

    def _effort_fields(self, asked: ReasoningEffort | None) -> JsonObject:
        if asked is None or not self._variant.effort_fields:
            return {}
        return effort_word(self._variant.provider, asked, self._variant.effort_fields)

    def _tier(self, asked: str | None) -> str | None:
        tiers = self._variant.tiers
        return asked if asked is None or tiers is None else tier_word(self._variant.provider, asked, tiers)

    def _turns(self, model: str, message: BaseMessage) -> Iterator[Json]:
        match message:
            case SystemMessage():
                yield {"role": "system", "content": message.content}
            case UserMessage():
                yield from self._user(message)
            case AIMessage():
                yield self._assistant(model, message)
            case ToolMessage():
                yield self._result(message)
            case _:
                raise refused_message(self._variant.provider, message)

    def _user(self, message: UserMessage) -> Iterator[Json]:
        """The turns of a user message: a result of a tool has a turn of its own."""
        said: list[ContentPart] = []
        for part in parts_of(message):
            if not isinstance(part, ToolResultPart):
                said.append(part)
                continue
            if said:
                yield {"role": "user", "content": self._content(said)}
            said = []
            yield {"role": "tool", "tool_call_id": part.tool_call_id, "content": part.content}
        if said or not message.parts:
            yield {"role": "user", "content": self._content(said)}

    def _content(self, parts: Sequence[ContentPart]) -> object:
        if all(isinstance(part, TextPart) for part in parts):
            return "".join([part.text for part in parts if isinstance(part, TextPart)])
        return [self._block(part) for part in parts]

    def _block(self, part: ContentPart) -> Json:
        """A part of a user message."""
        if part.type not in self._variant.takes:
            raise refused_part(self._variant.provider, part)
        match part:
            case TextPart():
                return {"type": "text", "text": part.text}
            case ImagePart():
                url = part.url or _data_url(part.media_type, part.data)
                detail = {} if part.detail is None else {"detail": part.detail}
                return {"type": "image_url", "image_url": {"url": url, **detail}}
            case AudioPart(data=bytes() as data, media_type=str() as kind) if kind in _SOUNDS:
                return {"type": "input_audio", "input_audio": {"data": base64_text(data), "format": _SOUNDS[kind]}}
            case DocumentPart(file_id=str() as ident):
                return {"type": "file", "file": {"file_id": ident}}
            case DocumentPart(data=bytes() as data, media_type=str() as kind):
                name = part.name or file_name(kind)
                return {"type": "file", "file": {"filename": name, "file_data": _data_url(kind, data)}}
            case AudioPart():
                raise refused_part(self._variant.provider, part, "it takes sound as wav or mp3 data")
            case DocumentPart():
                raise refused_part(self._variant.provider, part, "it takes documents as data, not by URL")
            case _:
                raise refused_part(self._variant.provider, part)

    def _result(self, message: ToolMessage) -> Json:
        for part in message.parts:
            if not isinstance(part, TextPart):
                raise refused_part(self._variant.provider, part, "the result of a tool is text")
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.content}

    def _assistant(self, model: str, message: AIMessage) -> Json:
        """An earlier answer."""
        own = message.provider == self._variant.provider
        fields: dict[str, list[object]] = {}
        for part in message.parts:
            field, value = self._field(part, own=own) or (self._own_field(part) if own else None) or self._refused(part)
            fields.setdefault(field, []).append(value)
        text = "".join(map(str, fields.get("content", ())))
        turn: Json = {"role": "assistant", "content": text or (None if fields.keys() - _SILENT else "")}
        turn.update((name, _WRITTEN[name](values)) for name, values in fields.items() if name in _WRITTEN)
        return self._with_attachments(turn, message) if own and message.model == model else turn

    def _with_attachments(self, turn: Json, message: AIMessage) -> Json:
        """The turn with the fields that its server attached to it, and with its reasoning where that came from."""
        reasoning: dict[str, str] = {}
        for part in message.parts if self._variant.takes_reasoning else ():
            if isinstance(part, ReasoningPart) and part.text:
                field = (part.provider_data or {}).get("field", self._variant.reasoning_field)
                if isinstance(field, str):
                    reasoning[field] = reasoning.get(field, "") + part.text
        thought = reasoning.pop("content", None)
        if thought is not None:  # https://docs.mistral.ai/capabilities/reasoning/
            block: Json = {"type": "thinking", "thinking": [{"type": "text", "text": thought}]}
            turn["content"] = [block, *([{"type": "text", "text": turn["content"]}] if turn["content"] else [])]
        return {**turn, **reasoning, **(message.provider_data or {})}

    def _field(self, part: ContentPart, *, own: bool) -> tuple[str, object] | None:
        """The field for a part that anyone may have said, and what to say there."""
        match part:
            case TextPart():
                return "content", part.text
            case RefusalPart():
                return "refusal" if self._variant.refusals else "content", part.text
            case ToolCallPart():
                return "tool_calls", self._call(part, own=own)
            case ReasoningPart() | CitationPart():
                return _LEFT_OUT, None
            case _:
                return None

    def _own_field(self, part: ContentPart) -> tuple[str, object] | None:
        """The field for a part that only the provider itself can have said."""
        match part:
            case UnknownPart(kind="custom"):
                return "tool_calls", part.raw
            case UnknownPart(kind="function_call"):
                return "function_call", part.raw
            case AudioPart() if part.id is not None:
                return "audio", {"id": part.id}
            case ServerToolPart():
                return _LEFT_OUT, None
            case _:
                return None

    def _refused(self, part: ContentPart) -> NoReturn:
        raise refused_part(self._variant.provider, part)

    def _call(self, part: ToolCallPart, *, own: bool) -> Json:
        if part.id is None:
            raise refused_part(self._variant.provider, part, "a call needs an id")
        function: Json = {"name": part.name, "arguments": part.raw_arguments or "{}"}
        attached: Json = {**(part.provider_data or {})} if own else {}
        of_function = attached.pop("function", None)
        if isinstance(of_function, dict):
            function.update(of_function)
        return {"id": part.id, "type": "function", "function": function, **attached}

    def _answer_format(self, model: str, wanted: ResponseSchema | None, *, tools: bool) -> Json | None:
        if wanted is None:
            return None
        if tools and not self._variant.schema_beside_tools:
            raise UnsupportedParameterError(
                f"{self._variant.provider} takes no response schema beside tools; leave one of them out",
                provider=self._variant.provider,
            )
        if self._variant.schema_in_words:
            return {"type": "json_object"}
        return {"type": "json_schema", "json_schema": openai_schema(wanted, strict=self._variant.strict(model))}


def _in_words(wanted: ResponseSchema) -> Json:
    """A system message that asks for JSON of a schema."""
    text = f"Answer with JSON alone, of this JSON schema:\n{to_json(wanted.schema).decode()}"
    return {"role": "system", "content": text}


def _data_url(media_type: str | None, data: bytes | None) -> str:
    return f"data:{media_type};base64,{base64_text(data or b'')}"


def _tool(tool: Tool) -> Json:
    function = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": function}


def _choice(choice: ToolChoice | None) -> object:
    if choice is None or isinstance(choice, str):
        return choice
    return {"type": "function", "function": {"name": choice.name}}
