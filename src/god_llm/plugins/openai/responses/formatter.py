"""A conversation as a request of OpenAI's Responses API.

https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, cast

from god_llm.dialects.conversation import (
    base64_text,
    effort_word,
    refused_message,
    refused_part,
    shows_reasoning,
    tier_word,
)
from god_llm.dialects.schemas.formats import openai_schema
from god_llm.domain.media_types import file_name
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ContentPart, DocumentPart, ImagePart, TextPart, ToolResultPart, UnknownPart
from god_llm.domain.settings import Settings
from god_llm.plugins.openai.efforts import EFFORTS
from god_llm.plugins.openai.responses.history import said_before
from god_llm.plugins.openai.tiers import RESPONSES_TIERS

if TYPE_CHECKING:
    from god_llm.domain.tools import Tool, ToolChoice
    from god_llm.plugins.openai.responses.wire import (
        FunctionToolParam,
        InputContentParam,
        InputItemParam,
        ReasoningParam,
        Request,
        TextConfigParam,
        ToolChoiceParam,
    )

__all__ = ["SETTINGS", "OpenAIResponsesFormatter"]

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "reasoning",
        "show_reasoning",
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
"""The settings that the Responses API accepts."""


class OpenAIResponsesFormatter:
    """Writes requests for the Responses API.

    System messages keep their place among the others. OpenAI's own earlier items go back as they came, reasoning
    among them; other providers' reasoning is left out, since nobody but its author can read it. That a tool
    failed has no word here: the result's text says so.

    Nothing is asked of OpenAI's storage: `store` keeps its default, and encrypted reasoning comes without being
    asked for. An application that adds `store: false` should add `include: ["reasoning.encrypted_content"]`
    for models that leave it out, or their reasoning can't be sent back.
    """

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        request: Request = {"model": model, "input": list(_items(messages))}
        _write_sampling(request, settings)
        reasoning, text = _reasoning(settings), _text_config(settings)
        if reasoning:
            request["reasoning"] = reasoning
        if text:
            request["text"] = text
        _write_tools(request, settings)
        _write_labels(request, settings)
        return request


def _write_sampling(request: Request, settings: Settings) -> None:
    if settings.max_tokens is not None:
        request["max_output_tokens"] = settings.max_tokens
    if settings.temperature is not None:
        request["temperature"] = settings.temperature
    if settings.top_p is not None:
        request["top_p"] = settings.top_p
    if settings.logprobs is not None:
        request["top_logprobs"] = settings.logprobs
        request["include"] = ["message.output_text.logprobs"]


def _write_tools(request: Request, settings: Settings) -> None:
    if settings.tools:
        request["tools"] = [_tool(tool) for tool in settings.tools]
    if settings.tool_choice is not None:
        request["tool_choice"] = _choice(settings.tool_choice)
    if settings.parallel_tool_calls is not None:
        request["parallel_tool_calls"] = settings.parallel_tool_calls


def _write_labels(request: Request, settings: Settings) -> None:
    if settings.service_tier is not None:
        request["service_tier"] = tier_word("openai", settings.service_tier, RESPONSES_TIERS)
    if settings.user is not None:
        request["safety_identifier"] = settings.user
    if settings.request_metadata is not None:
        request["metadata"] = dict(settings.request_metadata)


def _reasoning(settings: Settings) -> ReasoningParam:
    """The reasoning effort, and the summary: without being asked, OpenAI sends none."""
    param: ReasoningParam = {}
    if settings.reasoning is not None:
        param["effort"] = effort_word("openai", settings.reasoning, EFFORTS)
    if shows_reasoning(settings):
        param["summary"] = "auto"
    return param


def _items(messages: Sequence[BaseMessage]) -> Iterator[InputItemParam]:
    custom: set[str] = set()
    for message in messages:
        match message:
            case SystemMessage():
                yield {"role": "system", "content": message.content}
            case UserMessage():
                yield from _user_items(message)
            case AIMessage():
                custom.update(_custom_calls(message))
                yield from said_before(message)
            case ToolMessage():
                yield _tool_result(message, custom=message.tool_call_id in custom)
            case _:
                raise refused_message("openai", message)


def _user_items(message: UserMessage) -> Iterator[InputItemParam]:
    """A user's message; results of tools inside it are items of their own."""
    content: list[InputContentParam] = []
    for part in message.parts:
        if isinstance(part, ToolResultPart):
            if content:
                yield {"role": "user", "content": content}
                content = []
            yield {"type": "function_call_output", "call_id": part.tool_call_id, "output": part.content}
        else:
            content.append(_content(part))
    if all(isinstance(part, TextPart) for part in message.parts) and len(message.parts) <= 1:
        yield {"role": "user", "content": message.content}
    elif content:
        yield {"role": "user", "content": content}


def _content(part: ContentPart) -> InputContentParam:
    match part:
        case TextPart():
            return {"type": "input_text", "text": part.text}
        case ImagePart(file_id=str() as ident):
            return {"type": "input_image", "file_id": ident, "detail": part.detail or "auto"}
        case ImagePart():
            url = part.url if part.data is None else _data_url(part.data, part.media_type)
            return {"type": "input_image", "image_url": url, "detail": part.detail or "auto"}
        case DocumentPart(file_id=str() as ident):
            return {"type": "input_file", "file_id": ident}
        case DocumentPart(url=str() as url):
            return {"type": "input_file", "file_url": url}
        case DocumentPart(data=bytes() as data):
            return {
                "type": "input_file",
                "filename": part.name or file_name(part.media_type),
                "file_data": _data_url(data, part.media_type),
            }
        case _:
            raise refused_part("openai", part)


def _data_url(data: bytes, media_type: str | None) -> str:
    return f"data:{media_type};base64,{base64_text(data)}"


def _custom_calls(message: AIMessage) -> Iterator[str]:
    """The ids of calls of custom tools, whose results have a type of their own."""
    for part in message.parts:
        if isinstance(part, UnknownPart) and part.kind == "custom_tool_call":
            yield str(part.raw.get("call_id"))


def _tool_result(message: ToolMessage, *, custom: bool) -> InputItemParam:
    text_only = all(isinstance(part, TextPart) for part in message.parts)
    output = message.content if text_only else [_content(part) for part in message.parts]
    kind = "custom_tool_call_output" if custom else "function_call_output"
    # The SDK has the content of a result once more, under other names and with the same fields.
    return cast("InputItemParam", {"type": kind, "call_id": message.tool_call_id, "output": output})


def _tool(tool: Tool) -> FunctionToolParam:
    # Left out, `strict` means true here, and then a schema with optional fields is refused or rewritten:
    # https://platform.openai.com/docs/guides/function-calling#strict-mode
    return {
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.parameters,
        "strict": False,
    }


def _choice(choice: ToolChoice) -> ToolChoiceParam:
    return choice if isinstance(choice, str) else {"type": "function", "name": choice.name}


def _text_config(settings: Settings) -> TextConfigParam:
    config: TextConfigParam = {}
    wanted = settings.response_schema
    if wanted is not None:
        schema = openai_schema(wanted)
        config["format"] = {
            "type": "json_schema",
            "name": schema["name"],
            "schema": schema["schema"],
            "strict": schema["strict"],
        }
    if settings.verbosity is not None:
        config["verbosity"] = settings.verbosity
    return config
