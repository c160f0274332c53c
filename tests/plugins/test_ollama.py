"""Ollama's four parts, each on its own, and the SDK against a loopback server."""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import pickle
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import httpx
import ollama
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typing_extensions import override

from god_llm import (
    AIMessage,
    AudioPart,
    AuthenticationError,
    BaseMessage,
    ChatOllama,
    CitationPart,
    ConfigurationError,
    ConnectionFailedError,
    ContentPart,
    CustomModel,
    DocumentPart,
    ImagePart,
    InvalidRequestError,
    MalformedResponseError,
    MissingDependencyError,
    NamedTool,
    NotFoundError,
    PromptError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextDelta,
    TextPart,
    TimeoutExceededError,
    Tool,
    ToolCallPart,
    ToolMessage,
    ToolResultPart,
    UnknownModelError,
    UnknownPart,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    Usage,
    UserMessage,
)
from god_llm.auth import CallbackAuth, StaticAuth
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.collector import Collector
from god_llm.plugins.ollama import OllamaFormatter, OllamaNormaliser, OllamaTransport
from god_llm.plugins.ollama import wire as ollama_wire
from god_llm.protocols import AsyncTransport, Transport
from god_llm.testing.simulator import Answer, Call, Delay, Drop, Fail, Raw, Simulator, Truncate

MODEL: Final = "llama3.1"
PIXEL = b"\x89PNG\r\n"
WEATHER = Tool("weather", "The weather in a city.", {"type": "object", "properties": {"city": {"type": "string"}}})
LINES = {"content-type": "application/x-ndjson"}
Json = dict[str, object]


def formatted(*messages: BaseMessage, settings: Settings | None = None) -> Mapping[str, object]:
    """The request for a conversation."""
    return OllamaFormatter().format(MODEL, messages, settings or Settings())


def turns(*messages: BaseMessage) -> object:
    """The request's `messages`."""
    return formatted(*messages)["messages"]


def reply(message: Json, **more: object) -> Json:
    """A whole reply."""
    counts: Json = {"prompt_eval_count": 26, "eval_count": 8, "total_duration": 5_000_000, "eval_duration": 2_000_000}
    ends: Json = {"done": True, "done_reason": "stop", **counts}
    return {"model": "llama3.1:latest", "created_at": "2025-01-01T00:00:00Z", "message": message, **ends, **more}


def call(name: str, arguments: object, ident: str | None = None) -> Json:
    """A tool call as Ollama sends it."""
    function: Json = {"name": name, "arguments": arguments}
    return {"function": function} if ident is None else {"id": ident, "function": {"index": 0, **function}}


def stream_of(whole: Json, cut: int) -> list[Json]:
    """The stream that says the same as a whole reply, its texts cut in pieces and each call on a line of its own."""
    message = whole["message"]
    assert isinstance(message, dict)
    pieces: list[Json] = []
    for name in ("thinking", "content"):
        text = str(message.get(name) or "")
        pieces += [{"content": "", name: text[at : at + cut]} for at in range(0, len(text), cut)]
    pieces += [{"content": "", "tool_calls": [item]} for item in message.get("tool_calls") or ()]
    lines: list[Json] = [{"model": whole["model"], "message": piece, "done": False} for piece in pieces]
    return [*lines, {**whole, "message": {"role": "assistant", "content": ""}}]


def collected(stream: Sequence[Json]) -> AIMessage:
    """The message that a stream's lines make."""
    decoder, collector = OllamaNormaliser().decoder(), Collector()
    for line in stream:
        for delta in decoder.feed(line):
            collector.add(delta)
    for delta in decoder.finish():
        collector.add(delta)
    return collector.message()


def said(message: AIMessage) -> Json:
    """What a message says, without its identity."""
    return message.model_dump(exclude={"id", "created_at"})


def ndjson(*lines: Json, line_end: str = "\n") -> bytes:
    """The bytes of a stream."""
    return "".join(json.dumps(line, ensure_ascii=False) + line_end for line in lines).encode()


