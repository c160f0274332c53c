"""A model made of four parts: the order of a call, what one call may change, and that no part is bypassed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Sequence
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLMException,
    BaseMessage,
    ChatAnthropic,
    ConfigurationError,
    ConnectionFailedError,
    CustomModel,
    Delta,
    FinishedDelta,
    InvalidSettingError,
    MalformedResponseError,
    NamedTool,
    OverloadedError,
    PromptError,
    RateLimitError,
    Settings,
    StaticAuth,
    StreamInterruptedError,
    SystemMessage,
    TextDelta,
    Tool,
    ToolMessage,
    UnknownModelError,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic.wire import Request
from god_llm.protocols import AsyncTransport, StreamDecoder, Transport
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds

REPLY: JsonObject = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5-20260101",
    "content": [{"type": "text", "text": "Because of Rayleigh."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 9, "output_tokens": 5, "service_tier": "standard"},
}
OPENING: JsonObject = {
    "type": "message_start",
    "message": {"id": "msg_1", "model": "claude-sonnet-5-5-20260101", "content": [], "usage": {"input_tokens": 9}},
}
TEXT: JsonObject = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Because"}}
EVENTS: list[JsonObject] = [
    OPENING,
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    TEXT,
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " of Rayleigh."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 5}},
    {"type": "message_stop"},
]


def claude(*script: JsonObject | Exception | Sequence[JsonObject | Exception]) -> tuple[ChatAnthropic, FakeTransport]:
    """A model over a fake transport, and the fake."""
    fake = FakeTransport(*script)
    return ChatAnthropic("claude-sonnet-5-5", transport=fake, ids=SequentialIds(), clock=FrozenClock()), fake


async def streamed(llm: ChatAnthropic, prompt: str = "Why?") -> tuple[list[Delta], AIMessage]:
    """All deltas of an async stream, and its message."""
    async with llm.astream(prompt) as stream:
        return [delta async for delta in stream], stream.message


# Each way to ask, as a function of the model.
WHOLE: list[Callable[[ChatAnthropic], AIMessage]] = [
    lambda llm: llm.generate("Why?"),
    lambda llm: asyncio.run(llm.agenerate("Why?")),
]


def collected(llm: ChatAnthropic) -> AIMessage:
    """The message of a whole stream."""
    with llm.stream("Why?") as stream:
        for _ in stream:
            pass
    return stream.message


STREAMED: list[Callable[[ChatAnthropic], AIMessage]] = [
    collected,
    lambda llm: asyncio.run(streamed(llm))[1],
]


# -- a call -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", WHOLE)
def test_a_whole_answer(ask: Callable[[ChatAnthropic], AIMessage]) -> None:
    """An answer says what the reply says, and the engine adds what only it knows."""
    llm, fake = claude(REPLY)
    message = ask(llm)
    assert message.content == "Because of Rayleigh."
    assert (message.provider, message.model) == ("anthropic", "claude-sonnet-5-5")
    assert (message.response_id, message.response_model) == ("msg_1", "claude-sonnet-5-5-20260101")
    assert (message.id, message.created_at) == (f"{1:032x}", datetime(2026, 1, 1, tzinfo=UTC))
    assert message.metadata is not None
    assert message.metadata["service_tier"] == "standard"
    assert message.metadata["media_type"] == "text/plain"
    assert 0 <= message.metadata["latency"] < 10
    assert fake.requests[0]["messages"] == [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]


@pytest.mark.parametrize("ask", STREAMED)
def test_a_streamed_answer_is_the_whole_one(ask: Callable[[ChatAnthropic], AIMessage]) -> None:
    """What a stream collects equals what the whole reply says."""
    whole = WHOLE[0](claude(REPLY)[0])
    message = ask(claude(EVENTS)[0])
    assert message.model_copy(update={"metadata": None, "usage": None}) == whole.model_copy(
        update={"metadata": None, "usage": None}
    )
    assert message.usage == whole.usage


def test_a_conversation_goes_out_in_order() -> None:
    """A prompt may be a whole conversation; its messages are said in their order."""
    llm, fake = claude(REPLY)
    first = llm.generate("Why?")
    llm.generate([SystemMessage(content="Be brief."), UserMessage(content="Why?"), first, UserMessage(content="So?")])
    request = fake.requests[1]
    turns = request["messages"]
    assert isinstance(turns, list)
    assert request["system"] == "Be brief."
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user"]


@pytest.mark.parametrize("nothing", ["", " \n", []])
def test_an_empty_prompt_is_refused(nothing: str | list[BaseMessage]) -> None:
    """Nothing asked is nothing sent."""
    llm, fake = claude(REPLY)
    for ask in (llm.generate, llm.stream):
        with pytest.raises(PromptError, match="empty") as caught:
            ask(nothing)
        assert (caught.value.provider, caught.value.model) == ("anthropic", "claude-sonnet-5-5")
    assert fake.requests == []


class Steps:
    """Four parts that write down when each of them is used."""

    def __init__(self) -> None:
        self.log: list[str] = []

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """The formatter."""
        self.log.append(f"format {model} {messages[0].content} {settings.max_tokens}")
        return {"model": "formatted", "max_tokens": 1, "messages": []}

    def send(self, request: JsonObject, /) -> JsonObject:
        """The transport, for whole replies."""
        self.log.append(f"send {request['model']}")
        return {"n": 2}

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """The transport, for streams."""
        self.log.append(f"stream {request['model']}")
        try:
            yield from ({"n": 2}, {"n": 3})
        finally:
            self.log.append("closed")

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """The transport, for whole replies in async code."""
        return self.send(request)

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """The transport, for streams in async code."""
        for event in self.stream(request):
            yield event

    def normalise(self, reply: JsonObject) -> AIMessage:
        """The normaliser."""
        self.log.append(f"normalise {reply}")
        return AIMessage(content="ours")

    def decoder(self) -> StreamDecoder:
        """The normaliser's decoder, which is this object too."""
        return self

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """The decoder."""
        self.log.append(f"feed {event}")
        return (TextDelta(str(event["n"])),)

    def finish(self) -> Iterable[Delta]:
        """The decoder's end."""
        self.log.append("finish")
        return (FinishedDelta("stop"),)


