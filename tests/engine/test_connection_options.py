"""The connection options of the facades: none is ignored, and a client of the application's own needs no key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import anthropic
import boto3
import groq
import ollama
import openai
import pytest
from pydantic import SecretStr

from god_llm import (
    AIMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    ConfigurationError,
    CustomModel,
    InvalidSettingError,
    LLMProviderType,
    RateLimitError,
    StaticAuth,
)
from god_llm.testing import FakeTransport, Simulator
from god_llm.testing.simulator import Answer, Fail

Facade: TypeAlias = ChatModel[str, Any, Any]  # Any: requests and extras of the six APIs have nothing in common
Make: TypeAlias = Callable[..., Facade]
MODEL: Final = CustomModel("model")
FAKE: Final = FakeTransport({})

APIS: Final[Mapping[str, Make]] = {
    "responses": lambda **more: ChatOpenAI(MODEL, **more),
    "chat_completions": lambda **more: ChatOpenAI(MODEL, api="chat_completions", **more),
    "anthropic": lambda **more: ChatAnthropic(MODEL, **more),
    "groq": lambda **more: ChatGroq(MODEL, **more),
    "ollama": lambda **more: ChatOllama(MODEL, **more),
    "bedrock": lambda **more: ChatBedrock(MODEL, **more),
}
every_api = pytest.mark.parametrize("make", APIS.values(), ids=APIS)
PROVIDERS: Final[Mapping[str, LLMProviderType]] = {
    "responses": "openai",
    "chat_completions": "openai",
    "anthropic": "anthropic",
    "groq": "groq",
    "ollama": "ollama",
    "bedrock": "bedrock",
}
BEDROCK_ONLY: Final = {"region": "eu-west-1", "max_concurrency": 3}

GOOD: Final[Mapping[str, object]] = {
    "timeout": 3.0,
    "max_retries": 0,
    "base_url": "http://127.0.0.1:9",
    "headers": {"x-org": "blue"},
    "query": {"tier": SecretStr("gold")},
    "client": lambda: None,
    "async_client": lambda: None,
    **BEDROCK_ONLY,
}
BAD: Final[Mapping[str, list[object]]] = {
    "timeout": [0, -1, float("nan"), float("inf"), "3", True],
    "max_retries": [-5, -0.5, float("nan"), "3", True],
    "base_url": ["", "nonsense", "ftp://host", "http://", "http://a b"],
    "headers": [{"a b": "x"}, {"x-org": "a\nb"}, {"x-org": 3}],
    "query": [{"": "x"}, {"a": "x\n"}, {"a": None}],
}


def options(llm_provider: str) -> list[str]:
    """The connection options of a provider."""
    return [name for name in GOOD if name not in BEDROCK_ONLY or llm_provider == "bedrock"]


# -- injected transports --------------------------------------------------------------------------------------


@every_api
@pytest.mark.parametrize("kind", ["transport", "async_transport"])
@pytest.mark.parametrize("name", GOOD)
def test_an_option_beside_an_injected_transport_is_refused(make: Make, kind: str, name: str) -> None:
    """It would have no effect: the error names it, and an option of another provider is refused as one."""
    with pytest.raises(ConfigurationError, match=rf"\b{name}=") as caught:
        make(**{kind: FAKE, name: GOOD[name]})
    assert caught.value.provider is not None
    foreign = name in BEDROCK_ONLY and caught.value.provider != "bedrock"
    assert isinstance(caught.value, InvalidSettingError) == foreign


@every_api
def test_all_ignored_options_are_named_at_once(make: Make) -> None:
    """Whoever has several of them need not try one by one."""
    several = {name: GOOD[name] for name in ("timeout", "max_retries", "headers", "query", "base_url")}
    with pytest.raises(ConfigurationError, match="base_url=, headers=, max_retries=, query=, timeout= would have no"):
        make(transport=FAKE, **several)


@every_api
def test_options_that_are_not_set_are_no_options(make: Make) -> None:
    """None, and an empty dict of headers, are what an application passes on when it has none."""
    unset: dict[str, object] = dict.fromkeys(options(make(transport=FAKE).provider))
    for more in (unset, {**unset, "headers": {}, "query": {}}):
        assert make(transport=FAKE, **more).transport is FAKE


@every_api
@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=repr
)
@pytest.mark.parametrize("injected", [False, True])
def test_a_bad_value_is_refused_with_or_without_a_transport(
    make: Make, name: str, value: object, injected: bool
) -> None:
    """An error of the library's names the option; nothing else comes up."""
    more = {"transport": FAKE} if injected else {"api_key": "key"}
    with pytest.raises(ConfigurationError, match=name):
        make(**{name: value}, **more)


