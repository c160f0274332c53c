"""Anthropic's four parts, each on its own, and the SDK against a loopback server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import (
    AIMessage,
    AudioPart,
    AuthenticationError,
    BaseMessage,
    ChatAnthropic,
    CitationPart,
    ConnectionFailedError,
    ConnectionLostError,
    CustomModel,
    Delta,
    DocumentPart,
    ImagePart,
    InvalidSettingError,
    MalformedResponseError,
    MissingAPIKeyError,
    NamedTool,
    NotFoundError,
    OverloadedError,
    Prompt,
    PromptError,
    RateLimitError,
    ReasoningPart,
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
    UnknownPart,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.collector import Collector
from god_llm.plugins.anthropic import AnthropicFormatter, AnthropicNormaliser
from god_llm.testing import FakeTransport
from god_llm.testing.simulator import Answer, Call, Delay, Drop, Fail, Raw, Simulator

MODEL: Final = "claude-sonnet-5-5"
Json = dict[str, object]


def formatted(*messages: BaseMessage, settings: Settings | None = None) -> Mapping[str, object]:
    """The request for a conversation."""
    return AnthropicFormatter().format(MODEL, messages, settings or Settings())


def turns(*messages: BaseMessage) -> object:
    """The request's `messages`."""
    return formatted(*messages)["messages"]


