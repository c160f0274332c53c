"""The connection and the transport of a container, clients of the application's own, and cassettes."""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, get_type_hints

import anthropic
import boto3
import groq
import ollama
import openai
import pytest
from dependency_injector import containers, providers
from pydantic import SecretStr
from typing_extensions import override

from god_llm import (
    AIMessage,
    ChatModel,
    ConfigurationError,
    CustomModel,
    GenerationSettings,
    InvalidSettingError,
    LLMProviderType,
    MissingAPIKeyError,
    RetryingTransport,
    Settings,
    UnsupportedParameterError,
)
from god_llm.containers import (
    AnthropicContainer,
    AnthropicSettings,
    BedrockContainer,
    BedrockSettings,
    GroqContainer,
    GroqSettings,
    LLMContainer,
    OllamaContainer,
    OllamaSettings,
    OpenAIContainer,
    OpenAISettings,
)
from god_llm.domain.extra import CustomExtra
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.provider import Provider
from god_llm.plugins import registry
from god_llm.protocols import DualTransport, StreamDecoder
from god_llm.testing import Cassette, FakeTransport, RecordingTransport, Simulator, wire_cassette
from god_llm.testing.fakes import Shared
from god_llm.testing.simulator import Answer

KEY: Final = "sk-canary-0123456789"
Container = AnthropicContainer | BedrockContainer | GroqContainer | OllamaContainer | OpenAIContainer


@dataclass(frozen=True)
class Case:
    """A provider's container, and how to make settings and clients for it."""

    provider: LLMProviderType
    container: type[Container]
    settings: Callable[..., Any]  # Any: the settings of each container are of a class of its own
    client: Callable[[str], Any]  # Any: each provider has a client of its own
    extra: JsonObject

    @property
    def value(self) -> Provider:
        """The provider."""
        return registry.provider(self.provider)


CASES: Final = [
    Case(
        "anthropic",
        AnthropicContainer,
        lambda **more: AnthropicSettings(model=CustomModel("m"), **more),
        lambda url: anthropic.Anthropic(api_key=KEY, base_url=url),
        {"inference_geo": "us"},
    ),
    Case(
        "bedrock",
        BedrockContainer,
        lambda **more: BedrockSettings(model=CustomModel("m"), **more),
        lambda url: boto3.Session("AKID", KEY, region_name="eu-west-1").client("bedrock-runtime", endpoint_url=url),
        {"projectIdentifier": "p"},
    ),
    Case(
        "groq",
        GroqContainer,
        lambda **more: GroqSettings(model=CustomModel("m"), **more),
        lambda url: groq.Groq(api_key=KEY, base_url=url),
        {"citation_options": "enabled"},
    ),
    Case(
        "ollama",
        OllamaContainer,
        lambda **more: OllamaSettings(model=CustomModel("m"), **more),
        ollama.Client,
        {"keep_alive": "5m"},
    ),
    Case(
        "openai",
        OpenAIContainer,
        lambda **more: OpenAISettings(model=CustomModel("m"), **more),
        lambda url: openai.OpenAI(api_key=KEY, base_url=url),
        {"prompt_cache_key": "k"},
    ),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.provider)


def connected(case: Case, simulator: Simulator, **more: object) -> Container:
    """A container with a connection to the simulator."""
    region = {"region": "eu-west-1"} if case.provider == "bedrock" else {}
    key = {} if "api_key" in more else {"api_key": SecretStr(KEY)}
    return case.container(settings=case.settings(base_url=simulator.url(case.provider), **region, **key, **more))


class Counting(Shared):
    """A decorator of a transport: counts the requests that pass."""

    def __init__(self, inner: DualTransport[Any]) -> None:  # Any: of every provider
        self.inner = inner
        self.count = 0

    def send(self, request: JsonObject, /) -> JsonObject:
        """Pass a request on."""
        self.count += 1
        return self.inner.send(request)

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """Pass a request on."""
        self.count += 1
        return self.inner.stream(request)

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """Pass a request on."""
        self.count += 1
        return await self.inner.asend(request)

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """Pass a request on."""
        self.count += 1
        return self.inner.astream(request)


class AsyncOnly(Shared):
    """A transport for async calls alone."""

    def __init__(self) -> None:
        self.requests: list[JsonObject] = []

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """A reply of no provider's wire."""
        self.requests.append(request)
        return {}

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """Not used here."""
        raise NotImplementedError


