"""A conversation as Ollama's request.

https://docs.ollama.com/api/chat
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, cast

from god_llm.dialects.conversation import (
    arguments_of,
    base64_text,
    effort_word,
    parts_of,
    refused_message,
    refused_part,
)
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import (
    CitationPart,
    ContentPart,
    ImagePart,
    ReasoningPart,
    RefusalPart,
    TextPart,
    ToolCallPart,
    ToolResultPart,
)
from god_llm.domain.settings import Settings
from god_llm.plugins.ollama.vocabulary import EFFORTS
from god_llm.plugins.ollama.wire import CallDict, MessageDict, OptionsDict, Request, ToolDict

if TYPE_CHECKING:
    from god_llm.domain.tools import Tool

__all__ = ["SETTINGS", "OllamaFormatter"]

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "top_k",
        "stop",
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "logprobs",
        "reasoning",
        "tools",
        "tool_choice",
        "response_schema",
    }
)
"""The settings that `/api/chat` accepts."""

Role = Literal["system", "user", "assistant", "tool"]


class OllamaFormatter:
    """Writes requests for `/api/chat`.

    A message's texts are joined, and its images listed beside them: Ollama keeps no order between the two.
    Ollama's own thinking goes back with the message; other providers' reasoning is left out, and so are
    citations. A failed tool says so in its content: Ollama has no mark for it.
    """

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        request: Request = {"model": model, "messages": list(_turns(messages))}
        tools = _offered(settings)
        if tools:
            request["tools"] = [_tool(tool) for tool in tools]
        if settings.response_schema is not None:
            request["format"] = settings.response_schema.schema
        if settings.reasoning is not None:
            request["think"] = effort_word("ollama", settings.reasoning, EFFORTS)
        if settings.logprobs is not None:
            request["logprobs"] = True
            request["top_logprobs"] = settings.logprobs
        options = _options(settings)
        if options:
            request["options"] = options
        return request


def _options(settings: Settings) -> OptionsDict:
    options = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "top_k": settings.top_k,
        "presence_penalty": settings.presence_penalty,
        "frequency_penalty": settings.frequency_penalty,
        "num_predict": settings.max_tokens,
        "stop": list(settings.stop) or None,
        "seed": settings.seed,
    }
    # Written from a table; a test holds the names and types to the SDK's own.
    return cast("OptionsDict", {name: value for name, value in options.items() if value is not None})


def _offered(settings: Settings) -> Sequence[Tool]:
    """The tools to offer. Ollama has no tool choice: all it knows is to offer tools, or not."""
    match settings.tool_choice:
        case None | "auto":
            return settings.tools
        case "none":
            return ()
        case _:
            raise UnsupportedParameterError(
                "ollama can't be made to call a tool: use tool_choice 'auto' or 'none'", provider="ollama"
            )


def _tool(tool: Tool) -> ToolDict:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
    }


def _turns(messages: Sequence[BaseMessage]) -> Iterator[MessageDict]:
    names: dict[str, str] = {}
    for message in messages:
        match message:
            case ToolMessage():
                yield _result(message.parts, message.tool_call_id, message.name, names)
            case AIMessage():
                names.update({call.id: call.name for call in message.tool_calls if call.id})
                yield _turn("assistant", message.parts, own=message.provider == "ollama")
            case UserMessage():
                yield from _user_turns(message, names)
            case SystemMessage():
                yield _turn("system", parts_of(message))
            case _:
                raise refused_message("ollama", message)


def _user_turns(message: UserMessage, names: Mapping[str, str]) -> Iterator[MessageDict]:
    """A user message; results of tools inside it are messages of their own to Ollama."""
    for results, parts in groupby(message.parts, key=lambda part: isinstance(part, ToolResultPart)):
        if not results:
            yield _turn("user", parts)
            continue
        for part in parts:
            assert isinstance(part, ToolResultPart)
            yield _result((TextPart(text=part.content),), part.tool_call_id, part.name, names)


def _result(parts: Iterable[ContentPart], call: str, name: str | None, names: Mapping[str, str]) -> MessageDict:
    """A tool's result; the tool's name is known from the message, or from the call that it answers."""
    turn = _turn("tool", parts)
    called = name or names.get(call)
    if called:
        turn["tool_name"] = called
    if call:
        turn["tool_call_id"] = call
    return turn


def _turn(role: Role, parts: Iterable[ContentPart], *, own: bool = False) -> MessageDict:
    """One message. `own`: Ollama said it itself."""
    texts: list[str] = []
    thoughts: list[str] = []
    images: list[str] = []
    calls: list[CallDict] = []
    for part in parts:
        match part:
            case TextPart() | RefusalPart():
                texts.append(part.text)
            case ReasoningPart():
                thoughts.append(part.text if own else "")
            case ImagePart():
                images.append(_image(part))
            case ToolCallPart():
                calls.append(_call(part))
            case CitationPart():
                pass
            case _:
                raise refused_part("ollama", part)
    turn: MessageDict = {"role": role, "content": "".join(texts)}
    thinking = "".join(thoughts)
    if thinking:
        turn["thinking"] = thinking
    if images:
        turn["images"] = images
    if calls:
        turn["tool_calls"] = calls
    return turn


def _image(part: ImagePart) -> str:
    if part.data is None:
        raise refused_part("ollama", part, "it fetches no URLs, pass the bytes as data=")
    return base64_text(part.data)


def _call(part: ToolCallPart) -> CallDict:
    call: CallDict = {"function": {"name": part.name, "arguments": arguments_of("ollama", part)}}
    if part.id is not None:
        call["id"] = part.id
    return call