def reply(*content: Json, **more: object) -> Json:
    """A whole reply."""
    usage = {"input_tokens": 3, "output_tokens": 5, "cache_read_input_tokens": 2, "cache_creation_input_tokens": None}
    ends: Json = {"stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    return {"id": "msg_1", "type": "message", "model": "claude-x", "content": list(content), **ends, **more}


def events(whole: Json, cut: int = 3) -> list[Json]:
    """The stream that says the same as a whole reply, its texts cut in pieces."""
    start = {**whole, "content": [], "stop_reason": None}
    out: list[Json] = [{"type": "message_start", "message": start}, {"type": "ping"}]
    content = whole["content"]
    assert isinstance(content, list)
    for index, block in enumerate(content):
        out.extend({"index": index, **event} for event in block_events(block, cut))
    ends = {"stop_reason": whole["stop_reason"], "stop_sequence": whole["stop_sequence"]}
    out.append({"type": "message_delta", "delta": ends, "usage": {"output_tokens": 5}})
    return [*out, {"type": "message_stop"}]


def block_events(block: Json, cut: int) -> list[Json]:
    """The events of one block."""
    kind = block["type"]
    text_field = {"text": "text", "thinking": "thinking"}.get(str(kind))
    out: list[Json] = []
    if text_field is not None:
        first: Json = {"type": kind, text_field: ""}
        text = str(block[text_field])
        deltas: list[Json] = [
            {"type": f"{kind}_delta", text_field: text[at : at + cut]} for at in range(0, len(text), cut)
        ]
        citations = block.get("citations")
        if isinstance(citations, list):
            deltas.extend({"type": "citations_delta", "citation": citation} for citation in citations)
        if "signature" in block:
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
    elif "input" in block:
        first = {**block, "input": {}}
        text = json.dumps(block["input"])
        deltas = [{"type": "input_json_delta", "partial_json": ""}]
        deltas += [{"type": "input_json_delta", "partial_json": text[at : at + cut]} for at in range(0, len(text), cut)]
    else:
        first, deltas = block, []
    out.append({"type": "content_block_start", "content_block": first})
    out += [{"type": "content_block_delta", "delta": delta} for delta in deltas]
    return [*out, {"type": "content_block_stop"}]


def collected(stream: Sequence[Json]) -> AIMessage:
    """The message that a stream's events make."""
    decoder, collector = AnthropicNormaliser().decoder(), Collector()
    for event in stream:
        for delta in decoder.feed(event):
            collector.add(delta)
    for delta in decoder.finish():
        collector.add(delta)
    return collector.message()


def said(message: AIMessage) -> Json:
    """What a message says, without its identity."""
    return message.model_dump(exclude={"id", "created_at"})


TEXTS = st.text(max_size=20)
JSON = st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers(-9, 9) | TEXTS, max_size=3)
BLOCKS = st.one_of(
    TEXTS.map(lambda text: {"type": "text", "text": text}),
    TEXTS.map(
        lambda text: {"type": "text", "text": text, "citations": [{"type": "char_location", "cited_text": text}]}
    ),
    TEXTS.map(lambda text: {"type": "thinking", "thinking": text, "signature": "c2ln"}),
    TEXTS.map(lambda text: {"type": "redacted_thinking", "data": text}),
    JSON.map(lambda value: {"type": "tool_use", "id": "toolu_1", "name": "f", "input": value}),
    JSON.map(lambda value: {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": value}),
    st.just({"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": [{"url": "https://example.org"}]}),
    st.just({"type": "something_new", "field": [1, 2]}),
)


EMPTY: Final[Json] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
"""The schema of an object without properties, in every provider's subset."""


class TestFormatter:
    """A conversation as Anthropic's request."""

    def test_text_and_instructions(self) -> None:
        """Leading system messages become `system`; the output limit is the model's own."""
        assert formatted(SystemMessage(content="Be brief."), UserMessage(content="hi")) == {
            "model": MODEL,
            "max_tokens": 128000,
            "system": "Be brief.",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}],
        }

    def test_late_instructions_keep_their_place(self) -> None:
        """A system message after a turn is a turn of its own, for the models that take it there."""
        late = formatted(UserMessage(content="hi"), SystemMessage(content="Be brief."))["messages"]
        assert isinstance(late, list)
        assert late[1] == {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}

    def test_settings(self) -> None:
        """Each setting has its place in the request."""
        tool = Tool("f", "does f", {"type": "object", "properties": {}})
        settings = Settings(
            temperature=0.2,
            max_tokens=9,
            top_p=0.5,
            stop=("END",),
            tools=(tool,),
            tool_choice="required",
            response_schema=ResponseSchema("R", EMPTY),
        )
        request = formatted(UserMessage(content="hi"), settings=settings)
        assert {name: request[name] for name in request if name not in ("model", "messages")} == {
            "max_tokens": 9,
            "temperature": 0.2,
            "top_p": 0.5,
            "stop_sequences": ["END"],
            "tools": [{"name": "f", "description": "does f", "input_schema": {"type": "object", "properties": {}}}],
            "tool_choice": {"type": "any"},
            "output_config": {"format": {"type": "json_schema", "schema": EMPTY}},
        }

    @pytest.mark.parametrize(
        ("choice", "written"),
        [
            ("auto", {"type": "auto"}),
            ("none", {"type": "none"}),
            (NamedTool("f"), {"type": "tool", "name": "f"}),
        ],
    )
    def test_tool_choices(self, choice: NamedTool, written: Json) -> None:
        """Each choice of tools has Anthropic's word."""
        request = formatted(UserMessage(content="hi"), settings=Settings(tool_choice=choice))
        assert request["tool_choice"] == written

    def test_tool_results_share_the_users_turn(self) -> None:
        """Results of parallel calls and the next words are one user turn, the results first."""
        asked = AIMessage(
            parts=(
                ToolCallPart.of(id="a", name="f", arguments={"x": 1}),
                ToolCallPart.of(id="b", name="g", arguments={}),
            ),
            provider="openai",
        )
        results = ToolMessage(tool_call_id="a", content="1"), ToolMessage(tool_call_id="b", content="no", is_error=True)
        assert turns(UserMessage(content="go"), asked, *results, UserMessage(content="and?")) == [
            {"role": "user", "content": [{"type": "text", "text": "go"}]},
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "a", "name": "f", "input": {"x": 1}},
                    {"type": "tool_use", "id": "b", "name": "g", "input": {}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "a", "content": "1"},
                    {"type": "tool_result", "tool_use_id": "b", "content": "no", "is_error": True},
                    {"type": "text", "text": "and?"},
                ],
            },
        ]

    def test_media(self) -> None:
        """Images and documents go as base64, URL or plain text."""
        parts = (
            ImagePart(data=b"\x01", media_type="image/png"),
            ImagePart(url="https://example.org/a.png"),
            DocumentPart(data=b"\x02", media_type="application/pdf", name="Report"),
            DocumentPart(data=b"words", media_type="text/plain"),
        )
        (turn,) = AnthropicFormatter().format(MODEL, [UserMessage(parts=parts)], Settings())["messages"]
        assert turn["content"] == [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AQ=="}},
            {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
            {
                "type": "document",
                "source": {"type": "base64", "media_type": "application/pdf", "data": "Ag=="},
                "title": "Report",
            },
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "words"}},
        ]

    def test_a_tool_result_with_an_image(self) -> None:
        """A tool's result may have images, then its content is a list of blocks."""
        image = ImagePart(data=b"\x01", media_type="image/png")
        written = turns(ToolMessage(tool_call_id="a", content="see", parts=(image,)))
        source = {"type": "base64", "media_type": "image/png", "data": "AQ=="}
        content = [{"type": "text", "text": "see"}, {"type": "image", "source": source}]
        assert written == [
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": content}]}
        ]

    @pytest.mark.parametrize(
        "message",
        [
            UserMessage(parts=(AudioPart(data=b"\x01", media_type="audio/wav"),)),
            AIMessage(provider="openai", parts=(ServerToolPart(kind="web_search_call", raw={}),)),
            AIMessage(provider="openai", parts=(UnknownPart(kind="new", raw={}),)),
            AIMessage(parts=(ToolCallPart(id="a", name="f", raw_arguments="{"),)),
            BaseMessage(content="of no role"),
        ],
    )
    def test_what_cannot_be_said_is_refused(self, message: BaseMessage) -> None:
        """Sound, blocks of other providers and messages of no role raise before anything is sent."""
        with pytest.raises(UnsupportedFeatureError, match="anthropic"):
            formatted(message)

    def test_foreign_reasoning_is_left_out(self) -> None:
        """Another provider's reasoning and citations are not said, its text is."""
        parts = (ReasoningPart(text="hm", signature="s"), TextPart(text="yes"), CitationPart(title="t"))
        assert turns(AIMessage(provider="bedrock", parts=parts)) == [
            {"role": "assistant", "content": [{"type": "text", "text": "yes"}]}
        ]

    @given(st.lists(BLOCKS, min_size=1, max_size=5))
    def test_blocks_go_back_whole(self, blocks: list[Json]) -> None:
        """What Anthropic said goes back to it as it came, but for blank text."""
        message = AnthropicNormaliser().normalise(reply(*blocks)).model_copy(update={"provider": "anthropic"})
        kept = [block for block in blocks if str(block.get("text", "x")).strip()]
        answers = turns(UserMessage(content="hi"), message)
        assert isinstance(answers, list)
        assert answers[1:] == ([{"role": "assistant", "content": kept}] if kept else [])


