"""Groq: what is its own on the shared wire, and its error table against the real SDK on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import groq
import pytest
from groq.types.chat.completion_create_params import CompletionCreateParams
from pydantic import ConfigDict, TypeAdapter

from god_llm import (
    AIMessage,
    AudioPart,
    AuthenticationError,
    ChatGroq,
    ConnectionFailedError,
    ContextLengthError,
    DocumentPart,
    ImagePart,
    InvalidRequestError,
    InvalidSettingError,
    MalformedResponseError,
    MissingAPIKeyError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextPart,
    TimeoutExceededError,
    Tool,
    ToolCallPart,
    ToolMessage,
    UnknownModelError,
    UnsupportedFeatureError,
    Usage,
    UserMessage,
)
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.collector import Collector
from god_llm.http.done import DONE
from god_llm.plugins.groq import GroqFormatter, GroqNormaliser
from god_llm.plugins.groq.errors import reported
from god_llm.testing.simulator import Answer, Call, Delay, Drop, Fail, Raw, Simulator, Truncate

MODEL: Final = "openai/gpt-oss-20b"
Json = dict[str, object]
SCHEMA: Json = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}


def chat(simulator: Simulator, *, max_retries: int = 0, timeout: float | None = None) -> ChatGroq:
    """The facade at the simulator, without retries."""
    url = simulator.url("groq")
    return ChatGroq(MODEL, api_key="gsk-test", base_url=url, max_retries=max_retries, timeout=timeout)


def collected(events: Sequence[Mapping[str, object]]) -> AIMessage:
    """The message that a stream makes."""
    decoder, collector = GroqNormaliser().decoder(), Collector()
    for event in events:
        for delta in decoder.feed(event):
            collector.add(delta)
    for delta in decoder.finish():
        collector.add(delta)
    return collector.message()


def chunk(delta: Json, finish: str | None = None, **more: object) -> Json:
    """One event of a stream."""
    return {"id": "r1", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more}


def exhausted(value: object) -> object:
    """A value with its lazily validated iterables gone through."""
    if isinstance(value, dict):
        return {name: exhausted(inner) for name, inner in value.items()}
    if value is None or isinstance(value, str | bytes | float | int):
        return value
    assert hasattr(value, "__iter__")
    return [exhausted(inner) for inner in value]


# -- the formatter and the normaliser --------------------------------------------------------------------


def test_the_request_is_what_the_sdk_documents() -> None:
    """A request with everything in it fits the SDK's own type, with no field that the SDK does not know."""
    answer = AIMessage(
        parts=(
            ReasoningPart(text="hm"),
            TextPart(text="a"),
            RefusalPart(text=" no"),
            ToolCallPart(id="c1", name="sky", raw_arguments="{}"),
            ServerToolPart(kind="search", raw={}),
        ),
        provider="groq",
        model=MODEL,
    )
    asked = UserMessage(parts=(TextPart(text="Look."), ImagePart(data=b"\x89PNG", media_type="image/png")))
    settings = Settings(
        temperature=0.5,
        max_tokens=5,
        top_p=0.5,
        stop=("END",),
        seed=1,
        tools=(Tool("sky", "The sky.", SCHEMA),),
        tool_choice="required",
    )
    conversation = (SystemMessage(content="s"), asked, answer, ToolMessage(content="blue", tool_call_id="c1"))
    request = GroqFormatter().format(MODEL, conversation, settings)
    documented = TypeAdapter(list[CompletionCreateParams], config=ConfigDict(extra="forbid"))
    assert exhausted(documented.validate_python([request])) == [request]
    said = [*request["messages"]][2]
    assert (said["content"], said.get("reasoning")) == ("a no", "hm")
    assert request["max_completion_tokens"] == 5


@pytest.mark.parametrize(("model", "strict"), [("openai/gpt-oss-120b", True), ("qwen/qwen3-32b", False)])
def test_strictness_is_asked_of_the_models_that_have_it(model: str, strict: bool) -> None:
    """Groq holds its gpt-oss models to a schema strictly; the others follow it as well as they can."""
    settings = Settings(response_schema=ResponseSchema("Answer", SCHEMA))
    request = GroqFormatter().format(model, (UserMessage(content="Hi"),), settings)
    assert request["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "Answer", "schema": SCHEMA, "strict": strict},
    }


@pytest.mark.parametrize(
    "part",
    [DocumentPart(data=b"%PDF", media_type="application/pdf"), AudioPart(data=b"RIFF", media_type="audio/wav")],
)
def test_documents_and_sound_are_refused(part: AudioPart) -> None:
    """Groq's chat takes text and pictures; anything else is refused before it is sent."""
    with pytest.raises(UnsupportedFeatureError, match="groq"):
        GroqFormatter().format(MODEL, (UserMessage(parts=(part,)),), Settings())


