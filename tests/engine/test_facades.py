"""Settings and extras through the facades: constructor, call and `configured`, of every API and every kind of call."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias, get_type_hints

import pytest
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    BaseLLMException,
    BaseMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    Delta,
    FinishedDelta,
    GenerationSettings,
    InvalidSettingError,
    NamedTool,
    Settings,
    TextDelta,
    UnsupportedParameterError,
)
from god_llm.domain.extra import CustomExtra
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import DefaultTemperature
from god_llm.middleware import Logged
from god_llm.protocols import ChatGenerator, StreamDecoder
from god_llm.testing import FakeTransport

Facade: TypeAlias = ChatModel[str, Any, Any]  # Any: requests and extras of the six APIs have nothing in common
Make: TypeAlias = Callable[..., Facade]
MODEL: Final = CustomModel("model")

APIS: Final[Mapping[str, Make]] = {
    "responses": lambda **more: ChatOpenAI(MODEL, **more),
    "chat_completions": lambda **more: ChatOpenAI(MODEL, api="chat_completions", **more),
    "anthropic": lambda **more: ChatAnthropic(MODEL, **more),
    "groq": lambda **more: ChatGroq(MODEL, **more),
    "ollama": lambda **more: ChatOllama(MODEL, **more),
    "bedrock": lambda **more: ChatBedrock(MODEL, **more),
}
every_api = pytest.mark.parametrize("make", APIS.values(), ids=APIS)

CHOSEN: Final[Mapping[str, object]] = {
    "temperature": 0.25,
    "max_tokens": 9,
    "top_p": 0.5,
    "stop": ("END",),
    "seed": 0,
    "reasoning": "low",
    "top_k": 3,
    "presence_penalty": 0.0,
    "frequency_penalty": -0.5,
    "parallel_tool_calls": False,
    "logprobs": 0,
    "service_tier": "flex",
    "user": "u1",
    "request_metadata": {"team": "search"},
    "verbosity": "low",
    "show_reasoning": False,
    "foreign": "drop",
    "timeout": 2.5,
}
"""A value for each setting, where possible one that counts as false."""


class Parts:
    """Formatter, transport, normaliser and decoder in one, which keep what they are given."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.requests: list[JsonObject] = []
        self.timeouts: list[float] = []
        self.written: JsonObject = {"written": {"by": "formatter"}}

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Any:  # Any: of every API
        """Write the same request for everything."""
        assert (model, len(messages)) == (MODEL, 1)
        self.settings.append(settings)
        return self.written

    def with_timeout(self, seconds: float, /) -> Parts:
        """Keep the timeout."""
        self.timeouts.append(seconds)
        return self

    def send(self, request: JsonObject, /) -> JsonObject:
        """Reply."""
        self.requests.append(request)
        return {}

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """Reply."""
        return self.send(request)

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """Reply with one event."""
        yield self.send(request)

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """Reply with one event."""
        yield self.send(request)

    def normalise(self, reply: JsonObject) -> AIMessage:
        """An answer that is the JSON of a `City`."""
        assert reply == {}
        return AIMessage(content='{"name": "Oslo"}')

    def decoder(self) -> StreamDecoder:
        """This object."""
        return self

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """An answer that is the JSON of a `City`."""
        assert event == {}
        return (TextDelta('{"name": "Oslo"}'),)

    def finish(self) -> Iterable[Delta]:
        """The end."""
        return (FinishedDelta("stop"),)

    def of(self, make: Make, **more: Any) -> Facade:  # Any: the facade's keywords
        """A facade that is made of these parts."""
        return make(transport=self, formatter=self, normaliser=self, **more)


@pytest.fixture
def parts() -> Parts:
    """Parts that keep what they are given."""
    return Parts()


class City(BaseModel):
    """A city."""

    name: str


def clock(city: str) -> str:
    """The time in a city."""
    return city