class TestFormatter:
    """A conversation as Ollama's request."""

    def test_a_whole_conversation_is_written(self) -> None:
        """Each message has its role; images, thinking, calls and results have the fields that Ollama documents."""
        asked = ToolCallPart.of(id="call_1", name="weather", arguments={"city": "Paris"})
        thought = ReasoningPart(text="A tool will know.")
        assert formatted(
            SystemMessage(content="Be brief."),
            UserMessage(content="What is this?", parts=(ImagePart(data=PIXEL, media_type="image/png"),)),
            AIMessage(provider="ollama", parts=(thought, TextPart(text="Let me see."), asked)),
            ToolMessage(tool_call_id="call_1", content="18 degrees"),
        ) == {
            "model": MODEL,
            "messages": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "What is this?", "images": ["iVBORw0K"]},
                {
                    "role": "assistant",
                    "content": "Let me see.",
                    "thinking": "A tool will know.",
                    "tool_calls": [
                        {"id": "call_1", "function": {"name": "weather", "arguments": {"city": "Paris"}}},
                    ],
                },
                {"role": "tool", "content": "18 degrees", "tool_name": "weather", "tool_call_id": "call_1"},
            ],
        }

    def test_every_setting_has_its_place(self) -> None:
        """Sampling goes into `options`, under Ollama's names; the schema is the `format`."""

        class Colour(BaseModel):
            name: str

        schema = ResponseSchema.of(Colour)
        settings = Settings(
            temperature=0.0, top_p=0.5, max_tokens=7, stop=("a", "b"), seed=0, tools=(WEATHER,), response_schema=schema
        )
        request = formatted(UserMessage(content="hi"), settings=settings)
        assert request["options"] == {"temperature": 0.0, "top_p": 0.5, "num_predict": 7, "stop": ["a", "b"], "seed": 0}
        assert request["format"] == schema.schema
        function = {"name": "weather", "description": WEATHER.description, "parameters": WEATHER.parameters}
        assert request["tools"] == [{"type": "function", "function": function}]

    def test_what_is_not_set_is_not_sent(self) -> None:
        """Without settings the request has the model and the messages alone."""
        assert formatted(UserMessage(content="hi")).keys() == {"model", "messages"}

    @pytest.mark.parametrize(
        ("settings", "offered"),
        [
            (Settings(tools=(WEATHER,)), True),
            (Settings(tools=(WEATHER,), tool_choice="auto"), True),
            (Settings(tools=(WEATHER,), tool_choice="none"), False),
        ],
    )
    def test_a_tool_choice_that_can_be_honoured_is(self, settings: Settings, offered: bool) -> None:
        """Without a choice tools are offered; `none` leaves them out."""
        request = formatted(UserMessage(content="hi"), settings=settings)
        assert ("tools" in request) is offered
        assert "tool_choice" not in request

    def test_a_tool_choice_that_ollama_has_no_word_for_is_refused(self) -> None:
        """A model that Ollama runs can't be made to call a tool."""
        for settings in (
            Settings(tools=(WEATHER,), tool_choice="required"),
            Settings(tools=(WEATHER,), tool_choice=NamedTool("weather")),
        ):
            with pytest.raises(UnsupportedParameterError, match="tool_choice"):
                formatted(UserMessage(content="hi"), settings=settings)

    def test_the_name_of_a_result_is_looked_up(self) -> None:
        """A result's own name comes first, then the name of the call with its id; an unknown one is left out."""
        calls = (ToolCallPart(id="a", name="weather"), ToolCallPart(name="clock"), ToolCallPart(id="b", name="sum"))
        answers = [
            ToolMessage(tool_call_id="b", content="1"),
            ToolMessage(tool_call_id="a", content="2"),
            ToolMessage(tool_call_id="a", content="3", name="other"),
            ToolMessage(tool_call_id="", content="4", name="clock"),
            ToolMessage(tool_call_id="unknown", content="5"),
        ]
        written = turns(UserMessage(content="hi"), AIMessage(parts=calls), *answers)
        assert isinstance(written, list)
        assert written[2:] == [
            {"role": "tool", "content": "1", "tool_name": "sum", "tool_call_id": "b"},
            {"role": "tool", "content": "2", "tool_name": "weather", "tool_call_id": "a"},
            {"role": "tool", "content": "3", "tool_name": "other", "tool_call_id": "a"},
            {"role": "tool", "content": "4", "tool_name": "clock"},
            {"role": "tool", "content": "5", "tool_call_id": "unknown"},
        ]

    def test_results_inside_a_user_message_are_messages_of_their_own(self) -> None:
        """The order in which results and words were said is kept."""
        parts: tuple[ContentPart, ...] = (
            ToolResultPart(tool_call_id="a", content="1"),
            ToolResultPart(tool_call_id="b", name="sum", content="2"),
            TextPart(text="And "),
            TextPart(text="now?"),
        )
        asked = AIMessage(parts=(ToolCallPart(id="a", name="weather"),))
        written = turns(asked, UserMessage(parts=parts))
        assert isinstance(written, list)
        assert written[1:] == [
            {"role": "tool", "content": "1", "tool_name": "weather", "tool_call_id": "a"},
            {"role": "tool", "content": "2", "tool_name": "sum", "tool_call_id": "b"},
            {"role": "user", "content": "And now?"},
        ]

    @pytest.mark.parametrize("provider", ["anthropic", None])
    def test_reasoning_of_others_is_left_out(self, provider: str | None) -> None:
        """Only Ollama's own thinking goes back, and nothing of it where it is empty."""
        others = AIMessage(provider=provider, parts=(ReasoningPart(text="Hm."), TextPart(text="Yes.")))
        empty = AIMessage(provider="ollama", parts=(ReasoningPart(), TextPart(text="Yes.")))
        assert turns(others) == turns(empty) == [{"role": "assistant", "content": "Yes."}]

    def test_refusals_are_text_and_citations_are_left_out(self) -> None:
        """What another provider's model said is sent as text, without where it came from."""
        parts = (TextPart(text="It is "), CitationPart(url="https://example.org"), RefusalPart(text="secret."))
        assert turns(AIMessage(provider="openai", parts=parts)) == [{"role": "assistant", "content": "It is secret."}]

    def test_a_plain_base_message_of_no_known_class_is_refused(self) -> None:
        """A message class that has no role can't be sent."""
        with pytest.raises(UnsupportedFeatureError, match="BaseMessage"):
            turns(BaseMessage(content="hi"))

    @pytest.mark.parametrize(
        "part",
        [
            ImagePart(url="https://example.org/a.png"),
            DocumentPart(data=b"text", media_type="text/plain"),
            DocumentPart(url="https://example.org/a.pdf"),
            AudioPart(data=b"RIFF", media_type="audio/wav"),
            ServerToolPart(kind="web_search_call", raw={}),
            UnknownPart(kind="new", raw={}),
            ToolCallPart(name="weather", raw_arguments='{"city": '),
        ],
    )
    def test_what_ollama_can_t_take_is_refused(self, part: ContentPart) -> None:
        """A part without a place in Ollama's messages is refused, whoever said it."""
        for message in (UserMessage(parts=(part,)), AIMessage(provider="ollama", parts=(part,))):
            with pytest.raises(UnsupportedFeatureError, match=part.type) as caught:
                turns(message)
            assert isinstance(caught.value, PromptError)
            assert caught.value.provider == "ollama"

    def test_an_image_in_a_result_is_sent(self) -> None:
        """A tool may answer with an image."""
        result = ToolMessage(tool_call_id="a", name="camera", parts=(ImagePart(data=PIXEL, media_type="image/png"),))
        assert turns(result) == [
            {"role": "tool", "content": "", "images": ["iVBORw0K"], "tool_name": "camera", "tool_call_id": "a"}
        ]

    def test_the_fields_are_those_of_the_sdk(self) -> None:
        """Each field that is written is one of the SDK's models, but for the ids, which are newer than they."""
        message, sdk = ollama_wire.MessageDict, ollama.Message.model_fields.keys()
        assert message.__annotations__.keys() - sdk == {"tool_call_id"}
        assert ollama_wire.CallDict.__annotations__.keys() - ollama.Message.ToolCall.model_fields.keys() == {"id"}
        assert ollama_wire.OptionsDict.__annotations__.keys() <= ollama.Options.model_fields.keys()
        assert ollama_wire.FunctionDict.__annotations__.keys() <= ollama.Tool.Function.model_fields.keys()
        chat = inspect.signature(ollama.Client.chat).parameters.keys()
        assert ollama_wire.Request.__annotations__.keys() <= chat

    def test_the_sdk_reads_what_is_written(self) -> None:
        """The SDK's own message model takes a turn and has the same to say."""
        asked = ToolCallPart.of(id=None, name="weather", arguments={"city": "Paris"})
        thought = AIMessage(provider="ollama", parts=(ReasoningPart(text="Hm."), TextPart(text="I ask."), asked))
        written = turns(thought)
        assert isinstance(written, list)
        assert ollama.Message.model_validate(written[0]).model_dump(exclude_none=True) == written[0]


