"""Middleware of a facade: what it sees, what it may change, and who shares it."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias

import pytest
from dependency_injector import providers
from pydantic import BaseModel
from typing_extensions import override

from god_llm import (
    AIMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    ConfigurationError,
    ConnectionFailedError,
    CustomModel,
    Delta,
    FinishedDelta,
    RateLimitError,
    SystemMessage,
    TextDelta,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.containers import AnthropicContainer, AnthropicSettings, LLMContainer
from god_llm.domain.call import Call
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.pipeline import Pipeline, Transports
from god_llm.middleware import Logged
from god_llm.plugins import registry
from god_llm.protocols import LanguageModel, Middleware
from god_llm.testing import FakeTransport, Simulator
from god_llm.testing.simulator import Answer, Fail

REPLY: Final[JsonObject] = {"content": [{"type": "text", "text": '{"name": "Oslo"}'}], "stop_reason": "end_turn"}
EVENTS: Final[list[JsonObject]] = [
    {"type": "message_start", "message": {"id": "msg_1", "model": "c", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": '{"name": '}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": '"Oslo"}'}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    {"type": "message_stop"},
]


class City(BaseModel):
    """A city."""

    name: str


def clock(city: str) -> str:
    """The time in a city."""
    return city


class Seen:
    """A middleware that keeps the calls that it sees, and writes down when it is entered and left.

    Args:
        inner: the language model to wrap.
        log: gets `name>` at the start of a call, and `<name` at its end.
    """

    def __init__(self, inner: LanguageModel, log: list[str] | None = None, name: str = "seen") -> None:
        self.inner = inner
        self.calls: list[Call] = []
        self.log = [] if log is None else log
        self.name = name
        self.held: list[object] = []
        """The streams, so that only who closes them ends them, and not the collector of garbage."""

    def change(self, call: Call) -> Call:
        """The call that goes on."""
        self.calls.append(call)
        self.log.append(f"{self.name}>")
        return call

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        try:
            return self.inner.respond(self.change(call))
        finally:
            self.log.append(f"<{self.name}")

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        try:
            return await self.inner.arespond(self.change(call))
        finally:
            self.log.append(f"<{self.name}")

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        deltas = self._stream(call)
        self.held.append(deltas)
        return deltas

    def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        deltas = self._astream(call)
        self.held.append(deltas)
        return deltas

    def _stream(self, call: Call) -> Generator[Delta, None, None]:
        try:
            with closing(self.inner.stream(self.change(call))) as deltas:
                yield from deltas
        finally:
            self.log.append(f"<{self.name}")

    async def _astream(self, call: Call) -> AsyncGenerator[Delta, None]:
        try:
            async with aclosing(self.inner.astream(self.change(call))) as deltas:
                async for delta in deltas:
                    yield delta
        finally:
            self.log.append(f"<{self.name}")


class Briefed(Seen):
    """Puts a system message before the conversation, limits the answer, and signs it."""

    @override
    def change(self, call: Call) -> Call:
        messages = (SystemMessage(content="Be brief."), *call.messages)
        return replace(call, messages=messages, settings=replace(call.settings, max_tokens=7))

    @override
    def respond(self, call: Call, /) -> AIMessage:
        return self.signed(super().respond(call))

    @override
    async def arespond(self, call: Call, /) -> AIMessage:
        return self.signed(await super().arespond(call))

    @staticmethod
    def signed(message: AIMessage) -> AIMessage:
        """The message with a mark of ours."""
        return message.model_copy(update={"metadata": {**(message.metadata or {}), "by": "briefed"}})

    @override
    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        for delta in super().stream(call):
            yield self.signed_delta(delta)

    @override
    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        async for delta in super().astream(call):
            yield self.signed_delta(delta)

    @staticmethod
    def signed_delta(delta: Delta) -> Delta:
        """The delta, the last one with a mark of ours."""
        return (
            replace(delta, metadata={**delta.metadata, "by": "briefed"}) if isinstance(delta, FinishedDelta) else delta
        )


def kept(into: list[Seen], **more: Any) -> Middleware:  # Any: the keywords of `Seen`
    """A `Seen` that is found again in a list."""

    def wrap(inner: LanguageModel) -> LanguageModel:
        into.append(Seen(inner, **more))
        return into[-1]

    return wrap


def streamed(llm: ChatModel[str, Any, Any], **more: Any) -> AIMessage:  # Any: of every provider
    """The message of a stream."""
    with llm.stream("hi", **more) as stream:
        for _ in stream:
            pass
    return stream.message


async def astreamed(llm: ChatModel[str, Any, Any], **more: Any) -> AIMessage:  # Any: of every provider
    """The message of an async stream."""
    async with llm.astream("hi", **more) as stream:
        async for _ in stream:
            pass
    return stream.message


Ask: TypeAlias = Callable[..., Any]  # Any: a message, or a City
WHOLE: Final[Mapping[str, Ask]] = {
    "generate": lambda llm, **more: llm.generate("hi", **more),
    "agenerate": lambda llm, **more: asyncio.run(llm.agenerate("hi", **more)),
}
SHAPED: Final[Mapping[str, Ask]] = {
    "generate_as": lambda llm, **more: llm.generate_as(City, "hi", **more),
    "agenerate_as": lambda llm, **more: asyncio.run(llm.agenerate_as(City, "hi", **more)),
}
STREAMED: Final[Mapping[str, Ask]] = {
    "stream": streamed,
    "astream": lambda llm, **more: asyncio.run(astreamed(llm, **more)),
}
WAYS: Final = {**WHOLE, **SHAPED, **STREAMED}
every_way = pytest.mark.parametrize("way", WAYS)


def claude(way: str, *middleware: Middleware, **more: Any) -> tuple[ChatAnthropic, FakeTransport]:  # Any: keywords
    """A model that answers in the way in which it is asked, and its transport."""
    fake = FakeTransport(EVENTS if way in STREAMED else REPLY)
    return ChatAnthropic("claude-haiku-4-5", transport=fake, middleware=middleware, **more), fake


# -- what it sees and may change ---------------------------------------------------------------------------------


@every_way
def test_the_first_one_is_the_outermost(way: str) -> None:
    """It is entered first and left last, in every kind of call."""
    log: list[str] = []
    llm, _ = claude(way, *(partial(Seen, log=log, name=name) for name in "abc"))
    WAYS[way](llm)
    assert log == ["a>", "b>", "c>", "<c", "<b", "<a"]


@every_way
def test_it_sees_the_whole_call(way: str) -> None:
    """Provider, model, messages, and the settings of facade and call, checked and merged, tools and schema too."""
    seen: list[Seen] = []
    llm, fake = claude(way, kept(seen), max_tokens=9, stop="END")
    WAYS[way](llm.with_tools(clock), max_tokens=5, extra={"inference_geo": "us"})
    (call,) = seen[0].calls
    assert (call.provider, call.model) == ("anthropic", "claude-haiku-4-5")
    assert [(type(message), message.content) for message in call.messages] == [(UserMessage, "hi")]
    settings = call.settings
    assert (settings.max_tokens, settings.stop, settings.temperature) == (5, ("END",), 0.7)
    assert (settings.extra, [tool.name for tool in settings.tools]) == ({"inference_geo": "us"}, ["clock"])
    assert (settings.response_schema is not None) == (way in SHAPED)
    assert (fake.requests[0]["max_tokens"], fake.requests[0]["inference_geo"]) == (5, "us")


@every_way
def test_it_may_change_call_and_answer(way: str) -> None:
    """What it passes on is what is sent, and what it returns is what the application gets, signed by the facade."""
    llm, fake = claude(way, Briefed, max_tokens=9)
    answer = WAYS[way](llm)
    assert (fake.requests[0]["system"], fake.requests[0]["max_tokens"]) == ("Be brief.", 7)
    if way in SHAPED:
        assert answer == City(name="Oslo")
        return
    assert answer.metadata["by"] == "briefed"
    assert (answer.provider, answer.model, answer.content) == ("anthropic", "claude-haiku-4-5", '{"name": "Oslo"}')
    assert answer.metadata["latency"] >= 0


class Canned:
    """A language model that asks nobody."""

    def __init__(self, inner: LanguageModel) -> None:
        self.inner = inner

    def respond(self, _: Call, /) -> AIMessage:
        """An answer of its own."""
        return AIMessage(content='{"name": "Oslo"}')

    async def arespond(self, call: Call, /) -> AIMessage:
        """An answer of its own."""
        return self.respond(call)

    def stream(self, _: Call, /) -> Generator[Delta, None, None]:
        """An answer of its own."""
        yield TextDelta('{"name": "Oslo"}')
        yield FinishedDelta("stop")

    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """An answer of its own."""
        for delta in self.stream(call):
            yield delta


@every_way
def test_it_may_answer_itself(way: str) -> None:
    """A cache, say: nothing is sent, and those further out see the call all the same."""
    seen: list[Seen] = []
    llm, fake = claude(way, kept(seen), Canned, Seen)
    answer = WAYS[way](llm)
    assert answer == City(name="Oslo") if way in SHAPED else answer.content == '{"name": "Oslo"}'
    assert (len(fake.requests), len(seen[0].calls)) == (0, 1)


class Failing(Seen):
    """Refuses every call."""

    @override
    def change(self, call: Call) -> Call:
        raise RateLimitError("enough for today")


@every_way
def test_its_errors_are_attributed(way: str) -> None:
    """An error of a middleware has the facade's provider and model, as one of the provider's has."""
    log: list[str] = []
    llm, fake = claude(way, partial(Seen, log=log), Failing)
    with pytest.raises(RateLimitError, match="enough") as caught:
        WAYS[way](llm)
    assert (caught.value.provider, caught.value.model) == ("anthropic", "claude-haiku-4-5")
    assert (log, fake.requests) == (["seen>", "<seen"], [])


# -- streams -------------------------------------------------------------------------------------------------


class Watched(FakeTransport):
    """A fake that writes down when its streams are closed."""

    def __init__(self, log: list[str], *script: Sequence[JsonObject | Exception]) -> None:
        super().__init__(*script)
        self.log = log
        self.held: list[object] = []

    @override
    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        events = self._noted(request)
        self.held.append(events)
        return events

    @override
    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        events = self._anoted(request)
        self.held.append(events)
        return events

    def _noted(self, request: JsonObject) -> Generator[JsonObject, None, None]:
        try:
            yield from super().stream(request)
        finally:
            self.log.append("closed")

    async def _anoted(self, request: JsonObject) -> AsyncGenerator[JsonObject, None]:
        for event in self._noted(request):
            yield event


@pytest.mark.parametrize("names", ["", "a", "ab"])
def test_a_stream_left_early_is_closed_through_all_of_them(names: str) -> None:
    """From the inside to the outside, when the block is left and no later."""
    log: list[str] = []
    llm = ChatAnthropic(
        "claude-haiku-4-5",
        transport=Watched(log, EVENTS),
        middleware=[partial(Seen, log=log, name=name) for name in names],
    )
    expected = [*[f"{name}>" for name in names], "closed", *[f"<{name}" for name in reversed(names)]]
    with llm.stream("hi") as stream:
        next(stream)
    assert log == expected

    async def left() -> list[str]:
        log.clear()
        async with llm.astream("hi") as stream:
            await anext(stream)
        return [*log]

    assert asyncio.run(left()) == expected


@pytest.mark.parametrize("way", STREAMED)
def test_a_stream_that_breaks_keeps_its_partial_through_middleware(way: str) -> None:
    """What the middleware let through is in the error's message so far."""
    llm = ChatAnthropic(
        "claude-haiku-4-5",
        transport=FakeTransport([*EVENTS[:3], ConnectionFailedError("gone")]),
        middleware=[Seen, Logged],
    )
    with pytest.raises(ConnectionFailedError) as caught:
        WAYS[way](llm)
    assert caught.value.partial is not None
    assert caught.value.partial.content == '{"name": '