async def aloud(llm: Facade, **more: Any) -> None:  # Any: the settings of a call
    """Read an async stream to its end."""
    async with llm.astream("hi", **more) as stream:
        async for _ in stream:
            pass


Ask: TypeAlias = Callable[..., object]
WAYS: Final[Mapping[str, Ask]] = {
    "generate": lambda llm, **more: llm.generate("hi", **more),
    "agenerate": lambda llm, **more: asyncio.run(llm.agenerate("hi", **more)),
    "stream": lambda llm, **more: list(llm.stream("hi", **more)),
    "astream": lambda llm, **more: asyncio.run(aloud(llm, **more)),
    "generate_as": lambda llm, **more: llm.generate_as(City, "hi", **more),
    "agenerate_as": lambda llm, **more: asyncio.run(llm.agenerate_as(City, "hi", **more)),
}
every_way = pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)


def accepts(llm: Facade, name: str) -> bool:
    """Whether the API of a facade, or the engine for all of them, accepts a setting."""
    return name == "foreign" or name in llm.definition.apis[llm.api].settings


# -- settings --------------------------------------------------------------------------------------------------


def test_there_is_a_value_for_each_setting() -> None:
    """The laws below are about all settings."""
    assert CHOSEN.keys() == get_type_hints(GenerationSettings).keys()


@every_api
@pytest.mark.parametrize("name", [name for name in CHOSEN if name != "timeout"])
def test_a_setting_is_written_or_refused_wherever_it_is_given(make: Make, name: str, parts: Parts) -> None:
    """Constructor, call and `configured` pass the same value to the formatter, or name the setting in an error."""
    given = {name: CHOSEN[name]}
    plain = parts.of(make)
    ways: list[Callable[[], object]] = [
        lambda: parts.of(make, **given).generate("hi"),
        lambda: plain.generate("hi", **given),  # type: ignore[arg-type]  # a setting by its name
        lambda: plain.configured(**given).generate("hi"),  # type: ignore[arg-type]  # a setting by its name
    ]
    for ask in ways:
        if accepts(plain, name):
            ask()
        else:
            with pytest.raises(UnsupportedParameterError, match=rf"{plain.provider} takes no {name}; leave it out"):
                ask()
    assert [getattr(each, name) for each in parts.settings] == [CHOSEN[name]] * (3 if accepts(plain, name) else 0)


@every_api
@every_way
def test_every_kind_of_call_passes_every_setting(make: Make, ask: Ask, parts: Parts) -> None:
    """Sync and async, whole, streamed and structured calls: all settings at once, and those of the facade below."""
    llm = parts.of(make, max_tokens=100, top_p=0.75)
    given = {name: value for name, value in CHOSEN.items() if name == "timeout" or accepts(llm, name)}
    ask(llm, **given)
    ask(llm)
    changed, own = parts.settings
    assert {name: getattr(changed, name) for name in given} == given
    assert (own.max_tokens, own.top_p, own.stop, own.timeout, own.temperature) == (100, 0.75, (), None, None)
    assert parts.timeouts == [2.5]


@every_api
def test_a_misspelt_setting_is_refused_wherever_it_is_given(make: Make, parts: Parts) -> None:
    """No keyword is ignored."""
    llm = parts.of(make)
    wrong: Any = {"max_token": 5}  # Any: the mistake
    for ask in (lambda: parts.of(make, **wrong), lambda: llm.generate("hi", **wrong), lambda: llm.configured(**wrong)):
        with pytest.raises(InvalidSettingError, match="max_token"):
            ask()
    assert parts.requests == []


@every_api
def test_a_bad_value_is_refused_before_anything_is_sent(make: Make, parts: Parts) -> None:
    """The error has the provider and the model, for a call as for `configured`."""
    llm = parts.of(make)
    for ask in (llm.generate, llm.stream):
        with pytest.raises(InvalidSettingError, match="max_tokens") as caught:
            ask("hi", max_tokens=0)
        assert (caught.value.provider, caught.value.model) == (llm.provider, MODEL)
    with pytest.raises(InvalidSettingError, match="timeout") as caught:
        llm.configured(timeout=-1)
    assert (caught.value.provider, caught.value.model) == (llm.provider, MODEL)
    assert (parts.settings, parts.requests) == ([], [])


