"""`Traced`: the span and the measurements of a call, and what is never on them."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from typing import Final

import anyio
import pytest
from opentelemetry import trace
from opentelemetry.trace import (
    Span,
    SpanKind,
    StatusCode,
)
from recorder import Recorder
from scripted import ANSWER, CALL, DELTAS, WAYS, Scripted, Way, asked, call_of
from typing_extensions import override

from god_llm import (
    AIMessage,
    Call,
    ChatBedrock,
    CustomModel,
    ImagePart,
    RateLimitError,
    ReasoningPart,
    Settings,
    SystemMessage,
    TextPart,
    ToolCallPart,
    ToolMessage,
    UserMessage,
)
from god_llm.domain.tools import ResponseSchema
from god_llm.middleware import Traced
from god_llm.testing import FakeTransport

SWITCH: Final = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"


@pytest.fixture(autouse=True)
def _no_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)


@pytest.mark.parametrize("way", WAYS)
def test_a_call_is_a_span(way: Way) -> None:
    """The span has the names, attributes and kind of the GenAI conventions, and the answer passes unchanged."""
    recorder = Recorder()
    settings = Settings(temperature=0.5, max_tokens=9, stop=("x",), seed=3)
    found = asked(recorder.traced(Scripted()), way, replace(CALL, settings=settings))
    assert found is ANSWER or list(found) == list(DELTAS)
    assert (recorder.span.name, recorder.span.kind) == ("chat some-model", SpanKind.CLIENT)
    assert recorder.span.status == (StatusCode.UNSET, None)
    assert recorder.span.attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "groq",
        "gen_ai.request.model": "some-model",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 9,
        "gen_ai.request.stop_sequences": ("x",),
        "gen_ai.request.seed": 3,
        "gen_ai.output.type": "text",
        "gen_ai.response.id": "id",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 7,
    }


@pytest.mark.parametrize("way", WAYS)
def test_time_and_tokens_are_measured(way: Way) -> None:
    """Each call measures its seconds once, and the tokens of either kind."""
    recorder = Recorder()
    asked(recorder.traced(Scripted(seconds=0.01)), way)
    common = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "groq",
        "gen_ai.request.model": "some-model",
    }
    seconds, *tokens = recorder.measured
    assert (seconds[:2], seconds[3]) == (("gen_ai.client.inference.duration", "s"), common)
    assert 0.01 <= seconds[2] < 1
    assert tokens == [
        ("gen_ai.client.token.usage", "{token}", 3, {**common, "gen_ai.token.type": "input"}),
        ("gen_ai.client.token.usage", "{token}", 7, {**common, "gen_ai.token.type": "output"}),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_is_on_span_and_measurement_without_its_text(way: Way) -> None:
    """The span has status and type of the error; its text, which can hold the prompt, is nowhere."""
    recorder = Recorder()
    with pytest.raises(RateLimitError):
        asked(recorder.traced(Scripted(fault=lambda: RateLimitError("a private prompt"))), way)
    assert recorder.span.status == (StatusCode.ERROR, "RateLimitError")
    assert recorder.span.attributes["error.type"] == "RateLimitError"
    ((*_, attributes),) = recorder.measured
    assert attributes is not None
    assert attributes["error.type"] == "RateLimitError"
    assert "private" not in repr((recorder.span.__dict__, recorder.measured))


def test_a_stream_that_is_left_is_no_failure() -> None:
    """The span of a stream that was left ends with it, without an error."""
    recorder = Recorder()
    with closing(recorder.traced(Scripted()).stream(CALL)) as deltas:
        next(deltas)
    assert recorder.span.status == (StatusCode.UNSET, None)
    assert "error.type" not in recorder.span.attributes


def test_a_cancelled_call_ends_its_span() -> None:
    """Cancellation is no failure, and the span ends."""
    recorder = Recorder()

    async def main() -> None:
        with anyio.move_on_after(0.01):
            await recorder.traced(Scripted(seconds=5)).arespond(CALL)

    anyio.run(main)
    assert recorder.span.status == (StatusCode.UNSET, None)


@pytest.mark.parametrize("way", WAYS)
def test_the_span_is_current_for_the_inner_model_alone(way: Way) -> None:
    """Spans of the HTTP client are below it; the reader of a stream does not work inside it."""
    recorder, inside = Recorder(), list[Span]()
    model = recorder.traced(Scripted(fault=lambda: inside.append(trace.get_current_span())))
    if way == "stream":
        for _ in model.stream(CALL):
            assert trace.get_current_span() is not recorder.spans[0]
    elif way == "astream":

        async def read() -> None:
            async for _ in model.astream(CALL):
                assert trace.get_current_span() is not recorder.spans[0]

        anyio.run(read)
    else:
        asked(model, way)
    assert inside == [recorder.span]
    assert trace.get_current_span() is not recorder.span


PARTS: Final = (
    ReasoningPart(text="hm"),
    TextPart(text="the answer"),
    ToolCallPart(id="c", name="clock", raw_arguments='{"city": "Oslo"}'),
)
CHAT: Final = Call(
    provider="groq",
    model="m",
    messages=(
        SystemMessage(content="Be brief."),
        UserMessage(content="look", parts=(ImagePart(data=b"\x89PNG", media_type="image/png"),)),
        AIMessage(parts=(PARTS[2],)),
        ToolMessage(content="noon", tool_call_id="c"),
    ),
    settings=Settings(),
)


class Telling(Scripted):
    """Answers with reasoning, text and a tool call."""

    @override
    def respond(self, _: Call, /) -> AIMessage:
        return AIMessage(parts=PARTS, finish_reason="tool_calls")


@pytest.mark.parametrize("value", [None, "false", "", "no_content", "event_only"])
def test_content_stays_off_the_span_unless_it_is_asked_for(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the environment variable neither prompt nor answer is on the span."""
    if value is not None:
        monkeypatch.setenv(SWITCH, value)
    recorder = Recorder()
    asked(recorder.traced(Telling()), "respond", CHAT)
    written = repr(recorder.span.attributes)
    assert not any(text in written for text in ("brief", "look", "noon", "answer", "Oslo", "messages"))