# -- who shares it -------------------------------------------------------------------------------------------


def test_derived_facades_share_the_middleware() -> None:
    """`configured`, `with_tools` and structured calls make no second one: a limiter counts all calls."""
    seen: list[Seen] = []
    llm, _ = claude("generate", kept(seen))
    others = [llm, llm.configured(max_tokens=5), llm.with_tools(clock), llm.with_tools(clock).configured(stop="END")]
    for each in others:
        each.generate("hi")
    llm.generate_as(City, "hi")
    assert len(seen) == 1
    assert [call.settings.max_tokens for call in seen[0].calls] == [None, 5, None, None, None]


def test_facades_of_one_list_have_middleware_of_their_own() -> None:
    """A list may be used for several facades: each wraps its own model, and each sees its own calls."""
    seen: list[Seen] = []
    middleware = [kept(seen)]
    first, _ = claude("generate", *middleware)
    second, _ = claude("generate", *middleware)
    first.generate("hi")
    second.generate("hi")
    second.generate("hi")
    assert [len(each.calls) for each in seen] == [1, 2]


def listed(*middleware: Middleware) -> providers.List:
    """A provider of a list, with a provider for each."""
    return providers.List(*[providers.Object(each) for each in middleware])


@pytest.mark.parametrize(
    "override_with",
    [lambda *each: providers.Object([*each]), listed, lambda *each: [*each]],
    ids=["Object", "List", "list"],
)
def test_a_container_takes_middleware(override_with: Callable[..., Any]) -> None:  # Any: a provider, or a value
    """`middleware` is a part as the others: an override holds for the facades that are made under it."""
    seen: list[Seen] = []
    container = AnthropicContainer(settings=AnthropicSettings(model="claude-haiku-4-5"), transport=FakeTransport(REPLY))
    plain = container.llm()
    with container.middleware.override(override_with(kept(seen), Logged)):
        container.llm().generate("hi")
        plain.generate("hi")
    container.llm().generate("hi")
    assert [len(each.calls) for each in seen] == [1]