def composed(steps: Steps) -> ChatAnthropic:
    """A model whose parts are all the same object."""
    return ChatAnthropic(
        CustomModel("mine"), max_tokens=7, transport=steps, formatter=steps, normaliser=steps, auth=StaticAuth("key")
    )


@pytest.mark.parametrize("ask", WHOLE)
def test_the_order_of_a_call(ask: Callable[[ChatAnthropic], AIMessage]) -> None:
    """Format, send, normalise: each part is used once, with what the one before it gave."""
    steps = Steps()
    assert ask(composed(steps)).content == "ours"
    assert steps.log == ["format mine Why? 7", "send formatted", "normalise {'n': 2}"]


@pytest.mark.parametrize("ask", STREAMED)
def test_the_order_of_a_stream(ask: Callable[[ChatAnthropic], AIMessage]) -> None:
    """Format, then each event is fed as it comes; the transport's stream is closed before the decoder finishes."""
    steps = Steps()
    assert ask(composed(steps)).content == "23"
    assert steps.log == ["format mine Why? 7", "stream formatted", "feed {'n': 2}", "feed {'n': 3}", "closed", "finish"]


def test_a_facade_shows_its_parts() -> None:
    """Each part that was injected is there under its name."""
    steps = Steps()
    llm = composed(steps)
    parts: list[object] = [llm.transport, llm.async_transport, llm.formatter, llm.normaliser]
    assert all(part is steps for part in parts)
    assert repr(llm) == "ChatAnthropic('mine')"


# -- streams under way ------------------------------------------------------------------------------------


def test_a_stream_has_one_message_all_along() -> None:
    """`message` grows with the deltas, but its id and time are those of one message, and at the end it stands still."""
    llm, _ = claude(EVENTS)
    stream = llm.stream("Why?")
    said = [(stream.message.content, stream.message.id, stream.message.created_at)]
    said += [(stream.message.content, stream.message.id, stream.message.created_at) for _ in stream]
    assert len({(ident, made) for _, ident, made in said}) == 1
    assert said[-1][0] == "Because of Rayleigh."
    assert all(later.startswith(earlier) for (earlier, *_), (later, *_) in itertools.pairwise(said))
    assert stream.message == stream.message


def test_leaving_a_stream_closes_the_transports() -> None:
    """At the end of the `with` block the connection is released, though more would have come."""
    steps = Steps()
    with composed(steps).stream("Why?") as stream:
        next(stream)
    assert steps.log[-1] == "closed"

    async def left() -> None:
        async with composed(steps).astream("Why?") as stream:
            await anext(stream)

    steps.log.clear()
    asyncio.run(left())
    assert steps.log[-1] == "closed"