@pytest.mark.parametrize("value", ["true", "SPAN_ONLY", "span_and_event"])
def test_content_is_on_the_span_if_it_is_asked_for(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable puts prompt and answer on the span, in the JSON of the conventions, without the bytes of files."""
    monkeypatch.setenv(SWITCH, value)
    recorder = Recorder()
    asked(recorder.traced(Telling()), "respond", CHAT)
    attributes = {
        name: json.loads(str(text)) for name, text in recorder.span.attributes.items() if text and str(text)[0] == "["
    }
    called = {"type": "tool_call", "id": "c", "name": "clock", "arguments": '{"city": "Oslo"}'}
    assert attributes["gen_ai.system_instructions"] == [{"type": "text", "content": "Be brief."}]
    assert attributes["gen_ai.input.messages"] == [
        {
            "role": "user",
            "parts": [
                {"type": "text", "content": "look"},
                {"type": "blob", "modality": "image", "mime_type": "image/png"},
            ],
        },
        {"role": "assistant", "parts": [called]},
        {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c", "response": "noon"}]},
    ]
    assert attributes["gen_ai.output.messages"] == [
        {
            "role": "assistant",
            "parts": [{"type": "reasoning", "content": "hm"}, {"type": "text", "content": "the answer"}, called],
            "finish_reason": "tool_calls",
        }
    ]


@pytest.mark.parametrize("way", WAYS)
def test_the_content_of_a_stream_is_that_of_the_whole_answer(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pieces of a stream are joined on the span."""
    monkeypatch.setenv(SWITCH, "true")
    recorder = Recorder()
    asked(recorder.traced(Scripted()), way)
    assert json.loads(str(recorder.span.attributes["gen_ai.output.messages"])) == [
        {"role": "assistant", "parts": [{"type": "text", "content": "hello"}], "finish_reason": "stop"}
    ]


def test_names_follow_the_conventions() -> None:
    """A provider that OpenTelemetry names otherwise has that name, and a structured answer the output type `json`."""
    recorder = Recorder()
    reply = {"output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}}, "stopReason": "end_turn"}
    ChatBedrock(CustomModel("m"), transport=FakeTransport(reply), middleware=[recorder.traced]).generate("hi")
    assert recorder.span.attributes["gen_ai.provider.name"] == "aws.bedrock"
    other = Recorder()
    schema = ResponseSchema("city", {"type": "object"})
    asked(other.traced(Scripted()), "respond", replace(call_of(), settings=Settings(response_schema=schema)))
    assert other.span.attributes["gen_ai.output.type"] == "json"


def test_without_a_configured_sdk_calls_pass() -> None:
    """Where the application has configured no OpenTelemetry nothing is recorded, and a pickled model works too."""
    model = Traced(Scripted())
    for way in WAYS:
        assert asked(model, way)
    assert asked(pickle.loads(pickle.dumps(Traced(Plain()))), "respond") is not None


class Plain(Scripted):
    """A model that can be pickled."""

    @override
    def __reduce__(self) -> tuple[type[Plain], tuple[()]]:
        return Plain, ()


def test_a_missing_package_is_told_when_the_model_is_made() -> None:
    """Without `opentelemetry-api` there is a `MissingDependencyError` that names the extra; the other names load."""
    program = """
import sys
sys.modules["opentelemetry"] = None
from god_llm import MissingDependencyError
from god_llm.middleware import Budget, Cached, CircuitBreaker, Fallback, Limited, Logged, Traced
try:
    Traced(None)
except MissingDependencyError as error:
    print(error)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[otel]" in ran.stdout