def test_a_container_of_all_takes_middleware_for_each_provider() -> None:
    """The middleware of one provider is not that of another."""
    seen: list[Seen] = []
    container = LLMContainer()
    container.anthropic.override_providers(
        settings=AnthropicSettings(model="claude-haiku-4-5"), transport=FakeTransport(REPLY)
    )
    container.anthropic.middleware.override(providers.Object([kept(seen)]))
    container.anthropic.llm().generate("hi")
    assert len(seen[0].calls) == 1
    assert container.groq.middleware() == ()


def test_a_facade_with_middleware_travels() -> None:
    """A pickle has the middleware around the same pipeline; settings and tools that were derived come along."""
    llm, _ = claude("generate", Seen, Logged)
    arrived = pickle.loads(pickle.dumps(llm.configured(max_tokens=5)))
    assert isinstance(arrived, ChatAnthropic)
    assert arrived.generate("hi").content == '{"name": "Oslo"}'
    assert isinstance(arrived.transport, FakeTransport)
    assert [request["max_tokens"] for request in arrived.transport.requests] == [5]


def test_a_facade_with_middleware_that_does_not_travel_does_not() -> None:
    """A function made in a function is the pickle's own error, not a facade without its middleware."""
    llm, _ = claude("generate", partial(Seen, name=lambda: None))  # type: ignore[arg-type]  # what can't be pickled
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pickle.dumps(llm)


