"""The fields that we read are fields that the installed SDKs know, by name: an SDK that drops one is noticed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, TypeVar, Union, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict, is_typeddict

import god_llm.dialects.chat_completions.wire as chat_wire
import god_llm.plugins.anthropic.wire as anthropic_wire
import god_llm.plugins.bedrock.wire as bedrock_wire
from god_llm.plugins.openai.responses import wire as responses_wire

# What real services send, and the SDKs' models leave out.
UNDOCUMENTED: Mapping[tuple[str, str], str] = {
    ("UsageDict", "service_tier"): "Anthropic's whole messages have it, the counts at a stream's end have not",
    ("Said", "reasoning_content"): "servers that speak like OpenAI name the reasoning so",
    ("Said", "reasoning"): "Groq and Ollama name the reasoning so; OpenAI's model has none",
    ("Said", "executed_tools"): "Groq's tools; OpenAI's model has none",
    ("Said", "audio"): "OpenAI streams sound in pieces that its model does not name",
    ("Said", "annotations"): "OpenAI streams citations that its model does not name",
    ("Call", "custom"): "a call of a custom tool comes in pieces that the model does not name",
    ("Call", "index"): "only pieces of a stream have it",
    ("Ending", "finish_details"): "sent by older models in place of a finish reason",
    ("UsageDict", "cached_tokens"): "Moonshot's name of the input from the cache",
    ("UsageDict", "prompt_cache_hit_tokens"): "DeepSeek's name of the input from the cache",
    ("PromptDetails", "cache_write_tokens"): "Groq's and older counts leave it out",
}


def inner_types(hint: object) -> Iterator[object]:
    """The classes that an annotation names, at any depth."""
    if isinstance(hint, TypeVar):
        return
    if get_origin(hint) in (Union, UnionType, Annotated) or get_args(hint):
        for inner in get_args(hint):
            yield from inner_types(inner)
    else:
        yield hint


def models_of(hint: object) -> list[type[BaseModel]]:
    """The SDK's models among an annotation's classes."""
    return [found for found in inner_types(hint) if isinstance(found, type) and issubclass(found, BaseModel)]


@cache
def known_fields(models: tuple[type[BaseModel], ...]) -> Mapping[str, tuple[type[BaseModel], ...]]:
    """Field name -> the models that may stand there, over several models that share a place."""
    fields: dict[str, tuple[type[BaseModel], ...]] = {}
    for model in models:
        for name, field in model.model_fields.items():
            fields[field.alias or name] = (*fields.get(field.alias or name, ()), *models_of(field.annotation))
    return fields


def strangers(ours: type, theirs: Iterable[type[BaseModel]]) -> Iterator[str]:
    """The fields of a TypedDict of ours, at any depth, that no model of the SDK has in that place."""
    fields = known_fields(tuple(theirs))
    for name, hint in get_type_hints(ours).items():
        if any((base.__name__, name) in UNDOCUMENTED for base in (ours, *getattr(ours, "__orig_bases__", ()))):
            continue
        if name not in fields:
            yield f"{ours.__name__}.{name}"
            continue
        for inner in inner_types(hint):
            if isinstance(inner, type) and is_typeddict(inner) and fields[name]:
                yield from strangers(inner, fields[name])


def test_anthropics_fields() -> None:
    """Anthropic's messages and stream events have every field that we read."""
    from anthropic.types import Message, RawMessageStreamEvent

    assert list(strangers(anthropic_wire.Reply, [Message])) == []
    assert list(strangers(anthropic_wire.Event, models_of(RawMessageStreamEvent))) == []


def test_openais_chat_fields() -> None:
    """OpenAI's completions and chunks have every field that we read, but for those named above."""
    from openai.types import CompletionUsage
    from openai.types.chat import ChatCompletion, ChatCompletionChunk

    assert list(strangers(chat_wire.Reply, [ChatCompletion])) == []
    assert list(strangers(chat_wire.Chunk, [ChatCompletionChunk])) == []
    assert list(strangers(chat_wire.UsageDict, [CompletionUsage])) == []


def test_groqs_fields() -> None:
    """Groq's completions and chunks have the fields that OpenAI's have not."""
    from groq.types.chat import ChatCompletionChunk, ChatCompletionMessage

    assert {"reasoning", "executed_tools"} <= ChatCompletionMessage.model_fields.keys()
    (delta,) = {*models_of(ChatCompletionChunk.model_fields["choices"].annotation)}
    (said,) = models_of(delta.model_fields["delta"].annotation)
    assert {"reasoning", "executed_tools", "tool_calls", "content"} <= said.model_fields.keys()
    assert "x_groq" in ChatCompletionChunk.model_fields


def test_openais_response_fields() -> None:
    """OpenAI's responses and their stream events have every field that we read."""
    from openai.types.responses import Response, ResponseStreamEvent

    assert list(strangers(responses_wire.Reply, [Response])) == []
    assert list(strangers(responses_wire.Event, models_of(ResponseStreamEvent))) == []


@pytest.mark.parametrize("operation", ["Converse", "ConverseStream"])
def test_bedrocks_fields(operation: str) -> None:
    """AWS's description of the service has every field that we read; boto3 adds `ResponseMetadata`."""
    from botocore.session import get_session

    shape = get_session().get_service_model("bedrock-runtime").operation_model(operation).output_shape
    assert shape is not None
    streamed = operation == "ConverseStream"
    ours: type = bedrock_wire.Event if streamed else bedrock_wire.Reply
    members: Mapping[str, object] = getattr(shape.members["stream"], "members", {}) if streamed else shape.members

    # One TypedDict stands for several events: each of its fields is to be known in one of its places.
    places: dict[type, set[str]] = {}

    def visit(fields: type, theirs: Mapping[str, object]) -> None:
        places.setdefault(fields, set()).update(theirs)
        for name, hint in get_type_hints(fields).items():
            for inner in inner_types(hint):
                if isinstance(inner, type) and is_typeddict(inner) and name in theirs:
                    visit(inner, getattr(theirs[name], "members", {}))

    visit(ours, members)
    elsewhere = {"ResponseMetadata"}
    unknown = {fields.__name__: get_type_hints(fields).keys() - known - elsewhere for fields, known in places.items()}
    assert {name: missing for name, missing in unknown.items() if missing} == {}
    assert bedrock_wire.UsageDict in places


class Inner(BaseModel):
    """Stands for an SDK's model."""

    known: int


class Outer(BaseModel):
    """Has the other one inside."""

    inner: Inner | None


class OurInner(TypedDict):
    """Reads a field that the model has, and one that it has not."""

    known: int
    other: int


class OurOuter(TypedDict):
    """Reads the model inside, and a field that is nowhere."""

    inner: OurInner
    more: int


def test_a_stranger_is_noticed() -> None:
    """The comparison finds a field that a model lacks, also inside another."""
    assert list(strangers(OurOuter, [Outer])) == ["OurInner.other", "OurOuter.more"]