# -- options of other providers -------------------------------------------------------------------------------


@every_api
@pytest.mark.parametrize("name", BEDROCK_ONLY)
def test_an_option_of_bedrock_is_refused_elsewhere(make: Make, name: str) -> None:
    """The error says which provider has no such option."""
    if make(transport=FAKE).provider == "bedrock":
        assert make(**{name: BEDROCK_ONLY[name]}).provider == "bedrock"
        return
    with pytest.raises(InvalidSettingError, match=rf"has no {name}=; leave it out"):
        make(api_key="key", **{name: BEDROCK_ONLY[name]})


@pytest.mark.parametrize("make", [ChatAnthropic, ChatGroq, ChatOllama, ChatBedrock])
@pytest.mark.parametrize("api", ["responses", "chat_completions", "", "messages"])
def test_a_provider_with_one_api_takes_no_api(make: Make, api: str) -> None:
    """The error says to leave it out."""
    with pytest.raises(InvalidSettingError, match=r"has one API here; leave out api="):
        make(MODEL, transport=FAKE, api=api)


@pytest.mark.parametrize("api", ["chat", "", "Responses"])
def test_an_unknown_api_of_openai_is_refused(api: Any) -> None:  # Any: the mistake
    """The error has the names of the two."""
    with pytest.raises(InvalidSettingError, match="'responses', 'chat_completions'"):
        ChatOpenAI(MODEL, transport=FAKE, api=api)


# -- clients of the application's own ---------------------------------------------------------------------------

CLIENTS: Final[Mapping[str, tuple[Callable[[str], object], Callable[[str], object] | None]]] = {
    "responses": (
        lambda url: openai.OpenAI(api_key="MINE", base_url=url),
        lambda url: openai.AsyncOpenAI(api_key="MINE", base_url=url),
    ),
    "chat_completions": (
        lambda url: openai.OpenAI(api_key="MINE", base_url=url),
        lambda url: openai.AsyncOpenAI(api_key="MINE", base_url=url),
    ),
    "anthropic": (
        lambda url: anthropic.Anthropic(api_key="MINE", base_url=url),
        lambda url: anthropic.AsyncAnthropic(api_key="MINE", base_url=url),
    ),
    "groq": (
        lambda url: groq.Groq(api_key="MINE", base_url=url),
        lambda url: groq.AsyncGroq(api_key="MINE", base_url=url),
    ),
    "ollama": (ollama.Client, ollama.AsyncClient),
    "bedrock": (
        lambda url: boto3.Session("MINE", "s", region_name="eu-west-1").client("bedrock-runtime", endpoint_url=url),
        None,  # boto3 has no async: one client serves both
    ),
}
Opened: TypeAlias = tuple[Make, Callable[[], object], Callable[[], object] | None]


@pytest.fixture(params=APIS)
def opened(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Opened]:
    """A facade's maker, and functions that make clients of its SDK for the simulator: sync, and async if there are."""
    name: str = request.param
    make, (sync, asynchronous), made = APIS[name], CLIENTS[name], list[Any]()  # Any: clients of five SDKs
    url = simulator.url(PROVIDERS[name])

    def client() -> object:
        made.append(sync(url))
        return made[-1]

    yield make, client, None if asynchronous is None else partial(asynchronous, url)
    for each in made:
        each.close()


