"""A conversation as Bedrock's request.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, cast

from pydantic_core import to_json

from god_llm.dialects.conversation import (
    arguments_of,
    instructions_first,
    not_empty,
    parts_of,
    refused_message,
    refused_part,
    tier_word,
)
from god_llm.dialects.schemas.formats import claude_schema
from god_llm.domain.exceptions import UnsupportedFeatureError, UnsupportedParameterError
from god_llm.domain.messages import AIMessage, BaseMessage, ToolMessage, UserMessage
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
    VideoPart,
)
from god_llm.domain.settings import Settings
from god_llm.plugins.bedrock.blocks import sendable
from god_llm.plugins.bedrock.media import FORMATS, document_name, format_of
from god_llm.plugins.bedrock.reasoning import Reasoning, reasoning_fields
from god_llm.plugins.bedrock.sampling import top_k_fields
from god_llm.plugins.bedrock.wire import UNKNOWN_MEMBER

if TYPE_CHECKING:
    from god_llm.domain.tools import NamedTool, ResponseSchema, Tool
    from god_llm.plugins.bedrock.wire import (
        Block,
        InferenceConfig,
        MessageParam,
        OutputConfig,
        Request,
        ToolChoiceParam,
        ToolConfig,
        ToolParam,
    )

__all__ = ["SETTINGS", "BedrockFormatter"]

_Media: TypeAlias = ImagePart | DocumentPart | AudioPart | VideoPart

SETTINGS: Final = frozenset(
    {
        "temperature",
        "max_tokens",
        "top_p",
        "top_k",
        "stop",
        "reasoning",
        "show_reasoning",
        "service_tier",
        "request_metadata",
        "tools",
        "tool_choice",
        "response_schema",
    }
)
"""The settings that Converse accepts; `top_k`, `reasoning` and `show_reasoning` of some models only."""

# https://docs.aws.amazon.com/bedrock/latest/userguide/service-tiers-inference.html
_TIERS: Final[Mapping[str, Literal["default", "flex", "priority", "reserved"]]] = {
    "default": "default",
    "flex": "flex",
    "priority": "priority",
    "reserved": "reserved",
}

_TOOL_BLOCKS: Final = frozenset({"toolUse", "toolResult"})


class BedrockFormatter:
    """Writes requests for Converse and ConverseStream.

    Reasoning that the model signed goes back as it came; unsigned reasoning, and other providers', is left
    out, since nobody but its author can read it. Blank text is left out, too: Bedrock refuses it, though its
    models write it.
    """

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        instructions, rest = instructions_first(messages)
        turns = not_empty("bedrock", list(_turns(rest)))
        request: Request = {"modelId": model, "messages": [_turn(role, blocks) for role, blocks in turns]}
        system = [text for text in instructions if text.strip()]
        if system:
            request["system"] = [{"text": text} for text in system]
        reasoning = reasoning_fields(model, settings)
        inference = _inference(settings, reasoning)
        if inference:
            request["inferenceConfig"] = inference
        tools = _tool_config(settings, used=any(_TOOL_BLOCKS & block.keys() for _, blocks in turns for block in blocks))
        if tools is not None:
            request["toolConfig"] = tools
        if settings.response_schema is not None:
            request["outputConfig"] = _output(settings.response_schema)
        if settings.service_tier is not None:
            request["serviceTier"] = {"type": tier_word("bedrock", settings.service_tier, _TIERS)}
        if settings.request_metadata:
            request["requestMetadata"] = dict(settings.request_metadata)
        fields = {**reasoning.fields, **top_k_fields(model, settings.top_k)}
        if fields:
            request["additionalModelRequestFields"] = fields
        return request


def _turns(messages: Sequence[BaseMessage]) -> Iterator[tuple[str, list[Block]]]:
    """The messages as turns, which must alternate: a message without content is left out, neighbours are joined."""
    names: set[str] = set()
    turn: list[Block] = []
    speaker = ""
    for message in messages:
        role, blocks = _role(message), list(_blocks(message, names))
        if not blocks:
            continue
        if role == speaker:
            turn.extend(blocks)
            continue
        if turn:
            yield speaker, turn
        speaker, turn = role, blocks
    if turn:
        yield speaker, turn


def _turn(role: str, blocks: list[Block]) -> MessageParam:
    if any("document" in block for block in blocks) and not any("text" in block for block in blocks):
        raise UnsupportedFeatureError(
            "bedrock takes a document only beside text: say in the same message what to do with it",
            provider="bedrock",
        )
    # Blocks of Bedrock's own making go back as they came, so no SDK type fits all of them.
    return cast("MessageParam", {"role": role, "content": blocks})


def _role(message: BaseMessage) -> str:
    match message:
        case AIMessage():
            return "assistant"
        case UserMessage() | ToolMessage():
            return "user"
        case _:
            raise refused_message("bedrock", message)


def _blocks(message: BaseMessage, names: set[str]) -> Iterator[Block]:
    if isinstance(message, ToolMessage):
        yield _tool_result(message, names)
        return
    own = isinstance(message, AIMessage) and message.provider == "bedrock"
    blocks: list[Block] = []
    for part in parts_of(message):
        if isinstance(part, CitationPart):
            if own:
                _cite(blocks, part)
            continue
        block = _block(part, names, own=own)
        if block is not None:
            blocks.append(block)
    yield from blocks


def _cite(blocks: list[Block], part: CitationPart) -> None:
    """Put a citation where Bedrock had it: in one block with the text that it is of."""
    known = {name: value for name, value in part.raw.items() if not _unknown(value)}
    match blocks:
        case [*_, {"text": text}]:
            blocks[-1] = {"citationsContent": {"content": [{"text": text}], "citations": [known]}}
        case [*_, {"citationsContent": {"citations": list(citations)}}]:
            citations.append(known)
        case _:
            return  # there is no text that it is of


def _block(part: ContentPart, names: set[str], *, own: bool) -> Block | None:
    """A part as a block, or None where there is nothing to say. `own`: Bedrock said it itself."""
    match part:
        case TextPart() | RefusalPart():
            return {"text": part.text} if part.text.strip() else None
        case ReasoningPart():
            return _reasoning(part) if own else None
        case ToolCallPart():
            if part.id is None:
                raise refused_part("bedrock", part, "the call has no id")
            attached = part.provider_data or {} if own else {}
            call = {"toolUseId": part.id, "name": part.name, "input": arguments_of("bedrock", part)}
            return {"toolUse": {**call, **attached}}
        case ToolResultPart():
            said: list[Block] = [{"text": part.content}] if part.content.strip() else []
            return _result(part.tool_call_id, said, failed=part.is_error)
        case ImagePart() | VideoPart() | AudioPart():
            return {part.type: {"format": _format(part), "source": _source(part)}}
        case DocumentPart():
            name = document_name(part.name, names)
            return {"document": {"format": _format(part), "name": name, "source": _source(part)}}
        case ServerToolPart() | UnknownPart() if own:
            return _returned(part)
        case _:
            raise refused_part("bedrock", part)


def _reasoning(part: ReasoningPart) -> Block | None:
    if part.data is not None:
        return {"reasoningContent": {"redactedContent": base64.b64decode(part.data)}}
    if part.signature is None:
        return None  # models that sign take back only what they signed, the others take none
    return {"reasoningContent": {"reasoningText": {"text": part.text, "signature": part.signature}}}


def _format(part: _Media) -> str:
    formats = FORMATS[part.type]
    known = format_of(part.media_type, part.url, formats)
    if known is None:
        taken = ", ".join(sorted(set(formats.values())))
        raise refused_part("bedrock", part, f"its media type {part.media_type!r} is none of {taken}")
    return known


def _source(part: _Media) -> Block:
    if part.data is not None:
        return {"bytes": part.data}
    if part.url is None or not part.url.startswith("s3://"):
        raise refused_part("bedrock", part, "it fetches nothing but s3:// addresses; pass data= with media_type=")
    return {"s3Location": {"uri": part.url}}


def _tool_result(message: ToolMessage, names: set[str]) -> Block:
    blocks = [_block(part, names, own=False) for part in message.parts]
    return _result(message.tool_call_id, [block for block in blocks if block is not None], failed=message.is_error)


def _result(ident: str, said: list[Block], *, failed: bool) -> Block:
    result: Block = {"toolUseId": ident, "content": said}
    return {"toolResult": {**result, "status": "error"} if failed else result}


def _returned(part: ServerToolPart | UnknownPart) -> Block:
    if _unknown(part.raw):
        raise refused_part("bedrock", part, "it was recorded through a boto3 that did not know what is in it")
    return sendable(part.raw)


def _unknown(value: object) -> bool:
    """Whether boto3 put its mark for something that it does not know anywhere in here."""
    match value:
        case dict():
            return UNKNOWN_MEMBER in value or any(map(_unknown, value.values()))
        case list():
            return any(map(_unknown, value))
        case _:
            return False


def _inference(settings: Settings, reasoning: Reasoning) -> InferenceConfig:
    config: InferenceConfig = {}
    limit = reasoning.needed_limit if settings.max_tokens is None else settings.max_tokens
    if limit is not None:
        config["maxTokens"] = limit
    if settings.temperature is not None:
        config["temperature"] = settings.temperature
    if settings.top_p is not None:
        config["topP"] = settings.top_p
    if settings.stop:
        config["stopSequences"] = list(settings.stop)
    return config


def _tool_config(settings: Settings, *, used: bool) -> ToolConfig | None:
    """The tools on offer. `used`: the conversation has calls or results, which Bedrock takes only beside tools."""
    choice = settings.tool_choice
    if choice == "none":
        if used:
            raise UnsupportedParameterError(
                "bedrock has no word for tool choice 'none', and insists on tools where the conversation has tool"
                " calls or results; leave the choice out",
                provider="bedrock",
            )
        return None
    if not settings.tools:
        if choice == "required":
            raise UnsupportedParameterError("bedrock takes a tool choice only with tools", provider="bedrock")
        return None
    config: ToolConfig = {"tools": [_tool(tool) for tool in settings.tools]}
    if choice is not None:
        config["toolChoice"] = _choice(choice)
    return config


def _tool(tool: Tool) -> ToolParam:
    spec: ToolParam = {"toolSpec": {"name": tool.name, "inputSchema": {"json": tool.parameters}}}
    if tool.description:
        spec["toolSpec"]["description"] = tool.description
    return spec


def _choice(choice: NamedTool | str) -> ToolChoiceParam:
    if not isinstance(choice, str):
        return {"tool": {"name": choice.name}}
    match choice:
        case "required":
            return {"any": {}}
        case _:
            return {"auto": {}}


def _output(schema: ResponseSchema) -> OutputConfig:
    text = to_json(claude_schema("bedrock", schema)).decode()
    return {
        "textFormat": {"type": "json_schema", "structure": {"jsonSchema": {"schema": text, "name": schema.name}}},
    }
