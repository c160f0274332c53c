"""What a provider may claim to take, and how each claim is tried."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, TypeAlias, get_args

from pydantic import BaseModel

from god_llm.domain.exceptions import PromptError, UnsupportedFeatureError, UnsupportedParameterError
from god_llm.domain.messages import BaseMessage, Prompt, SystemMessage, UserMessage
from god_llm.domain.parts import AudioPart, ContentPart, DocumentPart, ImagePart, TextPart
from god_llm.domain.settings import GenerationSettings
from god_llm.domain.tools import NamedTool, Tool
from god_llm.engine.chat import ChatModel

__all__ = ["CAPABILITIES", "PROBES", "Capability", "Facade", "Probe", "ProbeSchema", "found", "probe_with"]

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of two wires have nothing in common

Capability: TypeAlias = Literal[
    "streams",  # the answer comes in pieces
    "async",  # there is a native async side
    "reasoning",  # answers may hold the model's reasoning; some recording shows it
    "temperature",
    "max_tokens",
    "top_p",
    "stop",
    "seed",
    "tools",  # tools are offered and called; some recording shows a call
    "tool_choice",
    "response_schema",
    "system",  # instructions in a message of their own
    "images",
    "documents",
    "audio",
    "top_k",
    "presence_penalty",
    "frequency_penalty",
    "parallel_tool_calls",
    "logprobs",
    "service_tier",
    "user",
    "request_metadata",
    "verbosity",
    "show_reasoning",
]
"""What a provider takes. Whatever is not claimed is denied, and must then be refused before anything is sent."""

CAPABILITIES: Final[tuple[Capability, ...]] = get_args(Capability)


class ProbeSchema(BaseModel):
    """The shape that answers are asked for in."""

    conformance_field: str


@dataclass(frozen=True, kw_only=True)
class Probe:
    """How one claim is tried.

    Attributes:
        traces: what the request must say somewhere: a text (alone or in a longer one), a number, or bytes
            (as they are, or as base64); none where each provider has words of its own: then it is enough that the
            request differs from one that does not ask.
        refusal: what is raised where it is denied.
        prompt, settings, prepare: how it is asked for.
        plainly: the facade that asks for all but this, for comparison.
    """

    traces: tuple[object, ...]
    refusal: type[PromptError]
    prompt: Prompt = "hello"
    settings: GenerationSettings = field(default_factory=GenerationSettings)
    prepare: Callable[[Facade], Facade] = lambda llm: llm
    plainly: Callable[[Facade], Facade] = lambda llm: llm


_TOOL: Final = Tool(
    "conformance_tool",
    "Says where a thing is.",
    {"type": "object", "properties": {"thing": {"type": "string"}}, "required": ["thing"]},
)
_OTHER: Final = Tool("other_tool", "Does nothing.", {"type": "object", "properties": {}})
# The smallest files of their kinds, for formatters that look inside.
_PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_PDF: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_WAV: Final = base64.b64decode("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=")


def _showing(part: ContentPart) -> Sequence[BaseMessage]:
    return (UserMessage(parts=(TextPart(text="Look."), part)),)


PROBES: Final[Mapping[Capability, Probe]] = {
    "temperature": Probe(traces=(0.25,), settings={"temperature": 0.25}, refusal=UnsupportedParameterError),
    "max_tokens": Probe(traces=(4711,), settings={"max_tokens": 4711}, refusal=UnsupportedParameterError),
    "top_p": Probe(traces=(0.125,), settings={"top_p": 0.125}, refusal=UnsupportedParameterError),
    "stop": Probe(traces=("STOP-HERE",), settings={"stop": "STOP-HERE"}, refusal=UnsupportedParameterError),
    "seed": Probe(traces=(815,), settings={"seed": 815}, refusal=UnsupportedParameterError),
    "top_k": Probe(traces=(37,), settings={"top_k": 37}, refusal=UnsupportedParameterError),
    "presence_penalty": Probe(traces=(0.375,), settings={"presence_penalty": 0.375}, refusal=UnsupportedParameterError),
    "frequency_penalty": Probe(
        traces=(0.625,), settings={"frequency_penalty": 0.625}, refusal=UnsupportedParameterError
    ),
    "logprobs": Probe(traces=(7,), settings={"logprobs": 7}, refusal=UnsupportedParameterError),
    "service_tier": Probe(traces=("flex",), settings={"service_tier": "flex"}, refusal=UnsupportedParameterError),
    "user": Probe(traces=("end-user-42",), settings={"user": "end-user-42"}, refusal=UnsupportedParameterError),
    "request_metadata": Probe(
        traces=("label-key", "label-value"),
        settings={"request_metadata": {"label-key": "label-value"}},
        refusal=UnsupportedParameterError,
    ),
    "verbosity": Probe(traces=("high",), settings={"verbosity": "high"}, refusal=UnsupportedParameterError),
    "show_reasoning": Probe(traces=(), settings={"show_reasoning": True}, refusal=UnsupportedParameterError),
    "parallel_tool_calls": Probe(
        traces=(),
        settings={"parallel_tool_calls": False},
        prepare=lambda llm: llm.with_tools(_TOOL),
        plainly=lambda llm: llm.with_tools(_TOOL),
        refusal=PromptError,
    ),
    "tools": Probe(
        traces=("conformance_tool", "Says where a thing is."),
        prepare=lambda llm: llm.with_tools(_TOOL),
        refusal=PromptError,
    ),
    "tool_choice": Probe(
        traces=("conformance_tool",),
        prepare=lambda llm: llm.with_tools(_TOOL, _OTHER, choice=NamedTool("conformance_tool")),
        plainly=lambda llm: llm.with_tools(_TOOL, _OTHER),
        refusal=PromptError,
    ),
    "response_schema": Probe(traces=("conformance_field",), refusal=PromptError),
    "system": Probe(
        traces=("Be brief.", "hello"),
        prompt=(SystemMessage(content="Be brief."), UserMessage(content="hello")),
        refusal=PromptError,
    ),
    "images": Probe(
        traces=(_PNG, "Look."),
        prompt=_showing(ImagePart(data=_PNG, media_type="image/png")),
        refusal=UnsupportedFeatureError,
    ),
    "documents": Probe(
        traces=(_PDF, "Look."),
        prompt=_showing(DocumentPart(data=_PDF, media_type="application/pdf", name="report")),
        refusal=UnsupportedFeatureError,
    ),
    "audio": Probe(
        traces=(_WAV, "Look."),
        prompt=_showing(AudioPart(data=_WAV, media_type="audio/wav")),
        refusal=UnsupportedFeatureError,
    ),
}
"""The claims that show in a request; the others are tried by laws of their own."""


def probe_with(probe: Probe, capability: Capability, settings: GenerationSettings) -> Probe:
    """The probe with other settings; the request must say the value of the setting that is tried."""
    leaves = _leaves(settings.get(capability))
    return replace(probe, settings=settings, traces=tuple(leaf for leaf in leaves if not isinstance(leaf, bool)))


def found(trace: object, request: object) -> bool:
    """Whether a request says this anywhere."""
    return any(_says(leaf, trace) for leaf in _leaves(request))


def _says(leaf: object, trace: object) -> bool:
    match trace, leaf:
        case bytes(), bytes():
            return trace == leaf
        case bytes(), str():
            return base64.b64encode(trace).decode("ascii") in leaf
        case str(), str():
            return trace in leaf
        case _:
            return type(leaf) is type(trace) and leaf == trace


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from _leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