class TestNormaliser:
    """A whole reply, and the same as a stream."""

    def test_a_reply_with_everything(self) -> None:
        """Each block becomes its part, in order; counts include the cached tokens."""
        location = {"type": "page_location", "cited_text": "c", "document_title": "D", "start_page_number": 2}
        message = AnthropicNormaliser().normalise(
            reply(
                {"type": "thinking", "thinking": "hm", "signature": "s"},
                {"type": "text", "text": "Hello ", "citations": [location]},
                {"type": "text", "text": "there"},
                {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}},
                stop_reason="tool_use",
            )
        )
        assert (message.content, message.reasoning) == ("Hello there", "hm")
        assert [part.type for part in message.parts] == ["reasoning", "text", "citation", "text", "tool_call"]
        (call,) = message.tool_calls
        assert (call.id, call.name, call.arguments) == ("t", "f", {"x": 1})
        assert (message.finish_reason, message.raw_finish_reason) == ("tool_calls", "tool_use")
        assert message.usage is not None
        assert (message.usage.input_tokens, message.usage.output_tokens) == (5, 5)
        assert (message.usage.cache_read_tokens, message.usage.cache_write_tokens) == (2, None)
        assert (message.response_id, message.response_model) == ("msg_1", "claude-x")

    @pytest.mark.parametrize(
        ("raw", "unified"),
        [
            ("max_tokens", "length"),
            ("refusal", "refusal"),
            ("pause_turn", "pause"),
            ("new_reason", "other"),
            (None, None),
        ],
    )
    def test_finish_reasons(self, raw: str | None, unified: str | None) -> None:
        """Anthropic's words become ours, a new one becomes "other", and the raw word stays."""
        message = AnthropicNormaliser().normalise(reply(stop_reason=raw))
        assert (message.finish_reason, message.raw_finish_reason) == (unified, raw)

    @pytest.mark.parametrize("wrong", [{}, {"content": "text"}, {"content": [1]}, {"content": [], "usage": 3}])
    def test_another_shape_is_malformed(self, wrong: Json) -> None:
        """A reply of another shape than documented is a typed error."""
        with pytest.raises(MalformedResponseError):
            AnthropicNormaliser().normalise(wrong)

    @given(st.lists(BLOCKS, max_size=5), st.integers(1, 7))
    def test_streamed_equals_whole(self, blocks: list[Json], cut: int) -> None:
        """The events of an answer collect to the message of the whole answer."""
        whole = reply(*blocks)
        assert said(collected(events(whole, cut))) == said(AnthropicNormaliser().normalise(whole))

    @given(st.lists(BLOCKS, max_size=3), st.data())
    def test_any_cut_raises(self, blocks: list[Json], data: st.DataObject) -> None:
        """A stream that stops anywhere before its end event raises."""
        stream = events(reply(*blocks))
        with pytest.raises(StreamInterruptedError):
            collected(stream[: data.draw(st.integers(0, len(stream) - 1))])

    def test_unknown_events_pass(self) -> None:
        """Events and deltas that are new change nothing."""
        stream = events(reply({"type": "text", "text": "hi"}))
        new: list[Json] = [
            {"type": "news", "field": 1},
            {"type": "content_block_delta", "index": 0, "delta": {"type": "new_delta"}},
        ]
        assert said(collected([*stream[:3], *new, *stream[3:]])) == said(collected(stream))

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "content_block_delta", "index": 7, "delta": {"type": "input_json_delta", "partial_json": "{"}},
            {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "x"}},
            {"type": "content_block_start", "index": "first"},
        ],
    )
    def test_a_malformed_event_raises(self, event: Json) -> None:
        """An event for a block that was not started, without its index or of another type is a typed error."""
        with pytest.raises(MalformedResponseError):
            list(AnthropicNormaliser().decoder().feed(event))

    @pytest.mark.parametrize("written", ['{"x": ', "[1]"])
    def test_broken_arguments_are_kept(self, written: str) -> None:
        """Arguments that are no JSON object stay as the model wrote them, and raise when they are read."""
        stream = events(reply({"type": "tool_use", "id": "t", "name": "f", "input": {}}))
        deltas: list[Json] = [
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": written}}
        ]
        broken = [event for event in stream if event["type"] != "content_block_delta"]
        (call,) = collected([*broken[:3], *deltas, *broken[3:]]).tool_calls
        assert call.raw_arguments == written
        with pytest.raises(MalformedResponseError, match="not a JSON object"):
            _ = call.arguments

    def test_an_error_event_raises(self) -> None:
        """`overloaded_error` in the middle of a stream is an `OverloadedError`."""
        event = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
        with pytest.raises(OverloadedError, match="Overloaded") as caught:
            list(AnthropicNormaliser().decoder().feed(event))
        assert (caught.value.status_code, caught.value.retryable) == (None, True)


