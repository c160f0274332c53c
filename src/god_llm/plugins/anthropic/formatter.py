"""A conversation as Anthropic's request.

https://platform.claude.com/docs/en/api/messages
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, cast

from god_llm.dialects.claude_thinking import Thinking, claude_thinking, output_limit
from god_llm.dialects.conversation import (
    arguments_of,
    base64_text,
    instructions_first,
    not_empty,
    offers_tools,
    parts_of,
    refused_message,
    refused_part,
    tier_word,
)
from god_llm.dialects.schemas.formats import claude_schema
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import (
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
from god_llm.domain.settings import Settings
from god_llm.plugins.anthropic.catalogue import CATALOGUE

if TYPE_CHECKING:
    from god_llm.domain.tools import ResponseSchema, Tool, ToolChoice
    from god_llm.plugins.anthropic.wire import (
        MessageParam,
        OutputParam,
        Request,
        ThinkingAdaptiveParam,
        ThinkingEnabledParam,
        ThinkingParam,
        ToolChoiceParam,
        ToolParam,
    )

__all__ = ["SETTINGS", "AnthropicFormatter"]

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "top_k",
        "stop",
        "reasoning",
        "show_reasoning",
        "parallel_tool_calls",
        "service_tier",
        "user",
        "tools",
        "tool_choice",
        "response_schema",
    }
)
"""The settings that the Messages API accepts."""

# https://platform.claude.com/docs/en/api/service-tiers
_TIERS: Final[Mapping[str, Literal["auto", "standard_only"]]] = {"auto": "auto", "standard_only": "standard_only"}

Block = dict[str, object]


class AnthropicFormatter:
    """Writes requests for the Messages API.

    Reasoning that Anthropic signed goes back as it came; other providers' reasoning is left out, since
    nobody but its author can read it.
    """

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        instructions, turns = instructions_first(messages)
        facts = CATALOGUE.facts(model)
        thinking = claude_thinking("anthropic", facts, settings)
        request: Request = {
            "model": model,
            "max_tokens": output_limit(facts, settings, thinking),
            "messages": not_empty("anthropic", list(_turns(turns))),
        }
        if instructions:
            request["system"] = "\n\n".join(instructions)
        _write_sampling(request, settings)
        _write_tools(request, settings)
        if settings.service_tier is not None:
            request["service_tier"] = tier_word("anthropic", settings.service_tier, _TIERS)
        if settings.user is not None:
            request["metadata"] = {"user_id": settings.user}
        if thinking is not None:
            request["thinking"] = _thinking_param(thinking)
        container = _container(messages)
        if container is not None and "container" not in (settings.extra or ()):
            request["container"] = container
        output = _output(settings.response_schema, thinking)
        if output:
            request["output_config"] = output
        return request


def _container(messages: Sequence[BaseMessage]) -> str | None:
    """The id of the container in which the latest own answer ran code; the next request goes on in it."""
    for message in reversed(messages):
        if isinstance(message, AIMessage) and message.provider == "anthropic":
            container = (message.provider_data or {}).get("container")
            ident = container.get("id") if isinstance(container, dict) else None
            if isinstance(ident, str):
                return ident
    return None


def _write_sampling(request: Request, settings: Settings) -> None:
    if settings.temperature is not None:
        request["temperature"] = settings.temperature
    if settings.top_p is not None:
        request["top_p"] = settings.top_p
    if settings.top_k is not None:
        request["top_k"] = settings.top_k
    if settings.stop:
        request["stop_sequences"] = list(settings.stop)


def _write_tools(request: Request, settings: Settings) -> None:
    if settings.tools:
        request["tools"] = [_tool(tool) for tool in settings.tools]
    choice = _tool_choice(settings)
    if choice is not None:
        request["tool_choice"] = choice


def _thinking_param(thinking: Thinking) -> ThinkingParam:
    match thinking.kind:
        case "enabled":
            enabled: ThinkingEnabledParam = {"type": "enabled", "budget_tokens": thinking.budget}
            return enabled if thinking.display is None else {**enabled, "display": thinking.display}
        case "adaptive":
            adaptive: ThinkingAdaptiveParam = {"type": "adaptive"}
            return adaptive if thinking.display is None else {**adaptive, "display": thinking.display}
        case "disabled":
            return {"type": "disabled"}


def _output(schema: ResponseSchema | None, thinking: Thinking | None) -> OutputParam:
    output: OutputParam = {}
    if schema is not None:
        output["format"] = {"type": "json_schema", "schema": claude_schema("anthropic", schema)}
    if thinking is not None and thinking.effort is not None:
        output["effort"] = thinking.effort
    return output


def _turns(messages: Sequence[BaseMessage]) -> Iterator[MessageParam]:
    """The messages as turns; results of tools and the user's next words share one turn, as Anthropic asks."""
    turn: list[Block] = []
    speaker = ""
    for message in messages:
        role, blocks = _role(message), list(_blocks(message))
        if not blocks:
            continue
        if role == speaker == "user":
            turn.extend(blocks)
            continue
        if turn:
            yield _turn(speaker, turn)
        speaker, turn = role, blocks
    if turn:
        yield _turn(speaker, turn)


