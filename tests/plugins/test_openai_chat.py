"""OpenAI's facade, its chat completions, and its error table against the real SDK on loopback."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from typing import Final

import openai
import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from pydantic import BaseModel, ConfigDict, TypeAdapter

from god_llm import (
    AIMessage,
    AudioPart,
    AuthenticationError,
    ChatOpenAI,
    ConnectionFailedError,
    ContentFilterError,
    ContextLengthError,
    CustomModel,
    DocumentPart,
    ImagePart,
    InvalidRequestError,
    InvalidSettingError,
    MalformedResponseError,
    NamedTool,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    RefusalPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextPart,
    TimeoutExceededError,
    Tool,
    ToolCallPart,
    ToolMessage,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.domain.tools import ResponseSchema
from god_llm.plugins.openai import (
    OpenAIChatFormatter,
    OpenAIChatNormaliser,
    OpenAIChatTransport,
    OpenAIResponsesFormatter,
    OpenAIResponsesNormaliser,
    OpenAIResponsesTransport,
)
from god_llm.plugins.openai.errors import reported
from god_llm.testing import FakeTransport
from god_llm.testing.simulator import Answer, Call, Delay, Drop, Fail, Raw, Simulator, Truncate

MODEL: Final = "gpt-4.1"
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"a": {"type": "integer"}},
    "required": ["a"],
    "additionalProperties": False,
}
REPLY: Mapping[str, object] = {
    "id": "chatcmpl-1",
    "model": "gpt-4.1-x",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
}


class City(BaseModel):
    """An answer with a shape."""

    name: str


def chat(simulator: Simulator, **more: int) -> ChatOpenAI:
    """The facade for chat completions at the simulator, without retries."""
    url, retries = simulator.url("openai"), more.get("max_retries", 0)
    return ChatOpenAI(MODEL, api_key="sk-test", api="chat_completions", base_url=url, max_retries=retries)


def exhausted(value: object) -> object:
    """A value with its lazily validated iterables gone through."""
    if isinstance(value, dict):
        return {name: exhausted(inner) for name, inner in value.items()}
    if value is None or isinstance(value, str | bytes | float | int):
        return value
    assert hasattr(value, "__iter__")
    return [exhausted(inner) for inner in value]


# -- the request ---------------------------------------------------------------------------------------


def test_the_request_is_what_the_sdk_documents() -> None:
    """A request with everything in it fits the SDK's own type, with no field that the SDK does not know."""
    answer = AIMessage(
        parts=(
            TextPart(text="a"),
            RefusalPart(text="no"),
            ToolCallPart(id="c1", name="sky", raw_arguments="{}"),
            AudioPart(id="a1"),
        ),
        provider="openai",
    )
    asked = UserMessage(
        parts=(
            TextPart(text="Look."),
            ImagePart(url="https://example.org/a.png", detail="high"),
            DocumentPart(data=b"%PDF", media_type="application/pdf"),
            AudioPart(data=b"ID3", media_type="audio/mpeg"),
        )
    )
    settings = Settings(
        temperature=0.5,
        max_tokens=5,
        top_p=0.5,
        stop=("END",),
        seed=1,
        tools=(Tool("sky", "The sky.", SCHEMA),),
        tool_choice=NamedTool("sky"),
        response_schema=ResponseSchema("Answer", SCHEMA),
    )
    conversation = (SystemMessage(content="s"), asked, answer, ToolMessage(content="blue", tool_call_id="c1"))
    request = OpenAIChatFormatter().format(MODEL, conversation, settings)
    documented = TypeAdapter(list[CompletionCreateParamsNonStreaming], config=ConfigDict(extra="forbid"))
    assert exhausted(documented.validate_python([request])) == [request]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4.1", "max_tokens"),
        ("o3", "max_completion_tokens"),
        ("gpt-5.5", "max_completion_tokens"),
        ("gpt-6.2-sol", "max_completion_tokens"),
        ("ft:o4-mini-2025-04-16:acme::1", "max_completion_tokens"),
        ("ft:gpt-4.1-2025-04-14:acme::1", "max_tokens"),
        ("llama3.2:3b", "max_tokens"),
    ],
)
def test_the_limit_has_the_name_that_the_model_takes(model: str, name: str) -> None:
    """OpenAI's reasoning models take `max_completion_tokens` alone; the older name is what all others know."""
    request = OpenAIChatFormatter().format(model, (UserMessage(content="Hi"),), Settings(max_tokens=5))
    assert {key: value for key, value in request.items() if key.startswith("max")} == {name: 5}