# -- another provider's pipeline -------------------------------------------------------------------------------


def pipeline(name: str, transport: FakeTransport) -> Pipeline[JsonObject]:
    """The language model of a provider's first API over a fake."""
    api = next(iter(registry.provider(name).apis.values()))
    parts = api.formatter(), api.normaliser(), Transports[JsonObject].injected(transport, None)
    return Pipeline(*parts, settings=api.settings, extra=api.extra)


class Elsewhere(Seen):
    """Sends every call to another language model than the one it wraps."""

    def __init__(self, inner: LanguageModel, other: LanguageModel) -> None:
        super().__init__(inner)
        self.inner = other


def test_another_providers_pipeline_refuses_foreign_settings() -> None:
    """A call that was checked for one provider is checked again by the one it is sent to: no setting is dropped."""
    fake = FakeTransport({"message": {"content": "x"}, "done": True})
    llm, own = claude("generate", partial(Elsewhere, other=pipeline("ollama", fake)))
    assert llm.generate("hi", top_k=5).content == "x"
    for ask in (llm.generate, streamed_by(llm)):
        with pytest.raises(UnsupportedParameterError, match="takes no user; leave it out"):
            ask("hi", user="u1")
    with pytest.raises(UnsupportedParameterError, match="parallel_tool_calls"):
        asyncio.run(llm.with_tools(clock).agenerate("hi", parallel_tool_calls=False))
    assert (len(fake.requests), own.requests) == (1, [])