def test_a_stream_is_sent_when_it_is_first_asked_for_a_delta() -> None:
    """Making a stream sends nothing; a prompt that can't be said is refused right away all the same."""
    llm, fake = claude(EVENTS)
    stream = llm.stream("Why?")
    assert fake.requests == []
    next(stream)
    assert len(fake.requests) == 1
    with pytest.raises(UnsupportedParameterError):
        llm.stream("Why?", seed=1)  # type: ignore[arg-type]  # the mistake


# -- settings of one call ------------------------------------------------------------------------------------


def test_one_call_may_set_for_itself() -> None:
    """A setting given to a call holds for it alone, over the facade's own."""
    fake = FakeTransport(REPLY)
    llm = ChatAnthropic("claude-haiku-4-5", 0.2, max_tokens=100, stop="END", transport=fake)
    llm.generate("Why?", max_tokens=5, temperature=0.9, top_k=5, stop=["A", "B"])
    llm.generate("Why?")
    names = ("max_tokens", "temperature", "top_k", "stop_sequences")
    assert [fake.requests[0].get(name) for name in names] == [5, 0.9, 5, ["A", "B"]]
    assert [fake.requests[1].get(name) for name in names] == [100, 0.2, None, ["END"]]


def test_every_way_to_ask_takes_settings() -> None:
    """Streams and async calls take a call's settings as `generate` does."""
    llm, fake = claude(REPLY, REPLY, EVENTS, EVENTS)

    async def asked() -> None:
        await llm.agenerate("Why?", max_tokens=2)

    llm.generate("Why?", max_tokens=1)
    asyncio.run(asked())
    list(llm.stream("Why?", max_tokens=3))

    async def listened() -> None:
        async for _ in llm.astream("Why?", max_tokens=4):
            pass

    asyncio.run(listened())
    assert [request["max_tokens"] for request in fake.requests] == [1, 2, 3, 4]


def test_what_was_set_is_in_the_metadata() -> None:
    """The message says with which temperature and limit it was made."""
    llm = ChatAnthropic("claude-haiku-4-5", transport=FakeTransport(REPLY))
    metadata = llm.generate("Why?", max_tokens=5).metadata
    assert metadata is not None
    assert (metadata["temperature"], metadata["max_tokens"]) == (0.7, 5)


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ({"max_tokens": 0}, InvalidSettingError),
        ({"top_p": 2.0}, InvalidSettingError),
        ({"temperature": 1.5}, InvalidSettingError),
        ({"temperature": 0.5}, UnsupportedParameterError),
        ({"top_p": 0.5}, UnsupportedParameterError),
        ({"seed": 1}, UnsupportedParameterError),
        ({"temprature": 0.5}, InvalidSettingError),
    ],
)
def test_a_setting_that_can_not_be_sent_is_refused(settings: dict[str, float], error: type[BaseLLMException]) -> None:
    """What is out of range, unknown, or not for this model is an error before anything is sent, never dropped."""
    llm, fake = claude(REPLY)
    with pytest.raises(error) as caught:
        llm.generate("Why?", **settings)  # type: ignore[arg-type]  # the law is about values mypy can't see
    assert caught.value.provider == "anthropic"
    assert fake.requests == []


@pytest.mark.parametrize("wrong", [{"temperature": 1.5}, {"temperature": 0.5}, {"top_p": 0.5}, {"max_tokens": 0}])
def test_a_facade_refuses_what_its_model_can_not_take(wrong: dict[str, float]) -> None:
    """The same holds when the model is made."""
    with pytest.raises((InvalidSettingError, UnsupportedParameterError)):
        ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport(REPLY), **wrong)  # type: ignore[arg-type]  # as above


def test_a_model_is_checked_when_it_is_named() -> None:
    """A mistyped model is an error with the nearest name; any other name goes in as a `CustomModel`."""
    with pytest.raises(UnknownModelError, match="'claude-sonnet-5-5'"):
        ChatAnthropic("claude-sonet-5-5", transport=FakeTransport(REPLY))  # type: ignore[arg-type]  # the law
    llm = ChatAnthropic(CustomModel("claude-sonet-5-5"), transport=FakeTransport(REPLY))
    assert llm.generate("Why?").model == "claude-sonet-5-5"


# -- tools and structured answers ------------------------------------------------------------------------------


def weather(city: str) -> str:
    """The weather in a city."""
    return f"Rain in {city}."


class City(BaseModel):
    """A city."""

    name: str
    population: int


CALLING: JsonObject = {
    "content": [{"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo"}}],
    "stop_reason": "tool_use",
}