# -- the facade ----------------------------------------------------------------------------------------


def test_responses_is_the_default_and_each_api_has_its_own_parts() -> None:
    """The facade speaks Responses unless it is told otherwise; the parts follow the API."""
    default = ChatOpenAI(MODEL, api_key="k", max_retries=0)
    other = ChatOpenAI(MODEL, api_key="k", api="chat_completions", max_retries=0)
    assert (default.api, other.api) == ("responses", "chat_completions")
    made = [[type(part) for part in (llm.formatter, llm.normaliser, llm.transport)] for llm in (default, other)]
    assert made == [
        [OpenAIResponsesFormatter, OpenAIResponsesNormaliser, OpenAIResponsesTransport],
        [OpenAIChatFormatter, OpenAIChatNormaliser, OpenAIChatTransport],
    ]


def test_another_api_is_refused() -> None:
    """A name that is none of the two APIs raises, and the message has both."""
    with pytest.raises(InvalidSettingError, match=r"'responses', 'chat_completions'"):
        ChatOpenAI(MODEL, api_key="k", api="completions")  # type: ignore[arg-type]  # what is tested


def test_an_injected_transport_is_used_for_both_kinds_of_call() -> None:
    """A fake transport answers sync and async calls, and no key is needed."""
    fake = FakeTransport(REPLY)
    llm = ChatOpenAI(MODEL, api="chat_completions", transport=fake)
    assert llm.generate("hi").content == asyncio.run(llm.agenerate("hi")).content == "Hi"
    assert [request["model"] for request in fake.requests] == [MODEL, MODEL]


def test_what_the_other_api_has_no_word_for_is_taken_here() -> None:
    """Chat completions take stops and a seed; a reasoning model still takes no temperature."""
    fake = FakeTransport(REPLY)
    ChatOpenAI(MODEL, api="chat_completions", stop="END", seed=7, transport=fake).generate("hi")
    assert (fake.requests[0]["stop"], fake.requests[0]["seed"], fake.requests[0]["temperature"]) == (["END"], 7, 0.7)
    with pytest.raises(UnsupportedParameterError, match="o3 takes no temperature"):
        ChatOpenAI("o3", 0.2, api="chat_completions", transport=fake)  # type: ignore[arg-type]  # the mistake under test