def test_what_groq_ran_itself_is_no_call_for_us() -> None:
    """An executed tool is a server tool part, sent again under its index once it has run; reasoning comes first."""
    started: Json = {"index": 0, "type": "search", "arguments": '{"q": "sky"}'}
    ran: Json = {**started, "output": "blue"}
    message = {"content": "Blue.", "reasoning": "hm", "executed_tools": [ran]}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    whole = GroqNormaliser().normalise({"id": "r1", "model": "m", "choices": [choice]})
    assert [part.type for part in whole.parts] == ["reasoning", "text", "server_tool"]
    assert whole.parts[2].model_dump()["raw"] == ran
    assert (whole.tool_calls, whole.finish_reason) == ((), "stop")
    events = [
        chunk({"reasoning": "hm", "executed_tools": [started]}),
        chunk({"executed_tools": [ran]}),
        chunk({"content": "Blue."}, "stop"),
        DONE,
    ]
    assert collected(events).parts == whole.parts


def test_usage_may_stand_in_x_groq_alone() -> None:
    """A stream's counts are found in `x_groq`, the last ones count, and Groq's facts are kept."""
    early = {"prompt_tokens": 1, "completion_tokens": 1}
    late = {"prompt_tokens": 9, "completion_tokens": 4, "queue_time": 0.1, "total_time": 0.5}
    breakdown = {"models": [{"model": "m", "usage": {"prompt_tokens": 9}}]}
    answer = collected(
        [
            chunk({"content": "a"}, x_groq={"id": "req_1", "seed": 7, "usage": early}),
            chunk({}, "stop", x_groq={"id": "req_1", "usage": late, "usage_breakdown": breakdown}),
            DONE,
        ]
    )
    assert answer.usage == Usage(input_tokens=9, output_tokens=4)
    assert answer.metadata == {
        "request_id": "req_1",
        "seed": 7,
        "queue_time": 0.1,
        "total_time": 0.5,
        "usage_breakdown": breakdown,
    }


def test_the_cache_statistics_of_a_whole_reply_are_no_usage() -> None:
    """`x_groq.usage` of a whole reply counts something else, and is not taken for token counts."""
    reply = {"id": "r1", "choices": [{"message": {"content": "a"}}], "x_groq": {"usage": {"dram_cached_tokens": 3}}}
    assert GroqNormaliser().normalise(reply).usage is None


def test_an_error_in_x_groq_ends_the_stream() -> None:
    """A text in `x_groq.error` is the provider's error, though choices stand beside it."""
    with pytest.raises(ProviderError, match="over capacity"):
        collected([chunk({"content": "a"}), chunk({}, x_groq={"error": "over capacity"})])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"code": "tool_use_failed", "type": "invalid_request_error", "status_code": 400}, InvalidRequestError),
        ({"type": "invalid_request_error"}, InvalidRequestError),
        ({"code": "rate_limit_exceeded", "type": "tokens"}, RateLimitError),
        ({"type": "internal_server_error"}, ProviderUnavailableError),
        ({}, ProviderError),
    ],
)
def test_an_error_event_is_classified_without_a_status(error: Json, kind: type[ProviderError]) -> None:
    """In a stream that began with 200 the code decides, then the type; what the model wrote stays in the body."""
    event = {"error": {**error, "message": "m", "failed_generation": "{"}}
    with pytest.raises(ProviderError) as caught:
        collected([chunk({"content": "a"}), event])
    assert (type(caught.value), caught.value.status_code, caught.value.body) == (kind, None, event)


# -- through the SDK -------------------------------------------------------------------------------------


def test_a_call_reaches_the_endpoint_with_its_key(simulator: Simulator) -> None:
    """The request is posted to `/openai/v1/chat/completions` under the host, with the key, and asks for no stream."""
    with chat(simulator) as llm:
        answer = llm.generate("hello there", max_tokens=50)
    (received,) = simulator.journal
    assert (received.wire, received.method, received.path) == ("groq", "POST", "/openai/v1/chat/completions")
    assert "authorization" in received.headers
    assert isinstance(received.body, dict)
    assert received.body == {
        "model": MODEL,
        "messages": [{"role": "user", "content": "hello there"}],
        "temperature": 0.7,
        "max_completion_tokens": 50,
    }
    assert (answer.content, answer.provider, answer.finish_reason) == ("You said: hello there", "groq", "stop")
    assert answer.metadata is not None
    assert answer.metadata["service_tier"] == "on_demand"


def test_a_stream_says_what_the_whole_reply_says(simulator: Simulator) -> None:
    """Reasoning, text, tools and counts are the same, streamed or not."""
    scripted = Answer(text="one two", reasoning="let me see", calls=(Call("sky", {"at": "noon"}, id="c1"),))
    simulator.script(scripted, scripted)
    with chat(simulator) as model:
        llm = model.with_tools(Tool("sky", "The sky.", {"type": "object", "properties": {"at": {"type": "string"}}}))
        whole = llm.generate("hi")
        with llm.stream("hi") as stream:
            assert len(list(stream)) > 6
    streamed = stream.message
    assert streamed.parts == whole.parts
    assert (streamed.reasoning, streamed.finish_reason, streamed.usage) == ("let me see", "tool_calls", whole.usage)