class TestNormaliser:
    """A whole reply as a message."""

    def test_all_that_a_reply_says_is_kept(self) -> None:
        """Thinking, text and calls come in this order; counts, reason and durations have their places."""
        calls = [call("weather", {"city": "Paris"}, "call_1"), call("clock", {})]
        message = OllamaNormaliser().normalise(
            reply({"role": "assistant", "content": " Hi\n", "thinking": "Hm.", "tool_calls": calls})
        )
        assert message.parts == (
            ReasoningPart(text="Hm."),
            TextPart(text=" Hi\n"),
            ToolCallPart(id="call_1", name="weather", raw_arguments='{"city":"Paris"}'),
            ToolCallPart(id=None, name="clock", raw_arguments="{}"),
        )
        assert message.content == " Hi\n"
        assert message.response_id is None
        assert message.response_model == "llama3.1:latest"
        assert message.usage == Usage(input_tokens=26, output_tokens=8)
        assert message.finish_reason == "tool_calls"
        assert message.raw_finish_reason == "stop"
        assert message.metadata == {"total_duration": 5_000_000, "eval_duration": 2_000_000}

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            ("stop", "stop"),
            ("length", "length"),
            ("load", "other"),
            ("unload", "other"),
            ("new", "other"),
            (None, None),
        ],
    )
    def test_reasons_are_unified(self, raw: str | None, reason: str | None) -> None:
        """Each of Ollama's words has one of ours; an unknown word is `other`, and no word is none."""
        message = OllamaNormaliser().normalise(reply({"content": "x"}, done_reason=raw))
        assert (message.finish_reason, message.raw_finish_reason) == (reason, raw)

    def test_a_piece_of_an_answer_is_no_whole_reply(self) -> None:
        """A whole reply with `done: false` was cut short: it is an error, never an answer."""
        with pytest.raises(MalformedResponseError, match="done: false"):
            OllamaNormaliser().normalise(reply({"content": "x"}, done=False))

    def test_what_is_absent_is_none(self) -> None:
        """Counts that were not sent are None, not 0, and so is usage without any count."""
        bare = OllamaNormaliser().normalise({"message": {"role": "assistant", "content": ""}})
        assert (bare.parts, bare.usage, bare.finish_reason, bare.metadata) == ((), None, None, {})
        half = OllamaNormaliser().normalise({"message": {"content": "x"}, "eval_count": 3})
        assert half.usage == Usage(input_tokens=None, output_tokens=3)

    @pytest.mark.parametrize(
        ("arguments", "raw"), [({}, "{}"), (None, ""), ("", ""), ('{"a": 1}', '{"a": 1}'), ("{", "{")]
    )
    def test_arguments_are_kept_in_whatever_form(self, arguments: object, raw: str) -> None:
        """An object is the rule; text that a server sends in its place is kept as it is."""
        message = OllamaNormaliser().normalise(reply({"content": "", "tool_calls": [call("f", arguments)]}))
        assert message.tool_calls[0].raw_arguments == raw

    def test_a_reported_error_is_raised(self) -> None:
        """A reply that is an error raises with Ollama's words."""
        with pytest.raises(ProviderError, match="model runner has unexpectedly stopped") as caught:
            OllamaNormaliser().normalise({"error": "model runner has unexpectedly stopped"})
        assert caught.value.body == {"error": "model runner has unexpectedly stopped"}

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"response": "hi"},
            {"message": "hi"},
            {"message": {"content": 5}},
            {"message": {"tool_calls": [{"id": "a"}]}},
            {"message": {"tool_calls": [{"function": {"arguments": {}}}]}},
            {"message": {"content": "x"}, "eval_count": "many"},
        ],
    )
    def test_another_shape_is_malformed(self, wrong: Json) -> None:
        """What is not the documented shape raises, and no half message comes out."""
        with pytest.raises(MalformedResponseError):
            OllamaNormaliser().normalise(wrong)

    def test_the_fields_are_those_of_the_sdk(self) -> None:
        """Each field that is read is one of the SDK's models, but for those that are newer than they."""
        newer = {"remote_model", "remote_host"}
        assert ollama_wire.Reply.__annotations__.keys() - newer <= ollama.ChatResponse.model_fields.keys()
        assert ollama_wire.ReplyMessage.__annotations__.keys() <= ollama.Message.model_fields.keys()