class Plain(Shared):
    """A formatter and a normaliser that keep the settings of each call."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []

    def format(self, model: str, messages: object, settings: Settings) -> Any:  # Any: of every provider
        """The least that can be asked."""
        assert model
        assert messages
        self.settings.append(settings)
        return {}

    def normalise(self, reply: JsonObject) -> AIMessage:
        """Whatever came, as text."""
        return AIMessage(content=f"{reply}")

    def decoder(self) -> StreamDecoder:
        """Not used here."""
        raise NotImplementedError


def asked(llm: ChatModel[Any, Any, Any]) -> list[str]:  # Any: of every provider
    """The four kinds of call, as texts."""

    async def aloud() -> list[str]:
        whole = await llm.agenerate("hi")
        async with llm.astream("hi") as stream:
            async for _ in stream:
                pass
        await llm.aclose()
        return [whole.content, stream.message.content]

    with llm.stream("hi") as stream:
        for _ in stream:
            pass
    return [llm.generate("hi").content, stream.message.content, *asyncio.run(aloud())]


# -- connection and transport --------------------------------------------------------------------------------


@EACH
def test_an_override_may_wrap_the_connection(case: Case, simulator: Simulator) -> None:
    """`connection` is the real one, also while `transport` is overridden: the decorator stands around it."""
    container = connected(case, simulator)
    simulator.script(*[Answer(text="hello")] * 9)
    with container.transport.override(providers.ThreadSafeSingleton(Counting, container.connection)):
        assert asked(container.llm()) == ["hello"] * 4
        counting = container.transport()
        assert isinstance(counting, Counting)
        assert (counting.count, counting.inner is container.connection()) == (4, True)
    assert container.llm().generate("hi").content == "hello"
    assert (counting.count, len(simulator.journal)) == (4, 5)
    container.shutdown_resources()


@EACH
def test_a_copied_container_may_wrap_the_connection(case: Case, simulator: Simulator) -> None:
    """A `transport_wrapper` that is declared anew stands around each container's own connection."""
    base: Any = case.container  # Any: a class that is known only here
    counted = list[Counting]()

    @containers.copy(base)
    class Counted(base):  # type: ignore[misc]  # as above
        transport_wrapper = providers.Object(lambda transport: counting(counted, transport))

    settings = connected(case, simulator).settings()
    simulator.script(*[Answer(text="hello")] * 8)
    first, second = Counted(settings=settings), Counted(settings=settings)
    for each in (first, second):
        assert asked(each.llm()) == ["hello"] * 4
        each.shutdown_resources()
    assert (sum(each.count for each in counted), len(simulator.journal)) == (8, 8)
    assert {id(each.inner) for each in counted} == {id(first.connection()), id(second.connection())}


@EACH
def test_a_copied_container_with_a_fake_needs_no_key(case: Case) -> None:
    """Nor does one whose `async_transport` alone is declared anew: its sync calls fail, and reach nothing real."""
    base: Any = case.container  # Any: a class that is known only here
    plain, fake = Plain(), AsyncOnly()

    @containers.copy(base)
    class Offline(base):  # type: ignore[misc]  # as above
        settings = providers.Object(case.settings())
        transport = providers.Object(FakeTransport({}))
        formatter = normaliser = providers.Object(plain)

    @containers.copy(base)
    class AsyncOffline(base):  # type: ignore[misc]  # as above
        settings = providers.Object(case.settings())
        async_transport = providers.Object(fake)
        formatter = normaliser = providers.Object(plain)

    assert Offline().llm().generate("hi").content == "{}"
    llm = AsyncOffline().llm()
    assert asyncio.run(llm.agenerate("hi")).content == "{}"
    assert len(fake.requests) == 1
    with pytest.raises(ConfigurationError, match="transport="):
        llm.generate("hi")


@EACH
def test_a_connection_that_is_replaced_is_the_transport(case: Case) -> None:
    """Overriding `connection` replaces what `transport` is by default, and needs no key."""
    plain, fake = Plain(), FakeTransport[JsonObject]({})
    container = case.container(settings=case.settings(), formatter=plain, normaliser=plain)
    with container.connection.override(providers.Object(fake)):
        llm = container.llm()
        parts: list[object] = [llm.transport, llm.async_transport]
        assert all(part is fake for part in parts)
        assert [llm.generate("hi").content, asyncio.run(llm.agenerate("hi")).content] == ["{}", "{}"]