# -- configured ------------------------------------------------------------------------------------------------


@every_api
def test_configured_leaves_the_original_alone(make: Make, parts: Parts) -> None:
    """It makes another facade with the same parts; a setting that it does not name stays."""
    llm = parts.of(make, max_tokens=100, temperature=0.5)
    other = llm.configured(max_tokens=5)
    for each in (other, llm):
        each.generate("hi")
    assert [(each.max_tokens, each.temperature) for each in parts.settings] == [(5, 0.5), (100, 0.5)]
    assert type(other) is type(llm)
    assert (other.model_name, other.api, other.provider) == (llm.model_name, llm.api, llm.provider)
    shared: list[tuple[object, object]] = [
        (other.transport, llm.transport),
        (other.async_transport, llm.async_transport),
        (other.formatter, llm.formatter),
        (other.normaliser, llm.normaliser),
        (other.auth, llm.auth),
    ]
    assert all(ours is theirs for ours, theirs in shared)


@every_api
def test_configured_and_with_tools_combine_in_any_order(make: Make, parts: Parts) -> None:
    """What one of them set the other keeps."""
    llm = parts.of(make)
    choice = NamedTool("clock") if accepts(llm, "tool_choice") and llm.provider != "ollama" else None
    llm.configured(max_tokens=5).with_tools(clock, choice=choice).generate("hi")
    llm.with_tools(clock, choice=choice).configured(max_tokens=5).generate("hi")
    llm.with_tools(clock, choice=choice).configured(max_tokens=4).configured(max_tokens=5).generate("hi")
    llm.generate("hi")
    first, *others, plain = parts.settings
    assert all(each == first for each in others)
    assert ([tool.name for tool in first.tools], first.tool_choice, first.max_tokens) == (["clock"], choice, 5)
    assert (plain.tools, plain.tool_choice, plain.max_tokens) == ((), None, None)


def test_configured_shows_its_temperature(parts: Parts) -> None:
    """`temperature` is the one of the new settings; one that is not named stays that of the original."""
    llm = parts.of(APIS["groq"], temperature=0.5)
    changes: list[GenerationSettings] = [{"temperature": 0.25}, {"temperature": None}, {"seed": 1}]
    assert [llm.configured(**each).temperature for each in changes] == [0.25, None, 0.5]
    assert llm.temperature == 0.5


def test_the_default_temperature_gives_way_to_a_top_p_and_returns_without_one() -> None:
    """It is a default of the facade: whether it is sent depends on the settings of each call."""
    fake = FakeTransport({"content": [], "stop_reason": "end_turn"})
    llm = ChatAnthropic("claude-haiku-4-5", transport=fake)
    narrow = llm.configured(top_p=0.9)
    for each in (llm, narrow, narrow.configured(top_p=None), narrow.configured(top_p=None).with_tools(clock)):
        each.generate("hi")
    narrow.generate("hi", top_p=None)
    llm.generate("hi", top_p=0.9)
    sent = [(request.get("temperature"), request.get("top_p")) for request in fake.requests]
    assert sent == [(0.7, None), (None, 0.9), (0.7, None), (0.7, None), (0.7, None), (None, 0.9)]
    assert isinstance(narrow.temperature, DefaultTemperature)


def test_a_chosen_temperature_stays_chosen() -> None:
    """A temperature of `configured` or of the facade is refused beside a `top_p` by a model that takes one of them."""
    fake = FakeTransport({"content": [], "stop_reason": "end_turn"})
    chosen = ChatAnthropic("claude-haiku-4-5", transport=fake).configured(temperature=0.7)
    for ask in (lambda: chosen.generate("hi", top_p=0.9), lambda: chosen.configured(top_p=0.9)):
        with pytest.raises(UnsupportedParameterError, match="not both"):
            ask()
    chosen.generate("hi", top_p=0.9, temperature=None)
    assert ("temperature" in fake.requests[0], fake.requests[0]["top_p"]) == (False, 0.9)