TEXTS = st.text(max_size=20)
ARGUMENTS = st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers(-9, 9) | TEXTS, max_size=3)
CALLS = st.builds(call, st.sampled_from(["f", "g"]), ARGUMENTS, st.none() | st.just("call_1"))
ANSWERS = st.fixed_dictionaries(
    {"content": TEXTS}, optional={"thinking": TEXTS, "tool_calls": st.lists(CALLS, max_size=3)}
)


class TestDecoder:
    """A stream as deltas."""

    @given(ANSWERS, st.integers(1, 9), st.sampled_from(["stop", "length"]))
    def test_a_stream_says_what_the_whole_reply_says(self, message: Json, cut: int, reason: str) -> None:
        """However an answer is cut, the collected message equals the normalised whole reply."""
        whole = reply(message, done_reason=reason)
        assert said(collected(stream_of(whole, cut))) == said(OllamaNormaliser().normalise(whole))

    def test_one_line_may_say_it_all(self) -> None:
        """A whole reply is a stream of one line."""
        whole = reply({"content": "Hi", "thinking": "Hm.", "tool_calls": [call("f", {"a": 1}), call("f", {"a": 2})]})
        assert said(collected([whole])) == said(OllamaNormaliser().normalise(whole))

    def test_text_is_handed_out_as_it_comes(self) -> None:
        """Each line's piece is a delta at once, and lines without a piece bring none."""
        decoder = OllamaNormaliser().decoder()
        assert TextDelta("Hel", 1) in decoder.feed({"model": "m", "message": {"content": "Hel"}, "done": False})
        assert list(decoder.feed({"model": "m", "message": {"content": ""}, "done": False})) == []
        assert list(decoder.feed({"model": "m", "message": {"content": "lo"}})) == [TextDelta("lo", 1)]
        assert list(decoder.feed({"status": "something new"})) == []

    def test_a_stream_without_its_end_is_interrupted(self) -> None:
        """Without `done: true` the stream was cut, whatever came before."""
        decoder = OllamaNormaliser().decoder()
        list(decoder.feed({"message": {"content": "Hi"}, "done": False}))
        with pytest.raises(StreamInterruptedError):
            decoder.finish()

    def test_an_error_in_the_stream_is_raised(self) -> None:
        """A line that reports an error raises with Ollama's words."""
        decoder = OllamaNormaliser().decoder()
        with pytest.raises(ProviderError, match="out of memory") as caught:
            decoder.feed({"error": "out of memory"})
        assert caught.value.status_code is None