def test_async_calls_go_the_same_way(simulator: Simulator) -> None:
    """`agenerate` and `astream` say what `generate` says, in more than one event loop."""

    async def both(llm: ChatGroq) -> tuple[str, str]:
        whole = await llm.agenerate("hi")
        async with llm.astream("hi") as stream:
            async for _ in stream:
                pass
        return whole.content, stream.message.content

    llm = chat(simulator)
    for _ in range(2):
        assert asyncio.run(both(llm)) == ("You said: hi", "You said: hi")


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (400, None, InvalidRequestError, False),
        (400, "tool_use_failed", InvalidRequestError, False),
        (400, "json_validate_failed", InvalidRequestError, False),
        (400, "context_length_exceeded", ContextLengthError, False),
        (400, "organization_restricted", PermissionDeniedError, False),
        (400, "model_decommissioned", NotFoundError, False),
        (401, "invalid_api_key", AuthenticationError, False),
        (403, None, PermissionDeniedError, False),
        (404, "model_not_found", NotFoundError, False),
        (413, "rate_limit_exceeded", RateLimitError, False),
        (422, None, InvalidRequestError, False),
        (429, "rate_limit_exceeded", RateLimitError, True),
        (498, "capacity_exceeded", OverloadedError, True),
        (500, None, ProviderUnavailableError, True),
        (502, None, ProviderUnavailableError, True),
        (503, None, ProviderUnavailableError, True),
    ],
)
def test_errors_are_ours(
    simulator: Simulator, status: int, code: str | None, kind: type[ProviderError], retryable: bool
) -> None:
    """Each status and code of Groq's is the class that says who is to blame, raised from the SDK's own."""
    simulator.script(*[Fail(status, code=code, message="as told", headers={"retry-after": "2"})] * 2)
    with chat(simulator) as llm:
        for call in (lambda: llm.generate("hi"), lambda: list(llm.stream("hi"))):
            with pytest.raises(ProviderError) as caught:
                call()
            error = caught.value
            assert isinstance(error, kind)
            assert (error.status_code, error.retryable, error.retry_after) == (status, retryable, 2.0)
            assert (error.provider, error.model) == ("groq", MODEL)
            assert "as told" in str(error)
            assert code is None or error.code == code
            assert isinstance(error.__cause__, groq.APIStatusError)
            assert "gsk-test" not in f"{error!r} {error} {error.__dict__}"


def test_an_error_in_the_middle_of_a_stream(simulator: Simulator) -> None:
    """An error event after a good start raises, and what came before is on the exception."""
    simulator.script(Fail(400, code="tool_use_failed", after=3))
    with chat(simulator) as llm, pytest.raises(InvalidRequestError) as caught:
        list(llm.stream("one two three four five six"))
    assert caught.value.partial is not None
    assert (caught.value.partial.provider, caught.value.code) == ("groq", "tool_use_failed")


def test_the_network_is_to_blame_where_it_is(simulator: Simulator) -> None:
    """Lost connections and silence are transport errors; a stream that ends early is interrupted."""
    simulator.script(Drop(), Drop(after=3), Truncate(after=4), Delay(1.0))
    with chat(simulator, timeout=0.5) as llm:
        with pytest.raises(ConnectionFailedError):
            llm.generate("hi")
        with pytest.raises(ConnectionFailedError) as caught:
            list(llm.stream("one two three four five six"))
        assert caught.value.partial is not None
        with pytest.raises(StreamInterruptedError):
            list(llm.stream("one two three four five six"))
        with pytest.raises(TimeoutExceededError):
            llm.generate("hi")


@pytest.mark.parametrize("body", [b"", b"not json", b"[1]", b'{"choices": 3}'])
def test_a_reply_that_is_no_reply_is_malformed(simulator: Simulator, body: bytes) -> None:
    """A body of another kind is a malformed response, not a crash."""
    simulator.script(Raw(200, {"content-type": "application/json"}, body))
    with chat(simulator) as llm, pytest.raises(MalformedResponseError):
        llm.generate("hi")


def test_what_is_retried_is_what_may_succeed(simulator: Simulator) -> None:
    """A rate limit is tried again and passes; a request larger than the limit is not."""
    simulator.script(Fail(429, headers={"retry-after": "0"}), Answer(text="ok"), Fail(413, code="rate_limit_exceeded"))
    with chat(simulator, max_retries=2) as llm:
        assert llm.generate("hi").content == "ok"
        with pytest.raises(RateLimitError):
            llm.generate("hi")
    assert len(simulator.journal) == 3


def test_bad_input_is_refused_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key, an unknown model and a temperature out of range are typed errors that say what to do."""
    with pytest.raises(MissingAPIKeyError, match="GROQ_API_KEY"):
        ChatGroq(MODEL)
    monkeypatch.setenv("GROQ_API_KEY", "gsk-test")
    assert ChatGroq(MODEL).model_name == MODEL
    with pytest.raises(UnknownModelError, match=r"llama-3\.3-70b-versatile"):
        ChatGroq("llama-3.3-70b")  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(InvalidSettingError, match="between 0 and 2"):
        ChatGroq(MODEL, 2.5)


def test_a_body_alone_is_classified() -> None:
    """An error in a stream has no status: its code tells what it is."""
    assert isinstance(reported({"error": {"code": "model_not_found"}}), NotFoundError)