# -- extra -----------------------------------------------------------------------------------------------------

EXTRAS: Final[Mapping[str, tuple[JsonObject, JsonObject, JsonObject]]] = {
    "responses": ({"prompt_cache_key": "a", "truncation": "auto"}, {"prompt_cache_key": "b"}, {"prompt_cache_kye": ""}),
    "chat_completions": ({"prompt_cache_key": "a", "store": True}, {"prompt_cache_key": "b"}, {"prompt_cache_kye": ""}),
    "anthropic": ({"inference_geo": "us", "betas": ["a"]}, {"inference_geo": "eu"}, {"inference_goe": "us"}),
    "groq": (
        {"citation_options": "enabled", "search_settings": {"country": "no"}},
        {"citation_options": "disabled"},
        {"citation_option": ""},
    ),
    "ollama": ({"keep_alive": "5m", "options": {"num_ctx": 9}}, {"keep_alive": "9m"}, {"keep_alife": "5m"}),
    "bedrock": (
        {"projectIdentifier": "a", "performanceConfig": {"latency": "optimized"}},
        {"projectIdentifier": "b"},
        {"projectIdentifer": ""},
    ),
}
"""Of each API: an extra, one that changes its first parameter, and one with a misspelt name of that parameter."""
every_extra = pytest.mark.parametrize(
    ("make", "extra", "over", "wrong"), [(APIS[n], *EXTRAS[n]) for n in APIS], ids=APIS
)


@every_extra
@every_way
def test_an_extra_is_merged_last_into_every_kind_of_call(
    make: Make, extra: JsonObject, over: JsonObject, wrong: JsonObject, ask: Ask, parts: Parts
) -> None:
    """The request is what the formatter wrote and the extras of constructor, `configured` and call; the call wins."""
    del wrong
    ask(parts.of(make, extra=extra))
    ask(parts.of(make), extra=extra)
    ask(parts.of(make).configured(extra=extra))
    assert parts.requests == [{**parts.written, **extra}] * 3
    parts.requests.clear()
    for llm in (parts.of(make, extra=extra), parts.of(make).configured(extra=extra)):
        ask(llm, extra=over)
        ask(llm.configured(extra=over))
        ask(llm.with_tools(clock).configured(extra=over))
    ask(llm)
    assert parts.requests == [{**parts.written, **extra, **over}] * 6 + [{**parts.written, **extra}]
    assert parts.written == {"written": {"by": "formatter"}}


@every_extra
def test_a_call_without_an_extra_has_none(
    make: Make, extra: JsonObject, over: JsonObject, wrong: JsonObject, parts: Parts
) -> None:
    """The settings of the call say None, not an empty dict, and the request is the formatter's own."""
    del extra, over, wrong
    for llm in (
        parts.of(make),
        parts.of(make, extra=None),
        parts.of(make, extra={}),
        parts.of(make).configured(extra={}),
    ):
        llm.generate("hi")
        llm.generate("hi", extra={})
    assert [each.extra for each in parts.settings] == [None] * 8
    assert all(request is parts.written for request in parts.requests)


@every_extra
def test_a_misspelt_extra_is_refused_with_the_nearest_name(
    make: Make, extra: JsonObject, over: JsonObject, wrong: JsonObject, parts: Parts
) -> None:
    """In the constructor, in a call and in `configured`; `CustomExtra` sends it all the same."""
    (meant,) = over
    llm = parts.of(make, extra=extra)
    for ask in (
        lambda: parts.of(make, extra=wrong),
        lambda: llm.generate("hi", extra=wrong),
        lambda: llm.stream("hi", extra=wrong),
        lambda: llm.configured(extra=wrong),
    ):
        with pytest.raises(UnsupportedParameterError, match=rf"Did you mean '{meant}'\?.*CustomExtra"):
            ask()
    assert parts.requests == []
    llm.generate("hi", extra=CustomExtra(wrong))
    assert parts.requests == [{**parts.written, **extra, **wrong}]