def test_shutting_down_closes_what_was_opened(simulator: Simulator) -> None:
    """Connections below a decorator of the application's are closed too, once each; the next call opens others."""
    closed: list[str] = []

    class Noted(openai.OpenAI):
        @override
        def close(self) -> None:
            closed.append("closed")
            super().close()

    def client() -> openai.OpenAI:
        return Noted(api_key=KEY, base_url=simulator.url("openai"))

    container = OpenAIContainer(settings=OpenAISettings(model=CustomModel("m")), client=client)
    with container.transport.override(providers.ThreadSafeSingleton(Counting, container.connection)):
        container.llm().generate("hi")
        container.llm().generate("hi")
        assert len(container.connections()) == 1
        container.shutdown_resources()
        assert closed == ["closed"]
        container.llm().generate("hi")
    container.llm().generate("hi")
    container.shutdown_resources()
    container.shutdown_resources()
    assert closed == ["closed"] * 2
    assert isinstance(container.connection(), RetryingTransport)


# -- a client of the application's own ---------------------------------------------------------------------------


@EACH
def test_a_client_of_the_application_is_a_provider(case: Case, simulator: Simulator) -> None:
    """A Singleton of a larger application, or a function: no key is asked for, and the connection is the client's."""
    client = case.client(simulator.url(case.provider))

    class Application(containers.DeclarativeContainer):
        sdk = providers.Singleton(lambda: client)
        llm = providers.Container(case.container, settings=providers.Object(case.settings()), client=sdk)

    application = Application()
    assert application.llm.llm().generate("hi").content == "You said: hi"
    application.llm.shutdown_resources()
    assert application.llm.llm().generate("hi").content == "You said: hi"
    client.close()
    assert len(simulator.journal) == 2