class Fixed:
    """A transport that says the same to everyone and keeps what it was asked."""

    def __init__(self, answer: Json) -> None:
        self.answer = answer
        self.requests: list[ollama_wire.Request] = []

    def send(self, request: ollama_wire.Request, /) -> Json:
        """The answer."""
        self.requests.append(request)
        return self.answer

    def stream(self, request: ollama_wire.Request, /) -> Generator[Json, None, None]:
        """The answer on one line."""
        yield self.send(request)

    async def asend(self, request: ollama_wire.Request, /) -> Json:
        """The answer."""
        return self.send(request)

    async def astream(self, request: ollama_wire.Request, /) -> AsyncGenerator[Json, None]:
        """The answer on one line."""
        yield self.send(request)


class TestFacade:
    """ChatOllama, with a transport that is not the SDK's."""

    def test_it_needs_no_key(self) -> None:
        """A local Ollama answers without a key."""
        llm = ChatOllama(MODEL, transport=Fixed(reply({"content": "Hi"})))
        assert llm.generate("hello").content == "Hi"
        assert ChatOllama(MODEL).provider == "ollama"

    def test_the_default_temperature_is_not_sent(self) -> None:
        """A temperature is sent where somebody chose one."""
        transport = Fixed(reply({"content": "Hi"}))
        ChatOllama(MODEL, transport=transport).generate("hello")
        ChatOllama(MODEL, 0.7, transport=transport).generate("hello")
        assert [request.get("options") for request in transport.requests] == [None, {"temperature": 0.7}]

    def test_the_message_says_who_answered(self) -> None:
        """Provider, model, and the answer's own facts are on the message."""
        message = ChatOllama(MODEL, transport=Fixed(reply({"content": "Hi"}))).generate("hello")
        assert (message.provider, message.model, message.response_model) == ("ollama", MODEL, "llama3.1:latest")
        assert message.metadata is not None
        assert message.metadata["total_duration"] == 5_000_000

    def test_a_tag_that_is_not_listed_is_a_custom_model(self) -> None:
        """A mistyped name is an error that names the nearest; a tag of one's own passes."""
        with pytest.raises(UnknownModelError, match="mistral"):
            ChatOllama("mistrall")  # type: ignore[arg-type]  # the point of the test
        assert ChatOllama(CustomModel("qwen3:8b")).model_name == "qwen3:8b"


@pytest.fixture
def llm(simulator: Simulator) -> Iterator[ChatOllama]:
    """A model over the real SDK, without retries, against the simulator."""
    with ChatOllama(MODEL, base_url=simulator.url("ollama"), max_retries=0, timeout=10) as model:
        yield model


async def streamed(model: ChatOllama) -> AIMessage[str]:
    """The message of an async stream."""
    async with model.astream("hello") as stream:
        async for _ in stream:
            pass
        return stream.message


WAYS: Final = range(4)


def one_way(model: ChatOllama, way: int) -> AIMessage[str]:
    """The question, asked in one of the four ways; the connections are closed after it."""
    with model:
        match way:
            case 0:
                return model.generate("hello")
            case 1:
                with model.stream("hello") as stream:
                    for _ in stream:
                        pass
                    return stream.message
            case 2:
                return asyncio.run(model.agenerate("hello"))
            case _:
                return asyncio.run(streamed(model))


def four_ways(model: ChatOllama) -> list[AIMessage[str]]:
    """The question, asked in each of the four ways."""
    return [one_way(model, way) for way in WAYS]