def test_a_model_with_tools() -> None:
    """Offering tools makes a new model that shares the parts; the old one offers none."""
    llm, fake = claude(CALLING)
    armed = llm.with_tools(weather, City, Tool("noop", "Nothing.", {"type": "object"}), choice="required")
    (call,) = armed.generate("Oslo?").tool_calls
    llm.generate("Oslo?")
    offered = fake.requests[0]["tools"]
    assert isinstance(offered, list)
    assert [tool["name"] for tool in offered] == ["weather", "City", "noop"]
    assert fake.requests[0]["tool_choice"] == {"type": "any"}
    assert "tools" not in fake.requests[1]
    assert (call.id, call.name, call.arguments) == ("toolu_1", "weather", {"city": "Oslo"})
    assert armed.transport is llm.transport


def test_the_answer_to_a_call_goes_back() -> None:
    """A call and its result are said to the model in the next turn, under the call's id."""
    llm, fake = claude(CALLING, REPLY)
    armed = llm.with_tools(weather)
    question = UserMessage(content="Oslo?")
    asked = armed.generate([question])
    results = [
        ToolMessage(content=weather(str(call.arguments["city"])), tool_call_id=call.id or "", name=call.name)
        for call in asked.tool_calls
    ]
    armed.generate([question, asked, *results])
    turns = fake.requests[1]["messages"]
    assert isinstance(turns, list)
    assert turns[2]["content"][0]["tool_use_id"] == turns[1]["content"][0]["id"] == "toolu_1"
    assert turns[2]["content"][0]["content"] == "Rain in Oslo."


def test_a_tool_that_is_not_offered_can_not_be_chosen() -> None:
    """The choice of one tool names one of those offered."""
    llm, fake = claude(CALLING)
    llm.with_tools(weather, choice=NamedTool("weather")).generate("Oslo?")
    assert fake.requests[0]["tool_choice"] == {"type": "tool", "name": "weather"}
    with pytest.raises(InvalidSettingError, match="nothing"):
        llm.with_tools(weather, choice=NamedTool("nothing"))


def test_an_answer_in_a_shape() -> None:
    """`generate_as` gives an instance of the class it was given, sync and async, and tells the provider its schema."""
    told = {**REPLY, "content": [{"type": "text", "text": '{"name": "Tokyo", "population": 14}'}]}
    llm, fake = claude(told)
    assert llm.generate_as(City, "Largest?") == City(name="Tokyo", population=14)
    assert asyncio.run(llm.agenerate_as(City, "Largest?", max_tokens=5)).name == "Tokyo"
    assert "output_config" in fake.requests[0]
    assert fake.requests[1]["max_tokens"] == 5
    llm.generate("Largest?")
    assert "output_config" not in fake.requests[2]


def test_an_answer_of_another_shape_is_an_error_that_keeps_it() -> None:
    """What does not fit raises, and the message is on the exception."""
    llm, _ = claude(REPLY)
    with pytest.raises(MalformedResponseError, match="City") as caught:
        llm.generate_as(City, "Largest?")
    assert caught.value.partial is not None
    assert caught.value.partial.content == "Because of Rayleigh."
    assert caught.value.__cause__ is not None


# -- errors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", WHOLE + STREAMED)
@pytest.mark.parametrize(
    "error", [RateLimitError("slow down"), AuthenticationError("no"), ConnectionFailedError("gone")]
)
def test_errors_say_whom_they_are_about(ask: Callable[[ChatAnthropic], AIMessage], error: BaseLLMException) -> None:
    """Whatever a part raises comes out as it is, with provider and model."""
    error.provider = error.model = None
    llm, fake = claude(error)
    with pytest.raises(type(error)) as caught:
        ask(llm)
    assert caught.value is error
    assert (caught.value.provider, caught.value.model) == ("anthropic", "claude-sonnet-5-5")
    assert len(fake.requests) == 1


