"""What Converse accepts.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, with_config
from typing_extensions import TypedDict

from god_llm.testing.simulator.requests.checking import objects

__all__ = ["BEDROCK_REQUEST", "wrongly_said"]

_CLOSED: Final = ConfigDict(extra="forbid")
_Object = dict[str, JsonValue]
_Probability = Annotated[float, Field(ge=0, le=1)]


@with_config(_CLOSED)
class Message(TypedDict):
    role: Literal["user", "assistant"]
    content: Annotated[list[_Object], Field(min_length=1)]


@with_config(_CLOSED)
class Inference(TypedDict, total=False):
    maxTokens: Annotated[int, Field(ge=1)]
    temperature: _Probability
    topP: _Probability
    stopSequences: list[Annotated[str, Field(min_length=1)]]


@with_config(_CLOSED)
class Tools(TypedDict, total=False):
    tools: Annotated[list[_Object], Field(min_length=1)]
    toolChoice: _Object


@with_config(_CLOSED)
class BedrockRequest(TypedDict, total=False):
    messages: Annotated[list[Message], Field(min_length=1)]
    system: list[_Object]
    inferenceConfig: Inference
    toolConfig: Tools
    guardrailConfig: _Object
    additionalModelRequestFields: JsonValue
    projectIdentifier: str
    promptVariables: _Object
    additionalModelResponseFieldPaths: list[str]
    requestMetadata: dict[str, str]
    performanceConfig: _Object
    serviceTier: _Object
    outputConfig: _Object


BEDROCK_REQUEST: Final = TypeAdapter[object](BedrockRequest)

# Members of a content block; a block has exactly one.
_MEMBERS: Final = frozenset(
    {
        "text",
        "image",
        "document",
        "video",
        "audio",
        "toolUse",
        "toolResult",
        "guardContent",
        "cachePoint",
        "reasoningContent",
        "citationsContent",
        "searchResult",
        "toolAddition",
        "toolRemoval",
    }
)


def wrongly_said(body: dict[str, JsonValue]) -> str | None:
    """What Bedrock says of a conversation that is wrong, or None where it is right."""
    messages = list(objects(body.get("messages")))
    return next(chain(_wrong_turns(messages), _wrong_blocks(body, messages), _unpaired(messages)), None)


def _wrong_turns(messages: list[dict[str, JsonValue]]) -> Iterator[str]:
    roles = [message["role"] for message in messages]
    if not roles:
        yield "The messages field is empty. Add a message and try again."
    elif roles[0] != "user":
        yield (
            "A conversation must start with a user message. Try again with a conversation that starts with a user"
            " message."
        )
    if any(role == before for before, role in pairwise(roles)):
        yield (
            "A conversation must alternate between user and assistant roles. Make sure the conversation alternates"
            " between user and assistant roles and try again."
        )


def _wrong_blocks(body: dict[str, JsonValue], messages: list[dict[str, JsonValue]]) -> Iterator[str]:
    for number, message in enumerate(messages):
        for place, block in enumerate(objects(message["content"])):
            at = f"messages.{number}.content.{place}"
            if len(_MEMBERS & block.keys()) != 1:
                keys = ", ".join(sorted(_MEMBERS))
                yield f"The ContentBlock object at {at} must set one of the following keys: {keys}."
            text = block.get("text")
            if text == "":
                yield (
                    f"The text field in the ContentBlock object at {at} is blank. Add text to the text field, and try"
                    " again."
                )
            if "toolConfig" not in body and {"toolUse", "toolResult"} & block.keys():
                yield "The toolConfig field must be defined when using toolUse and toolResult content blocks."


def _unpaired(messages: list[dict[str, JsonValue]]) -> Iterator[str]:
    open_calls: list[JsonValue] = []
    for number, message in enumerate(messages):
        blocks = list(objects(message["content"]))
        answered = _idents(blocks, "toolResult")
        left = [call for call in open_calls if call not in answered]
        if left:
            missing = ", ".join(map(str, left))
            yield f"Expected toolResult blocks at messages.{number}.content for the following Ids: {missing}"
        if len(answered) > len(open_calls):
            yield (
                f"The number of toolResult blocks at messages.{number}.content exceeds the number of toolUse blocks"
                " of previous turn."
            )
        open_calls = _idents(blocks, "toolUse")


def _idents(blocks: list[dict[str, JsonValue]], member: str) -> list[JsonValue]:
    found = [block[member] for block in blocks if member in block]
    # Blocks of tools that run at AWS have a `type`.
    return [used.get("toolUseId") for used in found if isinstance(used, dict) and "type" not in used]