def streamed_by(llm: ChatAnthropic) -> Callable[..., object]:
    """A function that reads a whole stream."""
    return lambda prompt, **more: list(llm.stream(prompt, **more))


def test_middleware_is_a_list() -> None:
    """A middleware that is not in a list is refused, with an example of one that is."""
    with pytest.raises(ConfigurationError, match=r"middleware=\[Logged\]"):
        ChatGroq(CustomModel("m"), api_key="key", middleware=Logged)  # type: ignore[arg-type]  # the mistake itself


def test_a_pipeline_without_extras_refuses_one() -> None:
    """An extra that a middleware adds, or that was meant for another provider, is an error and no crash."""
    api = next(iter(registry.provider("ollama").apis.values()))
    fake = FakeTransport({"message": {"content": "x"}, "done": True})
    plain = Pipeline[JsonObject](
        api.formatter(), api.normaliser(), Transports[JsonObject].injected(fake, None), settings=api.settings
    )
    llm, _ = claude("generate", partial(Elsewhere, other=plain))
    with pytest.raises(UnsupportedParameterError, match="takes no extra=; leave it out"):
        llm.generate("hi", extra={"inference_geo": "us"})
    assert fake.requests == []


# -- with the real transports ----------------------------------------------------------------------------------

FACADES: Final[Mapping[str, Callable[..., ChatModel[str, Any, Any]]]] = {
    "responses": lambda at, **more: ChatOpenAI(CustomModel("m"), api_key="key", base_url=at.url("openai"), **more),
    "chat_completions": lambda at, **more: ChatOpenAI(
        CustomModel("m"), api="chat_completions", api_key="key", base_url=at.url("openai"), **more
    ),
    "anthropic": lambda at, **more: ChatAnthropic(
        CustomModel("m"), api_key="key", base_url=at.url("anthropic"), **more
    ),
    "groq": lambda at, **more: ChatGroq(CustomModel("m"), api_key="key", base_url=at.url("groq"), **more),
    "ollama": lambda at, **more: ChatOllama(CustomModel("m"), base_url=at.url("ollama"), **more),
    "bedrock": lambda at, **more: ChatBedrock(
        CustomModel("m"), api_key="key", region="us-east-1", base_url=at.url("bedrock"), **more
    ),
}


@pytest.mark.parametrize("make", FACADES.values(), ids=FACADES)
def test_retries_are_below_the_middleware(make: Callable[..., ChatModel[str, Any, Any]], simulator: Simulator) -> None:
    """One call is seen once, however often its request was sent."""
    seen: list[Seen] = []
    again = Fail(503, headers={"retry-after": "0"})
    simulator.script(again, Answer(text="hi"), again, Answer(text="hi"))
    with make(simulator, middleware=[kept(seen)]) as llm:
        assert (llm.generate("hi").content, streamed(llm).content) == ("hi", "hi")
    assert (len(seen[0].calls), len(simulator.journal)) == (2, 4)