async def astreamed(llm: Facade) -> AIMessage:
    """The message of an async stream."""
    async with llm.astream("hi") as stream:
        async for _ in stream:
            pass
    return stream.message


def streamed(llm: Facade) -> AIMessage:
    """The message of a stream."""
    with llm.stream("hi") as stream:
        for _ in stream:
            pass
    return stream.message


def test_a_client_alone_is_enough(opened: Opened, simulator: Simulator) -> None:
    """No key is needed: a client, or a function that makes one, serves whole and streamed calls, sync and async."""
    make, client, async_client = opened
    simulator.script(*[Answer(text="hello")] * 8)
    for factory in (False, True):
        given = client if factory else client()
        more = {} if async_client is None else {"async_client": async_client}
        llm = make(client=given, **more)
        answers = [llm.generate("hi"), asyncio.run(llm.agenerate("hi")), streamed(llm), asyncio.run(astreamed(llm))]
        assert [answer.content for answer in answers] == ["hello"] * 4
        llm.close()
    assert len(simulator.journal) == 8


def test_a_call_of_the_other_kind_than_the_client_is_refused(opened: Opened, simulator: Simulator) -> None:
    """No other connection is opened behind it; boto3 alone serves both kinds."""
    make, client, async_client = opened
    if async_client is None:
        assert asyncio.run(make(client=client).agenerate("hi")).content
        return
    for ask in (lambda llm: asyncio.run(llm.agenerate("hi")), lambda llm: asyncio.run(astreamed(llm))):
        with pytest.raises(ConfigurationError, match="async_client="):
            ask(make(client=client()))
    for ask in (lambda llm: llm.generate("hi"), streamed):
        with pytest.raises(ConfigurationError, match=r"needs client="):
            ask(make(async_client=async_client))
    assert simulator.journal == ()


@pytest.mark.parametrize("kind", ["client", "async_client"])
@pytest.mark.parametrize(
    "more",
    [
        {"api_key": "key"},
        {"auth": StaticAuth("key")},
        {"base_url": "http://localhost"},
        {"timeout": 3.0},
        {"region": "eu-west-1"},
    ],
    ids=lambda more: next(iter(more)),
)
@every_api
def test_what_the_client_decides_itself_is_refused_beside_it(make: Make, kind: str, more: dict[str, object]) -> None:
    """Key, base URL, timeout and region are the client's; the error names the option."""
    with pytest.raises(ConfigurationError, match=rf"{next(iter(more))}="):
        make(**{kind: lambda: None}, **more)


def test_headers_query_and_retries_apply_to_a_client(opened: Opened, simulator: Simulator) -> None:
    """They are ours: sent with each request, and one retry layer for all."""
    make, client, _ = opened
    simulator.script(Fail(503, headers={"retry-after": "0"}), Answer(text="hello"), Fail(429))
    llm = make(client=client, headers={"x-org": "blue"}, query={"tier": "gold"}, max_retries=1)
    assert llm.generate("hi").content == "hello"
    assert [(each.headers["x-org"], "tier=gold" in each.query) for each in simulator.journal] == [("blue", True)] * 2
    with pytest.raises(RateLimitError):
        make(client=client, max_retries=0).generate("hi")
    assert len(simulator.journal) == 3
    llm.close()


def test_a_timeout_of_one_call_applies_to_a_client(opened: Opened) -> None:
    """The connection's timeout is the client's; that of a call may still be another one."""
    make, client, _ = opened
    llm = make(client=client)
    assert llm.generate("hi", timeout=9).content
    with pytest.raises(InvalidSettingError, match="timeout"):
        llm.generate("hi", timeout=0)
    llm.close()