class TestFacade:
    """`ChatAnthropic` through the real SDK, against the simulator."""

    def test_whole_streamed_sync_async(self, simulator: Simulator) -> None:
        """The four ways to ask give the same message."""
        answer = Answer(text="Hello there.", reasoning="hm", calls=(Call("weather", {"city": "Oslo"}),))
        simulator.script(answer, answer, answer, answer)
        llm = ChatAnthropic(MODEL, api_key="test-key", base_url=simulator.url("anthropic"))

        async def ask() -> tuple[AIMessage, AIMessage]:
            async with llm, llm.astream("hi") as stream:
                deltas: list[Delta] = [delta async for delta in stream]
                assert deltas
                return await llm.agenerate("hi"), stream.message

        with llm, llm.stream("hi") as stream:
            assert list(stream)
            messages = [llm.generate("hi"), stream.message, *asyncio.run(ask())]
        for message in messages:
            assert (message.content, message.reasoning) == ("Hello there.", "hm")
            assert (message.provider, message.model, message.finish_reason) == ("anthropic", MODEL, "tool_calls")
            assert [(call.name, call.arguments) for call in message.tool_calls] == [("weather", {"city": "Oslo"})]
        assert {received.headers["x-api-key"] for received in simulator.journal} == {"<present>"}

    @pytest.mark.parametrize(
        ("failure", "error", "retryable"),
        [
            (Fail(401, code="authentication_error", message="bad key"), AuthenticationError, False),
            (Fail(404, code="not_found_error", message="no model"), NotFoundError, False),
            (Fail(429, code="rate_limit_error", message="slow", headers={"retry-after": "7"}), RateLimitError, True),
            (Fail(529, code="overloaded_error", message="busy"), OverloadedError, True),
            (Drop(after=0), ConnectionFailedError, True),
            (Raw(200, {"content-type": "text/html"}, b"<html>"), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b""), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b'{"content": ['), MalformedResponseError, False),
            (Raw(502, {"content-type": "text/html"}, b"<html>bad gateway</html>"), Exception, True),
        ],
    )
    @pytest.mark.parametrize("streamed", [False, True])
    def test_failures_are_typed(
        self, simulator: Simulator, failure: Fail, error: type[Exception], *, retryable: bool, streamed: bool
    ) -> None:
        """Each way to fail is its own error, whole and streamed, with the original as its cause where there is one."""
        simulator.script(failure)
        llm = ChatAnthropic(MODEL, api_key="test-key", base_url=simulator.url("anthropic"), max_retries=0)
        with llm, pytest.raises(error) as caught:
            list(llm.stream("hi")) if streamed else llm.generate("hi")
        assert getattr(caught.value, "retryable", None) is retryable
        assert (getattr(caught.value, "provider", None), getattr(caught.value, "model", None)) == ("anthropic", MODEL)
        assert "test-key" not in f"{caught.value!r} {caught.value} {caught.value.__dict__}"

    def test_retry_after_is_read(self, simulator: Simulator) -> None:
        """What the provider says of an error is on the exception."""
        simulator.script(Fail(429, code="rate_limit_error", message="slow", headers={"retry-after": "7"}))
        llm = ChatAnthropic(MODEL, api_key="test-key", base_url=simulator.url("anthropic"), max_retries=0)
        with llm, pytest.raises(RateLimitError) as caught:
            llm.generate("hi")
        assert (caught.value.status_code, caught.value.code) == (429, "rate_limit_error")
        assert caught.value.retry_after == 7

    def test_a_stream_that_breaks_has_its_partial(self, simulator: Simulator) -> None:
        """A connection lost in the middle is a typed error with the message so far."""
        simulator.script(Raw(200, {"content-type": "text/event-stream"}, b""), Drop(after=5))
        llm = ChatAnthropic(MODEL, api_key="test-key", base_url=simulator.url("anthropic"), max_retries=0)
        with llm:
            with pytest.raises(StreamInterruptedError):
                list(llm.stream("hi"))
            with pytest.raises(ConnectionLostError) as caught:
                list(llm.stream("one two three four five six seven eight"))
        assert isinstance(caught.value, StreamInterruptedError)  # whoever waits for either of the two is served
        assert isinstance(caught.value, ConnectionFailedError)
        assert caught.value.partial is not None
        assert caught.value.partial.provider == "anthropic"

    def test_a_timeout_is_typed(self, simulator: Simulator) -> None:
        """A service that takes too long is a `TimeoutExceededError`."""
        simulator.script(Delay(1.0, Answer(text="late")))
        llm = ChatAnthropic(MODEL, api_key="test-key", base_url=simulator.url("anthropic"), max_retries=0, timeout=0.1)
        with llm, pytest.raises(TimeoutExceededError):
            llm.generate("hi")

    def test_temperature(self) -> None:
        """The default goes only to models that take one; a chosen one that is rejected or out of range is an error."""

        def sent(llm: ChatAnthropic) -> object:
            transport = llm.transport
            assert isinstance(transport, FakeTransport)
            llm.generate("hi")
            return transport.requests[-1].get("temperature")

        fake = FakeTransport(reply())
        assert sent(ChatAnthropic("claude-haiku-4-5", transport=fake)) == 0.7
        assert sent(ChatAnthropic("claude-haiku-4-5", None, transport=FakeTransport(reply()))) is None
        assert sent(ChatAnthropic(MODEL, transport=FakeTransport(reply()))) is None
        assert sent(ChatAnthropic(CustomModel("mine"), transport=FakeTransport(reply()))) is None
        assert sent(ChatAnthropic(CustomModel("mine"), 0.7, transport=FakeTransport(reply()))) == 0.7
        with pytest.raises(UnsupportedParameterError, match=f"{MODEL} takes no temperature"):
            ChatAnthropic(MODEL, 0.7, api_key="k")  # type: ignore[arg-type]  # the mistake under test
        with pytest.raises(UnsupportedParameterError, match="top_p"):
            ChatAnthropic(MODEL, top_p=0.5, api_key="k")  # type: ignore[arg-type]  # the mistake under test
        with pytest.raises(InvalidSettingError, match="between 0 and 1"):
            ChatAnthropic("claude-haiku-4-5", 1.5, api_key="k")

    def test_bad_input(self) -> None:
        """No key, a mistyped model and an empty prompt are typed errors that say what to do."""
        with pytest.raises(MissingAPIKeyError, match=r"anthropic.*ANTHROPIC_API_KEY.*api_key="):
            ChatAnthropic(MODEL)
        with pytest.raises(UnknownModelError, match=r"Did you mean 'claude-sonnet-5-5'"):
            ChatAnthropic("claude-sonet-5-5", api_key="k")  # type: ignore[arg-type]  # the mistake under test
        transport = FakeTransport(reply())
        prompts: list[Prompt] = ["", " \n", []]
        for prompt in prompts:
            with pytest.raises(PromptError, match="empty"):
                ChatAnthropic(MODEL, transport=transport).generate(prompt)
        assert not transport.requests