class TestTransport:
    """The SDK against a loopback server."""

    def test_the_four_ways_say_the_same(self, simulator: Simulator, llm: ChatOllama) -> None:
        """Whole or streamed, sync or async, an answer is the same message."""
        answer = Answer(
            text="It is warm.", reasoning="Hm. Well.", calls=(Call("weather", {"city": "Paris"}, "call_1"),)
        )
        simulator.script(answer, answer, answer, answer)
        messages = four_ways(llm)
        for message in messages:
            assert message.content == "It is warm."
            assert message.reasoning == "Hm. Well."
            assert message.finish_reason == "tool_calls"
            assert [(item.id, item.name, item.arguments) for item in message.tool_calls] == [
                ("call_1", "weather", {"city": "Paris"})
            ]
            assert message.parts == messages[0].parts

    def test_the_request_says_whether_to_stream(self, simulator: Simulator, llm: ChatOllama) -> None:
        """Ollama streams unless told not to, so the switch is always sent."""
        four_ways(llm)
        bodies = [received.body for received in simulator.journal]
        assert [isinstance(body, dict) and body["stream"] for body in bodies] == [False, True, False, True]
        assert {(received.method, received.path[-9:]) for received in simulator.journal} == {("POST", "/api/chat")}

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize(
        ("status", "kind", "retryable"),
        [
            (400, InvalidRequestError, False),
            (401, AuthenticationError, False),
            (404, NotFoundError, False),
            (429, RateLimitError, True),
            (500, ProviderUnavailableError, True),
            (503, ProviderUnavailableError, True),
        ],
    )
    def test_a_status_becomes_an_error(
        self, simulator: Simulator, llm: ChatOllama, way: int, status: int, kind: type[ProviderError], retryable: bool
    ) -> None:
        """Class, words, status and headers of an error are the same in each way to ask."""
        simulator.script(Fail(status, message="no such luck", headers={"retry-after": "7", "x-request-id": "r1"}))
        with pytest.raises(kind, match="no such luck") as caught:
            one_way(llm, way)
        assert type(caught.value) is kind
        assert (caught.value.status_code, caught.value.retryable) == (status, retryable)
        assert (caught.value.retry_after, caught.value.request_id) == (7.0, "r1")
        assert caught.value.body == {"error": "no such luck"}
        assert caught.value.__cause__ is not None

    @pytest.mark.parametrize("way", WAYS)
    def test_an_error_that_is_no_json_keeps_its_text(self, simulator: Simulator, llm: ChatOllama, way: int) -> None:
        """A gateway's page is shown as it came."""
        simulator.script(Raw(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>"))
        with pytest.raises(ProviderUnavailableError, match="Bad gateway") as caught:
            one_way(llm, way)
        assert caught.value.body == "<h1>Bad gateway</h1>"

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("body", [b"", b"<html>\n</html>\n", b"[]\n", b'{"message": 5, "done": true}\n'])
    def test_an_answer_of_another_shape_is_malformed(
        self, simulator: Simulator, llm: ChatOllama, way: int, body: bytes
    ) -> None:
        """A good status does not make an answer: what can't be read raises."""
        simulator.script(Raw(200, LINES, body))
        expected = StreamInterruptedError if way % 2 and not body else MalformedResponseError
        with pytest.raises(expected):
            one_way(llm, way)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_reply_that_reports_an_error_raises(self, simulator: Simulator, llm: ChatOllama, way: int) -> None:
        """Ollama can report an error under status 200."""
        simulator.script(Raw(200, LINES, ndjson({"error": "an error was encountered while running the model"})))
        with pytest.raises(ProviderError, match="while running the model"):
            one_way(llm, way)

    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    @pytest.mark.parametrize("ends", [True, False])
    @pytest.mark.parametrize("way", [1, 3])
    def test_lines_end_as_they_like(
        self, simulator: Simulator, llm: ChatOllama, way: int, line_end: str, ends: bool
    ) -> None:
        """CRLF, or no line end after the last line, make no difference."""
        lines = ndjson(*stream_of(reply({"content": "Grüße 😀", "thinking": "é"}), 1), line_end=line_end)
        simulator.script(Raw(200, LINES, lines if ends else lines.rstrip()))
        message = one_way(llm, way)
        assert (message.content, message.reasoning, message.finish_reason) == ("Grüße 😀", "é", "stop")

    @pytest.mark.parametrize("way", [1, 3])
    def test_a_stream_cut_in_the_middle_is_interrupted(self, simulator: Simulator, llm: ChatOllama, way: int) -> None:
        """What came before the cut is on the exception, also where the cut is within a line."""
        lines = ndjson(*stream_of(reply({"content": "Hello"}), 2))
        simulator.script(Raw(200, LINES, lines[: lines.index(b'"ll"') + 2]))
        with pytest.raises(StreamInterruptedError) as caught:
            one_way(llm, way)
        assert caught.value.partial is not None
        assert caught.value.partial.content == "He"

    @pytest.mark.parametrize("way", [1, 3])
    def test_a_stream_that_ends_early_is_interrupted(self, simulator: Simulator, llm: ChatOllama, way: int) -> None:
        """A stream that ends cleanly, but without `done: true`, raises."""
        simulator.script(Truncate(2, Answer(text="one two three four")))
        with pytest.raises(StreamInterruptedError):
            one_way(llm, way)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_cut_connection_is_a_failed_connection(self, simulator: Simulator, llm: ChatOllama, way: int) -> None:
        """A connection cut before the headers can be tried again."""
        simulator.script(Drop())
        with pytest.raises(ConnectionFailedError) as caught:
            one_way(llm, way)
        assert caught.value.retryable

    @pytest.mark.parametrize("way", [1, 3])
    def test_a_connection_cut_in_a_stream_keeps_what_came(
        self, simulator: Simulator, llm: ChatOllama, way: int
    ) -> None:
        """A stream whose connection breaks raises with the message so far."""
        simulator.script(Drop(2, Answer(text="one two three four")))
        with pytest.raises(ConnectionFailedError) as caught:
            one_way(llm, way)
        assert caught.value.partial is not None
        assert caught.value.partial.content.startswith("one")

    @pytest.mark.parametrize("way", WAYS)
    def test_nobody_listening_is_a_failed_connection(self, way: int) -> None:
        """Where no Ollama runs, the error says so."""
        nowhere = ChatOllama(MODEL, base_url="http://127.0.0.1:9", max_retries=0)
        with pytest.raises(ConnectionFailedError):
            one_way(nowhere, way)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_late_answer_is_a_timeout(self, simulator: Simulator, way: int) -> None:
        """Seconds without a sign of life are an error of their own."""
        hasty = ChatOllama(MODEL, base_url=simulator.url("ollama"), max_retries=0, timeout=0.1)
        simulator.script(Delay(1.0))
        with pytest.raises(TimeoutExceededError):
            one_way(hasty, way)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_retry_after_is_obeyed(self, simulator: Simulator, way: int) -> None:
        """A provider that asks for no wait is asked again at once, until it answers."""
        patient = ChatOllama(MODEL, base_url=simulator.url("ollama"), max_retries=2)
        wait = {"retry-after": "0"}
        simulator.script(Fail(503, headers=wait), Fail(429, headers=wait), Answer(text="at last"))
        assert one_way(patient, way).content == "at last"

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1:port", "http://[::1", "http://127.0.0.1:99999", "http://exa\x01mple"]
    )
    @pytest.mark.parametrize("way", WAYS)
    def test_an_address_that_is_none_is_a_configuration_error(self, address: str, way: int) -> None:
        """A mistyped address is our fault, not Ollama's."""
        with pytest.raises(ConfigurationError, match="base_url"):
            one_way(ChatOllama(MODEL, base_url=address, max_retries=0), way)

    @pytest.mark.parametrize("way", WAYS)
    def test_a_host_that_no_resolver_takes_is_a_configuration_error(self, way: int) -> None:
        """A host name that can't be looked up at all is our fault, too."""
        with pytest.raises(ConfigurationError):
            one_way(ChatOllama(MODEL, base_url="http://xn--", max_retries=0), way)

    def test_the_sdk_s_host_variable_is_heeded(self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without `base_url` the SDK's own default holds."""
        monkeypatch.setenv("OLLAMA_HOST", simulator.url("ollama"))
        simulator.script(Answer(text="found"))
        assert one_way(ChatOllama(MODEL, max_retries=0), 0).content == "found"

    def test_a_stream_left_early_frees_its_connection(self, simulator: Simulator, llm: ChatOllama) -> None:
        """After a stream is left in its middle the next call works."""
        simulator.script(Answer(text="one two three four"), Answer(text="next"))
        with llm.stream("hello") as stream:
            next(iter(stream))
        assert llm.generate("hello").content == "next"

    def test_a_facade_outlives_event_loops_and_serves_threads(self, simulator: Simulator, llm: ChatOllama) -> None:
        """One facade serves one event loop after the other, and many threads at once."""
        for _ in range(3):
            assert asyncio.run(llm.agenerate("hello")).content
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: llm.generate("hello").content, range(32)))
        assert len(set(answers)) == 1
        assert len(simulator.journal) == 35

    def test_a_forgotten_facade_leaves_no_socket_open(self, simulator: Simulator) -> None:
        """Connections of a facade that nobody closed are closed with it: no ResourceWarning comes."""
        llm = ChatOllama(MODEL, base_url=simulator.url("ollama"), max_retries=0)
        llm.generate("hello")
        asyncio.run(llm.agenerate("hello"))
        del llm
        gc.collect()

    def test_a_pickle_has_the_configuration_alone(self, simulator: Simulator) -> None:
        """A transport that was used can be sent to another process, without connections and keys."""
        transport = OllamaTransport(StaticAuth("planted"), base_url=simulator.url("ollama"), timeout=5)
        request = OllamaFormatter().format(MODEL, [UserMessage(content="hello")], Settings())
        first = transport.send(request)
        pickled = pickle.dumps(transport)
        transport.close()
        copy = pickle.loads(pickled)
        assert b"planted" not in pickled
        assert isinstance(copy, OllamaTransport)
        assert copy.send(request)["message"] == first["message"]
        copy.close()

    def test_a_closed_facade_opens_again(self, llm: ChatOllama) -> None:
        """Closing frees the connections; the next call makes new ones."""

        async def twice() -> None:
            await llm.agenerate("hello")
            await llm.aclose()
            await llm.agenerate("hello")
            await llm.aclose()

        llm.generate("hello")
        llm.close()
        llm.close()
        assert llm.generate("hello").content
        asyncio.run(twice())