def test_nothing_of_the_sdk_is_loaded_before_it_is_needed() -> None:
    """Making the facade and calling it through a fake imports no SDK."""
    script = (
        "import sys\n"
        "from god_llm import ChatOpenAI\n"
        "from god_llm.testing import FakeTransport\n"
        "reply = {'id': 'r', 'model': 'm', 'choices': [{'message': {'content': 'Hi'}, 'finish_reason': 'stop'}]}\n"
        "llm = ChatOpenAI('gpt-4.1', api='chat_completions', transport=FakeTransport(reply))\n"
        "assert llm.generate('hi').content == 'Hi'\n"
        "ChatOpenAI('gpt-4.1', api_key='k')\n"
        "assert not {'openai', 'httpx2', 'httpx', 'groq'} & set(sys.modules), sorted(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


# -- through the SDK -----------------------------------------------------------------------------------


def test_a_call_reaches_the_endpoint_with_its_key(simulator: Simulator) -> None:
    """The request is posted to `/v1/chat/completions` as the formatter wrote it, with the key."""
    with chat(simulator) as llm:
        answer = llm.generate("hello there")
    (received,) = simulator.journal
    assert (received.wire, received.method, received.path) == ("openai", "POST", "/v1/chat/completions")
    assert "authorization" in received.headers
    assert isinstance(received.body, dict)
    assert received.body["messages"] == [{"role": "user", "content": "hello there"}]
    assert "stream" not in received.body
    assert (answer.content, answer.provider, answer.finish_reason) == ("You said: hello there", "openai", "stop")


def test_a_stream_asks_for_usage_and_gets_it(simulator: Simulator) -> None:
    """A stream is asked for with its usage, and collects to the whole answer with tools and counts."""
    scripted = Answer(text="one two", calls=(Call("sky", {"at": "noon"}),), input_tokens=3, output_tokens=4)
    simulator.script(scripted, scripted)
    sky = Tool("sky", "The sky.", {"type": "object", "properties": {"at": {"type": "string"}}})
    with chat(simulator) as model:
        llm = model.with_tools(sky)
        whole = llm.generate("hi")
        with llm.stream("hi") as stream:
            assert len(list(stream)) > 4
    assert isinstance(simulator.journal[1].body, dict)
    assert simulator.journal[1].body["stream_options"] == {"include_usage": True}
    streamed = stream.message
    assert (streamed.content, streamed.finish_reason, streamed.usage) == (
        whole.content,
        whole.finish_reason,
        whole.usage,
    )
    assert [(c.name, c.arguments) for c in streamed.tool_calls] == [("sky", {"at": "noon"})]
    assert streamed.usage is not None
    assert (streamed.usage.input_tokens, streamed.usage.output_tokens) == (3, 4)


def test_async_calls_go_the_same_way(simulator: Simulator) -> None:
    """`agenerate` and `astream` say what `generate` says, in more than one event loop."""

    async def both(llm: ChatOpenAI) -> tuple[str, str]:
        whole = await llm.agenerate("hi")
        async with llm.astream("hi") as stream:
            async for _ in stream:
                pass
        return whole.content, stream.message.content

    llm = chat(simulator)
    for _ in range(2):
        assert asyncio.run(both(llm)) == ("You said: hi", "You said: hi")


def test_an_answer_with_a_shape(simulator: Simulator) -> None:
    """`generate_as` asks for the schema strictly and reads the answer into the model."""
    simulator.script(Answer(text='{"name": "Paris"}'))
    with chat(simulator) as llm:
        assert llm.generate_as(City, "Which city?") == City(name="Paris")
    assert isinstance(simulator.journal[0].body, dict)
    wanted = simulator.journal[0].body["response_format"]
    assert isinstance(wanted, dict)
    assert isinstance(wanted["json_schema"], dict)
    assert (wanted["type"], wanted["json_schema"]["strict"]) == ("json_schema", True)


def test_the_base_url_may_come_from_the_environment(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """`OPENAI_BASE_URL` is where the SDK looks, and so do we; a name that is not listed is a `CustomModel`."""
    monkeypatch.setenv("OPENAI_BASE_URL", simulator.url("openai"))
    with ChatOpenAI(CustomModel("local"), api_key="k", api="chat_completions") as llm:
        assert llm.generate("hi").content == "You said: hi"


@pytest.mark.parametrize(
    ("status", "code", "kind", "retryable"),
    [
        (400, None, InvalidRequestError, False),
        (400, "context_length_exceeded", ContextLengthError, False),
        (400, "content_policy_violation", ContentFilterError, False),
        (400, "content_filter", ContentFilterError, False),
        (401, "invalid_api_key", AuthenticationError, False),
        (403, None, PermissionDeniedError, False),
        (404, "model_not_found", NotFoundError, False),
        (413, "rate_limit_exceeded", RateLimitError, False),
        (422, None, InvalidRequestError, False),
        (429, "rate_limit_exceeded", RateLimitError, True),
        (429, "insufficient_quota", RateLimitError, False),
        (500, None, ProviderUnavailableError, True),
        (503, "slow_down", OverloadedError, True),
    ],
)
def test_errors_are_ours(
    simulator: Simulator, status: int, code: str | None, kind: type[ProviderError], retryable: bool
) -> None:
    """Each status and code of OpenAI's is the class that says who is to blame, raised from the SDK's own."""
    simulator.script(*[Fail(status, code=code, message="as told", headers={"retry-after": "2"})] * 2)
    with chat(simulator) as llm:
        for call in (lambda: llm.generate("hi"), lambda: list(llm.stream("hi"))):
            with pytest.raises(ProviderError) as caught:
                call()
            error = caught.value
            assert (type(error), error.status_code, error.retryable) == (kind, status, retryable)
            assert (error.retry_after, error.provider, error.model) == (2.0, "openai", MODEL)
            assert "as told" in str(error)
            assert code is None or error.code == code
            assert isinstance(error.__cause__, openai.APIStatusError)
            assert "sk-test" not in f"{error!r} {error} {error.__dict__}"


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        (b'{"error": "model is loading"}', ProviderUnavailableError, "model is loading"),
        (b"<html>Bad gateway</html>", ProviderUnavailableError, "Bad gateway"),
        (b'{"error": {"type": "exceed_context_size_error", "message": "long"}}', ContextLengthError, "long"),
        (b'{"error": {"code": 501, "type": "not_supported_error", "message": "no"}}', InvalidRequestError, "no"),
        (b'{"object": "error", "message": "from vLLM"}', ProviderUnavailableError, "from vLLM"),
        (b"", ProviderUnavailableError, "[503]"),
    ],
)
def test_errors_of_servers_that_speak_alike(
    simulator: Simulator, body: bytes, kind: type[ProviderError], text: str
) -> None:
    """An error body of another make still gives the class and the words."""
    simulator.script(Raw(503, {"content-type": "application/json"}, body))
    with chat(simulator) as llm, pytest.raises(ProviderError, match="503") as caught:
        llm.generate("hi")
    assert type(caught.value) is kind
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ({"error": {"message": "m", "code": "rate_limit_exceeded"}}, RateLimitError, "rate_limit_exceeded"),
        ({"error": {"message": "m", "type": "server_error"}}, ProviderUnavailableError, "server_error"),
        (
            {"error": {"message": "m", "type": "invalid_request_error", "code": None}},
            InvalidRequestError,
            "invalid_request_error",
        ),
        ({"type": "error", "message": "m", "code": "server_error"}, ProviderUnavailableError, "server_error"),
        ({"type": "error", "message": "m", "code": None}, ProviderError, None),
    ],
)
def test_errors_inside_streams_have_no_status(
    body: Mapping[str, object], kind: type[ProviderError], code: str | None
) -> None:
    """Without a status the code decides, then the type; `error` is no type."""
    error = reported(body)
    assert (type(error), error.code, error.status_code) == (kind, code, None)
    assert error.body is body


def test_an_error_in_the_middle_of_a_stream(simulator: Simulator) -> None:
    """An error event after a good start raises, and what came before is on the exception."""
    simulator.script(Fail(500, code="server_error", after=3))
    with chat(simulator) as llm, pytest.raises(ProviderUnavailableError) as caught:
        list(llm.stream("one two three four five six"))
    assert caught.value.partial is not None
    assert caught.value.partial.provider == "openai"


def test_the_network_is_to_blame_where_it_is(simulator: Simulator) -> None:
    """Lost connections and silence are transport errors; a stream that ends early is interrupted."""
    simulator.script(Drop(), Drop(after=3), Truncate(after=4), Delay(1.0))
    url = simulator.url("openai")
    with ChatOpenAI(MODEL, api_key="k", api="chat_completions", base_url=url, max_retries=0, timeout=0.5) as llm:
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
    """A rate limit is tried again and passes; a used-up quota is not."""
    simulator.script(Fail(429, headers={"retry-after": "0"}), Answer(text="ok"), Fail(429, code="insufficient_quota"))
    with chat(simulator, max_retries=2) as llm:
        assert llm.generate("hi").content == "ok"
        with pytest.raises(RateLimitError):
            llm.generate("hi")
    assert len(simulator.journal) == 3