def test_an_error_that_is_not_ours_is_left_alone() -> None:
    """A bug in an injected part is shown as the bug it is."""
    llm, _ = claude(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        llm.generate("Why?")


@pytest.mark.parametrize("ask", STREAMED)
@pytest.mark.parametrize(
    ("events", "error"),
    [
        (EVENTS[:3], StreamInterruptedError),
        ([*EVENTS[:3], ConnectionFailedError("gone")], ConnectionFailedError),
        ([*EVENTS[:3], {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}], OverloadedError),
    ],
)
def test_a_stream_that_breaks_keeps_what_came(
    ask: Callable[[ChatAnthropic], AIMessage], events: list[JsonObject | Exception], error: type[BaseLLMException]
) -> None:
    """An end that the provider did not state, a lost connection and a reported error all carry the message so far."""
    llm, _ = claude(events)
    with pytest.raises(error) as caught:
        ask(llm)
    partial = caught.value.partial
    assert partial is not None
    assert (partial.content, partial.provider, partial.finish_reason) == ("Because", "anthropic", None)
    assert partial.response_id == "msg_1"


@pytest.mark.parametrize("ask", WHOLE)
def test_a_reply_that_can_not_be_read_is_an_error(ask: Callable[[ChatAnthropic], AIMessage]) -> None:
    """A reply of another shape is not guessed at."""
    llm, _ = claude({"content": "text"})
    with pytest.raises(MalformedResponseError) as caught:
        ask(llm)
    assert caught.value.provider == "anthropic"


# -- injected parts ------------------------------------------------------------------------------------------------


class SyncOnly:
    """A transport for sync calls alone."""

    def __init__(self) -> None:
        self.fake = FakeTransport(REPLY)

    def send(self, request: JsonObject, /) -> JsonObject:
        """A whole reply."""
        return self.fake.send(request)

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """A stream."""
        return self.fake.stream(request)


class AsyncOnly:
    """A transport for async calls alone."""

    def __init__(self) -> None:
        self.fake = FakeTransport(REPLY)

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """A whole reply."""
        return self.fake.send(request)

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """A stream."""
        return self.fake.astream(request)


def test_a_transport_for_sync_calls_alone_refuses_async_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key at hand a real connection would be possible; it is not made behind an injected part."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    only: Transport[JsonObject] = SyncOnly()
    llm = ChatAnthropic("claude-sonnet-5-5", transport=only)
    assert llm.generate("Why?").content == "Because of Rayleigh."
    for ask in (WHOLE[1], STREAMED[1]):
        with pytest.raises(ConfigurationError, match="async_transport="):
            ask(llm)


def test_a_transport_for_async_calls_alone_refuses_sync_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same the other way round."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    only: AsyncTransport[JsonObject] = AsyncOnly()
    llm = ChatAnthropic("claude-sonnet-5-5", async_transport=only)
    assert asyncio.run(llm.agenerate("Why?")).content == "Because of Rayleigh."
    for ask in (WHOLE[0], STREAMED[0]):
        with pytest.raises(ConfigurationError, match="transport="):
            ask(llm)


def test_two_transports_serve_their_own_calls() -> None:
    """With both given, each serves its kind of calls, even where one could serve both."""
    sync, other = FakeTransport(REPLY), FakeTransport(REPLY)
    llm = ChatAnthropic("claude-sonnet-5-5", transport=sync, async_transport=other)
    llm.generate("Why?")
    assert (len(sync.requests), len(other.requests)) == (1, 0)
    asyncio.run(llm.agenerate("Why?"))
    assert (len(sync.requests), len(other.requests)) == (1, 1)


class Empty(FakeTransport):
    """A transport that counts what it holds, as a queue of replies would, and holds nothing now."""

    def __len__(self) -> int:
        """How many replies are left."""
        return 0


def test_a_part_that_is_empty_is_still_used() -> None:
    """Parts are used because they were given, not because they are true."""
    fake = Empty(REPLY)
    llm = ChatAnthropic("claude-sonnet-5-5", transport=fake)
    parts: list[object] = [llm.transport, llm.async_transport]
    assert all(part is fake for part in parts)
    assert llm.generate("Why?").content == "Because of Rayleigh."


def test_with_an_injected_transport_no_key_is_needed() -> None:
    """A test needs no key, and gives none away."""
    assert ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport(REPLY)).auth.get_key("anthropic") is None


# -- closing -----------------------------------------------------------------------------------------------------


def test_closing_closes_the_transport_of_its_kind() -> None:
    """`close` and `with` close what sync calls use, `aclose` and `async with` what async calls use."""
    parts = [FakeTransport(REPLY) for _ in range(4)]
    first = ChatAnthropic("claude-sonnet-5-5", transport=parts[0], async_transport=parts[1])
    second = ChatAnthropic("claude-sonnet-5-5", transport=parts[2], async_transport=parts[3])
    with first as same:
        assert same is first
    assert [part.closed for part in parts] == [True, False, False, False]

    async def used() -> None:
        async with second as same:
            assert same is second

    asyncio.run(used())
    assert [part.closed for part in parts] == [True, False, False, True]


def test_a_part_without_close_is_left_alone() -> None:
    """Closing a model whose parts hold nothing does nothing."""
    llm = ChatAnthropic("claude-sonnet-5-5", transport=SyncOnly())
    llm.close()
    asyncio.run(llm.aclose())
    assert llm.generate("Why?").content == "Because of Rayleigh."