SETTINGS_AS_EXTRAS: Final[Mapping[str, tuple[JsonObject, str]]] = {
    "responses": ({"max_output_tokens": 5}, "max_tokens="),
    "chat_completions": ({"max_completion_tokens": 5}, "max_tokens="),
    "anthropic": ({"stop_sequences": ["END"]}, "stop="),
    "groq": ({"max_completion_tokens": 5}, "max_tokens="),
    "ollama": ({"options": {"num_predict": 5}}, "max_tokens="),
    "bedrock": ({"inferenceConfig": {"maxTokens": 5}}, "max_tokens="),
}


@pytest.mark.parametrize(("make", "extra", "setting"), [(APIS[n], *SETTINGS_AS_EXTRAS[n]) for n in APIS], ids=APIS)
def test_an_extra_is_refused_where_there_is_a_setting(
    make: Make, extra: JsonObject, setting: str, parts: Parts
) -> None:
    """The error names the setting, whether or not it is given beside."""
    for more in ({}, {"max_tokens": 5, "stop": "END"} if accepts(parts.of(make), "stop") else {"max_tokens": 5}):
        with pytest.raises(UnsupportedParameterError, match=setting):
            parts.of(make, extra=extra, **more)


def test_not_even_a_custom_extra_overrides_what_was_written() -> None:
    """A parameter that the request already has is an error that names the setting; nothing is sent."""
    fake = FakeTransport({"content": [], "stop_reason": "end_turn"})
    llm = ChatAnthropic("claude-haiku-4-5", transport=fake)
    for ask in (llm.generate, llm.stream):
        with pytest.raises(UnsupportedParameterError, match=r"'stop_sequences'.*stop="):
            ask("hi", stop="END", extra=CustomExtra(stop_sequences=["OTHER"]))
    llm.generate("hi", extra=CustomExtra(stop_sequences=["OTHER"]))
    assert [request["stop_sequences"] for request in fake.requests] == [["OTHER"]]


def test_an_object_of_an_extra_joins_the_object_that_was_written() -> None:
    """What the formatter wrote stays, and the other keys are added."""
    fake = FakeTransport({"message": {"content": "x"}, "done": True})
    llm = ChatOllama("llama3.1", max_tokens=5, extra={"options": {"num_ctx": 9}}, transport=fake)
    llm.generate("hi", extra={"options": {"min_p": 0.5}})
    assert fake.requests[0]["options"] == {"num_predict": 5, "num_ctx": 9, "min_p": 0.5}


def ask_any(llm: ChatGenerator) -> None:
    """A function of an application that depends on the Protocol alone."""
    llm.configured(extra=CustomExtra(one=1)).generate("hi", extra=CustomExtra(two=2), max_tokens=5)
    with llm.stream("hi", extra=CustomExtra(three=3)) as stream:
        assert [delta for delta in stream if isinstance(delta, TextDelta)]


@every_api
def test_a_custom_extra_goes_through_the_protocol(make: Make, parts: Parts) -> None:
    """An application that takes a `ChatGenerator` may send parameters that only one server has."""
    ask_any(parts.of(make))
    assert parts.requests == [{**parts.written, "one": 1, "two": 2}, {**parts.written, "three": 3}]


@every_api
def test_a_refused_extra_has_provider_and_model(make: Make, parts: Parts) -> None:
    """As every other error has."""
    llm = parts.of(make, middleware=[Logged])
    with pytest.raises(BaseLLMException, match="request parameter") as caught:
        llm.generate("hi", extra={"nothing-like-it": 1})
    assert (caught.value.provider, caught.value.model) == (llm.provider, MODEL)