def test_the_region_of_aws_variables_is_no_option(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """On AWS `AWS_REGION` is always set: a client goes with it, and with no region that is chosen."""
    case = next(each for each in CASES if each.provider == "bedrock")
    client = case.client(simulator.url("bedrock"))
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert BedrockContainer(settings=case.settings(), client=client).llm().generate("hi").content == "You said: hi"
    client.close()
    with pytest.raises(ConfigurationError, match="region="):
        BedrockContainer(settings=case.settings(region="eu-north-1"), client=client).llm()


@EACH
def test_what_a_client_makes_meaningless_is_refused_in_containers_too(case: Case) -> None:
    """A base URL, a timeout or a key in the settings would have no effect beside a client: the error names it."""
    for name, value in {"base_url": "http://127.0.0.1:9", "timeout": 3.0, "api_key": SecretStr(KEY)}.items():
        container = case.container(settings=case.settings(**{name: value}), client=lambda: None)
        with pytest.raises(ConfigurationError, match=rf"{name}=") as caught:
            container.llm()
        assert KEY not in str(caught.value)


# -- cassettes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a cassette is."""
    return tmp_path / "cassette.json"


def overridden(container: Container, counted: list[Counting]) -> None:
    """Put a decorator around the connection."""
    wrapped = providers.ThreadSafeSingleton(counting, providers.Object(counted), container.connection)
    container.transport.override(wrapped)


def wrapped(container: Container, counted: list[Counting]) -> None:
    """Put a decorator around whatever transport is in force."""
    container.transport_wrapper.override(providers.Object(partial(counting, counted)))


def both(container: Container, counted: list[Counting]) -> None:
    """Put a decorator around a decorator."""
    overridden(container, counted)
    wrapped(container, counted)


IN_FORCE: Final[Mapping[str, tuple[Callable[[Container, list[Counting]], None], int]]] = {
    "the connection": (lambda _container, _counted: None, 0),
    "an override": (overridden, 1),
    "a wrapper": (wrapped, 1),
    "both": (both, 2),
}
"""What stands around the connection, and how many decorators that are."""


def counting(counted: list[Counting], transport: DualTransport[Any]) -> Counting:  # Any: of every provider
    """A decorator of a transport that is found again in a list."""
    counted.append(Counting(transport))
    return counted[-1]


@EACH
@pytest.mark.parametrize(("prepare", "layers"), IN_FORCE.values(), ids=IN_FORCE)
def test_a_cassette_records_the_transport_in_force_and_replays_without_a_key(
    case: Case, prepare: Callable[[Container, list[Counting]], None], layers: int, path: Path, simulator: Simulator
) -> None:
    """The connection, what overrides it, and what wraps it: each is asked while it records."""
    simulator.script(*[Answer(text="hello")] * 4)
    container, counted = connected(case, simulator), list[Counting]()
    prepare(container, counted)
    wire_cassette(container, Cassette(path, "all"))
    assert asked(container.llm()) == ["hello"] * 4
    container.shutdown_resources()
    assert sum(each.count for each in counted) == 4 * layers
    assert (len(simulator.journal), len(Cassette(path, "none").exchanges)) == (4, 4)
    assert KEY not in path.read_text(encoding="utf-8")

    offline, replayed = case.container(settings=case.settings()), list[Counting]()
    prepare(offline, replayed)
    wire_cassette(offline, Cassette(path, "none"))
    assert asked(offline.llm()) == ["hello"] * 4
    assert len(simulator.journal) == 4


@EACH
def test_a_wrapper_of_the_application_sees_recorded_and_replayed_calls_alike(
    case: Case, path: Path, simulator: Simulator
) -> None:
    """A wrapper that is in place before a cassette stays in place: it is not taken off to record."""
    counts: list[int] = []
    for mode, at in (("all", connected(case, simulator)), ("none", case.container(settings=case.settings()))):
        counted = list[Counting]()
        wrapped(at, counted)
        wire_cassette(at, Cassette(path, mode))  # type: ignore[arg-type]  # the two literals above
        asked(at.llm())
        at.shutdown_resources()
        counts.append(sum(each.count for each in counted))
    assert counts == [4, 4]


@EACH
def test_another_cassette_takes_the_place_of_the_one_before(case: Case, path: Path, simulator: Simulator) -> None:
    """Wiring a second cassette to the same container records on that one alone."""
    container = connected(case, simulator)
    first, second = Cassette(path, "all"), Cassette(path.with_name("second.json"), "all")
    wire_cassette(container, first)
    container.llm().generate("one")
    wire_cassette(container, second)
    container.llm().generate("two")
    container.shutdown_resources()
    assert (len(first.exchanges), len(second.exchanges)) == (1, 1)


@EACH
def test_a_cassette_that_replays_is_not_bypassed_by_async_calls(case: Case, path: Path, simulator: Simulator) -> None:
    """A container whose `async_transport` was overridden on its own answers from the cassette all the same."""
    container = connected(case, simulator)
    wire_cassette(container, Cassette(path, "all"))
    asked(container.llm())
    container.shutdown_resources()
    offline, other = case.container(settings=case.settings()), AsyncOnly()
    offline.async_transport.override(providers.Object(other))
    wire_cassette(offline, Cassette(path, "none"))
    assert asked(offline.llm()) == ["You said: hi"] * 4
    assert (other.requests, len(simulator.journal)) == ([], 4)


def test_a_cassette_of_all_providers_records_each_in_force(path: Path) -> None:
    """An override of one provider is recorded, and the others are not touched until they are used."""
    fake = FakeTransport({"message": {"role": "assistant", "content": "fake"}, "done": True})
    container = LLMContainer()
    container.ollama.override_providers(settings=OllamaSettings(model="llama3.1"), transport=fake)
    wire_cassette(container, Cassette(path, "all"))
    llm = container.ollama.llm()
    assert llm.generate("hi").content == "fake"
    assert isinstance(llm.transport, RecordingTransport)
    assert len(json.loads(path.read_text(encoding="utf-8"))["exchanges"]) == 1


# -- settings ------------------------------------------------------------------------------------------------

WRITTEN: Final[Mapping[str, tuple[str, object]]] = {
    "temperature": ("0.25", 0.25),
    "max_tokens": ("9", 9),
    "top_p": ("0.5", 0.5),
    "stop": ('["END"]', ("END",)),
    "seed": ("0", 0),
    "reasoning": ("low", "low"),
    "top_k": ("3", 3),
    "presence_penalty": ("0", 0.0),
    "frequency_penalty": ("-0.5", -0.5),
    "parallel_tool_calls": ("false", False),
    "logprobs": ("0", 0),
    "service_tier": ("flex", "flex"),
    "user": ("u1", "u1"),
    "request_metadata": ('{"team": "search"}', {"team": "search"}),
    "verbosity": ("low", "low"),
    "show_reasoning": ("true", True),
    "foreign": ("drop", "drop"),
}
"""Each generation setting as a variable of the environment, and as a value."""


def test_there_is_a_variable_for_each_setting() -> None:
    """The laws below are about all settings; the timeout of a container is its connection's."""
    assert WRITTEN.keys() == get_type_hints(GenerationSettings).keys() - {"timeout"}


@EACH
@pytest.mark.parametrize("name", WRITTEN)
def test_a_setting_of_the_environment_is_used_or_refused(
    case: Case, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reaches the formatter as the value that it is, or the model that can't take it is an error."""
    text, value = WRITTEN[name]
    monkeypatch.setenv(f"GOD_LLM_{case.provider.upper()}_MODEL", "custom:m")
    monkeypatch.setenv(f"GOD_LLM_{case.provider.upper()}_{name.upper()}", text)
    plain = Plain()
    container = case.container(transport=FakeTransport({}), formatter=plain, normaliser=plain)
    if name == "foreign" or name in next(iter(case.value.apis.values())).settings:
        container.llm().generate("hi")
        assert getattr(plain.settings[0], name) == value
    else:
        with pytest.raises(UnsupportedParameterError, match=f"takes no {name}"):
            container.llm()


@EACH
def test_headers_query_and_extra_of_the_environment_are_sent(
    case: Case, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    """JSON objects in variables: with each request, sync and async."""
    prefix = f"GOD_LLM_{case.provider.upper()}"
    for name, value in {
        "MODEL": "custom:m",
        "API_KEY": KEY,
        **({"REGION": "eu-west-1"} if case.provider == "bedrock" else {}),
        "BASE_URL": simulator.url(case.provider),
        "HEADERS": '{"x-org": "blue", "x-gateway": "PLANTED"}',
        "QUERY": '{"tier": "gold"}',
        "EXTRA": json.dumps(case.extra),
    }.items():
        monkeypatch.setenv(f"{prefix}_{name}", value)
    container = case.container()
    llm = container.llm()
    llm.generate("hi")
    asyncio.run(llm.agenerate("hi"))
    for received in simulator.journal:
        assert isinstance(received.body, dict)
        assert (received.headers["x-org"], received.headers["x-gateway"], received.query) == (
            "blue",
            "PLANTED",
            "tier=gold",
        )
        assert case.extra.items() <= received.body.items()
    assert len(simulator.journal) == 2
    assert "PLANTED" not in f"{container.settings()!r}{container.settings().model_dump()}"
    container.shutdown_resources()


@EACH
@pytest.mark.parametrize(
    ("name", "text"), [("HEADERS", '["a"]'), ("HEADERS", "PLANTED"), ("QUERY", "3"), ("EXTRA", "PLANTED")]
)
def test_what_is_no_json_object_is_told(case: Case, name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the variable, and does not show the value."""
    monkeypatch.setenv(f"GOD_LLM_{case.provider.upper()}_MODEL", "custom:m")
    monkeypatch.setenv(f"GOD_LLM_{case.provider.upper()}_{name}", text)
    with pytest.raises(ConfigurationError, match=f"GOD_LLM_{case.provider.upper()}_{name}") as caught:
        case.container().settings()
    assert "PLANTED" not in f"{caught.value}{caught.value.__cause__}"


@EACH
def test_a_misspelt_extra_of_the_settings_is_refused(case: Case) -> None:
    """When the model is made; a `CustomExtra` is sent as it is."""
    wrong = {"nothing-like-it": 1}
    fake = FakeTransport[JsonObject]({})
    plain = Plain()
    parts = {"transport": fake, "formatter": plain, "normaliser": plain}
    with pytest.raises(UnsupportedParameterError, match="nothing-like-it"):
        case.container(settings=case.settings(extra=wrong), **parts).llm()
    case.container(settings=case.settings(extra=CustomExtra(wrong)), **parts).llm().generate("hi")
    assert fake.requests == [wrong]


@EACH
def test_the_pickle_of_settings_has_no_secrets(case: Case) -> None:
    """Neither the key nor a header or a query parameter, which are secrets all; the other fields arrive."""
    secret = {"x-gateway": SecretStr("PLANTED")}
    settings = case.settings(api_key=SecretStr(KEY), headers=secret, query=secret, max_tokens=5, extra=case.extra)
    pickled = pickle.dumps(settings)
    assert KEY.encode() not in pickled
    assert b"PLANTED" not in pickled
    arrived = pickle.loads(pickled)
    assert (arrived.model, arrived.max_tokens, arrived.extra) == ("m", 5, case.extra)
    assert (arrived.api_key, arrived.headers, arrived.query) == (None, None, None)


@EACH
def test_a_bad_option_of_the_settings_is_refused_beside_nothing(case: Case) -> None:
    """A header that can't be sent is an error when the connection is made, and not beside a fake that needs none."""
    settings = case.settings(headers={"a b": SecretStr("PLANTED")}, api_key=SecretStr(KEY))
    with pytest.raises(InvalidSettingError, match="a b") as caught:
        case.container(settings=settings).llm()
    assert "PLANTED" not in str(caught.value)
    assert case.container(settings=settings, transport=FakeTransport({})).llm().provider == case.provider


def test_a_key_is_asked_for_at_the_providers_own_address_alone(simulator: Simulator) -> None:
    """A container with a base URL of another server needs no key."""
    own = OpenAIContainer(settings=OpenAISettings(model=CustomModel("m")))
    with pytest.raises(MissingAPIKeyError):
        own.llm()
    local = OpenAIContainer(settings=OpenAISettings(model=CustomModel("m"), base_url=simulator.url("openai")))
    assert local.llm().provider == "openai"