def _turn(role: str, blocks: list[Block]) -> MessageParam:
    # Blocks of Anthropic's own making go back as they came, so no SDK type fits all of them.
    return cast("MessageParam", {"role": role, "content": blocks})


def _role(message: BaseMessage) -> str:
    match message:
        case AIMessage():
            return "assistant"
        case UserMessage() | ToolMessage():
            return "user"
        case SystemMessage():
            return "system"
        case _:
            raise refused_message("anthropic", message)


def _blocks(message: BaseMessage) -> Iterator[Block]:
    if isinstance(message, ToolMessage):
        yield _tool_result(message)
        return
    own = isinstance(message, AIMessage) and message.provider == "anthropic"
    last: Block = {}
    for part in parts_of(message):
        if isinstance(part, CitationPart):
            if own and last.get("type") == "text":
                last["citations"] = [*_listed(last.get("citations")), part.raw]
            continue
        last = _block(part, own=own) or {}
        if last:
            yield last


def _block(part: ContentPart, *, own: bool) -> Block | None:
    """A part as a block, or None where there is nothing to say. `own`: Anthropic said it itself."""
    match part:
        case TextPart() | RefusalPart():
            return {"type": "text", "text": part.text} if part.text.strip() else None
        case ReasoningPart():
            return _reasoning(part) if own else None
        case ToolCallPart():
            attached = part.provider_data or {} if own else {}
            call = {"id": part.id, "name": part.name, "input": arguments_of("anthropic", part)}
            return {"type": "tool_use", **call, **attached}
        case ToolResultPart():
            result: Block = {"type": "tool_result", "tool_use_id": part.tool_call_id, "content": part.content}
            return {**result, "is_error": True} if part.is_error else result
        case ImagePart() | DocumentPart():
            return _media(part)
        case ServerToolPart() | UnknownPart() if own:
            return dict(part.raw)
        case _:
            raise refused_part("anthropic", part)


def _reasoning(part: ReasoningPart) -> Block | None:
    if part.data is not None:
        return {"type": "redacted_thinking", "data": part.data}
    if part.signature is None:
        return None  # Anthropic takes back only what it signed
    return {"type": "thinking", "thinking": part.text, "signature": part.signature}


def _media(part: ImagePart | DocumentPart) -> Block:
    block: Block = {"type": part.type, "source": _source(part)}
    if isinstance(part, DocumentPart) and part.name is not None:
        block["title"] = part.name
    return block


def _source(part: ImagePart | DocumentPart) -> Block:
    if part.file_id is not None:
        return {"type": "file", "file_id": part.file_id}
    if part.data is None:
        return {"type": "url", "url": part.url}
    if part.media_type == "text/plain":
        return {"type": "text", "media_type": "text/plain", "data": part.data.decode()}
    return {"type": "base64", "media_type": part.media_type, "data": base64_text(part.data)}


def _tool_result(message: ToolMessage) -> Block:
    text_only = all(isinstance(part, TextPart) for part in message.parts)
    blocks = [] if text_only else [_block(part, own=False) for part in message.parts]
    content: object = message.content if text_only else [block for block in blocks if block is not None]
    result: Block = {"type": "tool_result", "tool_use_id": message.tool_call_id, "content": content}
    return {**result, "is_error": True} if message.is_error else result


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


def _tool(tool: Tool) -> ToolParam:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}


def _tool_choice(settings: Settings) -> ToolChoiceParam | None:
    """The choice of tools. The switch for parallel calls is part of it, so that it may need one of its own."""
    parallel = settings.parallel_tool_calls if offers_tools(settings) else None
    if settings.tool_choice is None and parallel is None:
        return None
    choice = _choice(settings.tool_choice or "auto")
    if parallel is not None and choice["type"] != "none":
        choice["disable_parallel_tool_use"] = not parallel
    return choice


def _choice(choice: ToolChoice) -> ToolChoiceParam:
    if not isinstance(choice, str):
        return {"type": "tool", "name": choice.name}
    match choice:
        case "auto":
            return {"type": "auto"}
        case "required":
            return {"type": "any"}
        case "none":
            return {"type": "none"}