class TestKeys:
    """Which key is sent, if any."""

    @pytest.fixture
    def seen(self) -> Iterator[tuple[str, list[str | None]]]:
        """A server's address, and the `Authorization` headers that it was sent."""
        headers: list[str | None] = []
        line = ndjson(reply({"content": "Hi"}))

        class Server(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                headers.append(self.headers["authorization"])
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-length", str(len(line)))
                self.end_headers()
                self.wfile.write(line)

            @override
            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}", headers
            server.shutdown()
            thread.join()

    @pytest.mark.parametrize("way", WAYS)
    def test_no_key_no_header(self, seen: tuple[str, list[str | None]], way: int) -> None:
        """Without a key no credentials are sent."""
        address, headers = seen
        one_way(ChatOllama(MODEL, base_url=address, max_retries=0), way)
        assert headers == [None]

    @pytest.mark.parametrize("way", WAYS)
    def test_a_key_is_a_bearer_token(self, seen: tuple[str, list[str | None]], way: int) -> None:
        """A key goes into the header that Ollama's cloud asks for."""
        address, headers = seen
        one_way(ChatOllama(MODEL, api_key="planted", base_url=address, max_retries=0), way)
        assert headers == ["Bearer planted"]

    @pytest.mark.parametrize("way", WAYS)
    def test_the_auth_source_alone_decides(
        self, seen: tuple[str, list[str | None]], way: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A key that the SDK finds in the environment is not sent unless the auth source gives it."""
        address, headers = seen
        monkeypatch.setenv("OLLAMA_API_KEY", "from-environment")
        monkeypatch.setenv("OLLAMA_HOST", address)
        one_way(ChatOllama(MODEL, max_retries=0, auth=StaticAuth({})), way)
        one_way(ChatOllama(MODEL, max_retries=0), way)
        assert headers == [None, "Bearer from-environment"]

    @pytest.mark.parametrize("form", ["{}", "'{}'", ' "{}" ', "http://{}", "{}/"])
    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_the_forms_of_the_servers_variable(
        self, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, form: str, host: str
    ) -> None:
        """Quotes and blanks around `OLLAMA_HOST` are no part of it, and all interfaces are reached at this machine."""
        port = simulator.url("ollama").rpartition(":")[2].rstrip("/")
        monkeypatch.setenv("OLLAMA_HOST", form.format(f"{host}:{port}"))
        assert ChatOllama(MODEL, max_retries=0).generate("hello").content == "You said: hello"

    def test_a_key_may_change_from_call_to_call(self, seen: tuple[str, list[str | None]]) -> None:
        """The source is asked at every request, and its clients stay."""
        address, headers = seen
        keys = iter(["first", "second", None])
        llm = ChatOllama(MODEL, base_url=address, max_retries=0, auth=CallbackAuth(lambda _: next(keys)))
        with llm:
            for _ in range(3):
                llm.generate("hello")
        assert headers == ["Bearer first", "Bearer second", None]

    def test_no_key_is_in_what_is_shown(self, seen: tuple[str, list[str | None]], simulator: Simulator) -> None:
        """Neither an error nor a repr shows the key."""
        simulator.script(Fail(401, message="unauthorized"))
        llm = ChatOllama(MODEL, api_key="planted", base_url=simulator.url("ollama"), max_retries=0)
        with pytest.raises(AuthenticationError) as caught:
            one_way(llm, 0)
        shown = f"{caught.value} {caught.value!r} {vars(caught.value)} {llm!r} {seen}"
        assert "planted" not in shown


class TestSDK:
    """What the SDK is relied on for."""

    def test_the_private_name_exists(self) -> None:
        """The one private name that the adapter uses is there, and is an httpx client."""
        for client, http in ((ollama.Client, httpx.Client), (ollama.AsyncClient, httpx.AsyncClient)):
            assert isinstance(client("http://127.0.0.1:9")._client, http)

    def test_the_version_is_bound_to_the_minor(self) -> None:
        """The SDK that is installed is one of those that the private names were read in."""
        from importlib.metadata import version

        assert version("ollama").startswith("0.6.")

    def test_nothing_is_imported_before_the_first_call(self) -> None:
        """Making a facade loads neither the SDK nor its HTTP library."""
        code = (
            "import sys; from god_llm import ChatOllama; ChatOllama('llama3');"
            "print(sorted({'ollama', 'httpx'} & sys.modules.keys()))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_a_missing_sdk_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the SDK the error says what to install."""
        monkeypatch.setitem(sys.modules, "ollama", None)
        for way in WAYS:
            with pytest.raises(MissingDependencyError, match=r"god-llm-kit\[ollama\]"):
                one_way(ChatOllama(MODEL, base_url="http://127.0.0.1:9", max_retries=0), way)

    def test_the_transport_fits_both_sockets(self) -> None:
        """One transport serves sync and async calls."""
        transport = OllamaTransport(StaticAuth({}))
        assert isinstance(transport, Transport)
        assert isinstance(transport, AsyncTransport)
