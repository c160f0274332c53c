"""The containers: every part can be replaced and is then used, and no key is shown."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from dependency_injector import containers, providers
from dependency_injector.wiring import Provide, inject
from pydantic import SecretStr

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseMessage,
    CallbackAuth,
    ChatAnthropic,
    ChatModel,
    ConfigurationError,
    CustomModel,
    InvalidSettingError,
    LLMProviderType,
    MissingAPIKeyError,
    RetryingTransport,
    Settings,
    StaticAuth,
    TextDelta,
    UnknownModelError,
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
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import AsyncTransport, StreamDecoder, Transport
from god_llm.protocols import Generator as Answering
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds, Simulator

KEY = "sk-canary-0123456789"

CLAUDE: JsonObject = {
    "id": "msg_1",
    "model": "claude-sonnet-5-5-20260101",
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
}
CLAUDE_EVENTS: list[JsonObject] = [
    {"type": "message_start", "message": {"id": "msg_1", "model": "claude-sonnet-5-5-20260101", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hello."}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    {"type": "message_stop"},
]
CONVERSE: JsonObject = {
    "output": {"message": {"role": "assistant", "content": [{"text": "Hello."}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
}
COMPLETION: JsonObject = {
    "id": "chatcmpl-1",
    "model": "served",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}],
}
RESPONSE: JsonObject = {
    "id": "resp_1",
    "object": "response",
    "model": "gpt-5.5-2026-04-23",
    "status": "completed",
    "output": [
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [{"type": "output_text", "text": "Hello.", "annotations": []}],
        }
    ],
}
OLLAMA: JsonObject = {
    "model": "llama3.1",
    "message": {"role": "assistant", "content": "Hello."},
    "done": True,
    "done_reason": "stop",
}

Container = AnthropicContainer | BedrockContainer | GroqContainer | OllamaContainer | OpenAIContainer


@dataclass(frozen=True)
class Case:
    """A provider: its container, settings for it, and what its wire says for `Hello.`."""

    provider: LLMProviderType
    container: type[Container]
    settings: Callable[[], Any]  # Any: the settings of each container are of a class of its own
    reply: JsonObject
    api_key: str

    def made(self) -> Container:
        """A container with settings, and nothing else replaced."""
        return self.container(settings=self.settings())


CASES = [
    Case(
        "anthropic",
        AnthropicContainer,
        lambda: AnthropicSettings(model="claude-sonnet-5-5", api_key=SecretStr(KEY)),
        CLAUDE,
        "ANTHROPIC_API_KEY",
    ),
    Case(
        "bedrock",
        BedrockContainer,
        lambda: BedrockSettings(model="amazon.nova-lite-v1:0", api_key=SecretStr(KEY), region="us-east-1"),
        CONVERSE,
        "AWS_BEARER_TOKEN_BEDROCK",
    ),
    Case(
        "groq",
        GroqContainer,
        lambda: GroqSettings(model="openai/gpt-oss-20b", api_key=SecretStr(KEY)),
        COMPLETION,
        "GROQ_API_KEY",
    ),
    Case(
        "ollama",
        OllamaContainer,
        lambda: OllamaSettings(model="llama3.1", api_key=SecretStr(KEY)),
        OLLAMA,
        "OLLAMA_API_KEY",
    ),
    Case(
        "openai",
        OpenAIContainer,
        lambda: OpenAISettings(model="gpt-5.5", api_key=SecretStr(KEY)),
        RESPONSE,
        "OPENAI_API_KEY",
    ),
    Case(
        "openai",
        OpenAIContainer,
        lambda: OpenAISettings(model="gpt-5.5", api="chat_completions", api_key=SecretStr(KEY)),
        COMPLETION,
        "OPENAI_API_KEY",
    ),
]
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.provider}-{case.reply.get('object', 'reply')}")


class SyncOnly:
    """A transport for sync calls alone."""

    def __init__(self, reply: JsonObject) -> None:
        self.fake = FakeTransport(reply)

    def send(self, request: JsonObject, /) -> JsonObject:
        """A whole reply."""
        return self.fake.send(request)

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """A stream."""
        return self.fake.stream(request)


class AsyncOnly:
    """A transport for async calls alone."""

    def __init__(self, reply: JsonObject) -> None:
        self.fake = FakeTransport(reply)

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """A whole reply."""
        return self.fake.send(request)

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """A stream."""
        return self.fake.astream(request)


class Plain:
    """A formatter and a normaliser of a test's own."""

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> dict[str, object]:
        """The least that can be asked."""
        return {"asked": messages[-1].content, "of": model, "limit": settings.max_tokens}

    def normalise(self, reply: JsonObject) -> AIMessage:
        """Whatever came, as text."""
        return AIMessage(content=str(reply["said"]))

    def decoder(self) -> StreamDecoder:
        """Not used here."""
        raise NotImplementedError


# -- each part of each provider ----------------------------------------------------------------------------


@EACH
def test_a_transport_is_replaced_without_a_key(case: Case) -> None:
    """With a fake transport a model answers, sync and async, and nobody asks for a key or a network."""
    container = case.container(settings=case.settings().model_copy(update={"api_key": None}))
    fake: Transport[JsonObject] = FakeTransport(case.reply)
    with container.transport.override(fake):
        llm = container.llm()
        for message in (llm.generate("Hi"), asyncio.run(llm.agenerate("Hi"))):
            assert (message.content, message.provider) == ("Hello.", case.provider)
        assert llm.transport is fake
    assert isinstance(fake, FakeTransport)
    assert len(fake.requests) == 2


@EACH
def test_a_formatter_and_a_normaliser_are_replaced(case: Case) -> None:
    """Both are used: the fake sees what the one wrote, and the message says what the other read."""
    container = case.made()
    fake = FakeTransport({"said": "anything"})
    plain: Any = Plain()  # Any: its requests are of no provider's wire
    container.override_providers(transport=fake, formatter=plain, normaliser=plain)
    assert container.llm().generate("Hi", max_tokens=3).content == "anything"
    assert fake.requests == [{"asked": "Hi", "of": container.settings().model, "limit": 3}]


@EACH
def test_settings_are_replaced_and_used(case: Case) -> None:
    """What the settings say is in the request and in the message."""
    fake = FakeTransport({"said": ""})
    plain: Any = Plain()  # Any: its requests are of no provider's wire
    settings = case.settings().model_copy(update={"model": CustomModel("mine"), "max_tokens": 9})
    container = case.container(settings=settings, transport=fake, formatter=plain, normaliser=plain)
    assert container.llm().generate("Hi").model == "mine"
    assert fake.requests == [{"asked": "Hi", "of": "mine", "limit": 9}]


@EACH
def test_ids_and_clock_are_replaced(case: Case) -> None:
    """With ids and time frozen, a message is the same in every run."""
    container = case.container(
        settings=case.settings(), transport=FakeTransport(case.reply), ids=SequentialIds(), clock=FrozenClock()
    )
    first, second = container.llm().generate("Hi"), container.llm().generate("Hi")
    assert (first.id, second.id) == (f"{1:032x}", f"{2:032x}")
    assert first.created_at == second.created_at == datetime(2026, 1, 1, tzinfo=UTC)


@EACH
def test_an_async_transport_is_replaced_on_its_own(case: Case) -> None:
    """A fake for async calls alone serves these, and no real connection stands behind it for the others."""
    container = case.made()
    fake: AsyncTransport[JsonObject] = AsyncOnly(case.reply)
    with container.async_transport.override(fake):
        llm = container.llm()
        assert asyncio.run(llm.agenerate("Hi")).content == "Hello."
        with pytest.raises(ConfigurationError, match="transport="):
            llm.generate("Hi")


@EACH
def test_a_sync_fake_is_never_bypassed_by_async_calls(case: Case) -> None:
    """A fake for sync calls alone makes async calls a clear error, though a key for a real one is there."""
    container = case.made()
    with container.transport.override(SyncOnly(case.reply)):
        llm = container.llm()
        assert llm.generate("Hi").content == "Hello."
        with pytest.raises(ConfigurationError, match="async_transport="):
            asyncio.run(llm.agenerate("Hi"))


@EACH
def test_the_auth_source_is_replaced_and_asked(case: Case) -> None:
    """The real transport asks the source that was put in, for this provider."""
    asked: list[str] = []

    def no_key_today(provider: str) -> str:
        asked.append(provider)
        raise AuthenticationError("the vault is shut")

    container = case.made()
    with container.auth.override(CallbackAuth(no_key_today)), pytest.raises(AuthenticationError, match="vault"):
        container.llm().generate("Hi")
    assert set(asked) == {case.provider}


@EACH
def test_the_model_is_replaced(case: Case) -> None:
    """What depends on a model may be given anything that answers."""

    class Echo:
        def generate(self, prompt: str) -> AIMessage:
            return AIMessage(content=prompt)

    container = case.made()
    echo: Any = Echo()  # Any: the container's `llm` says that it is the provider's facade
    with container.llm.override(echo):
        assert container.llm() is echo


@EACH
def test_the_default_parts_are_shared(case: Case) -> None:
    """One transport, with retries, serves sync and async calls of all models; parts are those that the model shows."""
    container = case.made()
    first, second = container.llm(), container.llm()
    transport = container.transport()
    assert isinstance(transport, RetryingTransport)
    for llm in (first, second):
        assert isinstance(llm, ChatModel)
        parts: list[object] = [llm.transport, llm.async_transport, container.async_transport()]
        assert all(part is transport for part in parts)
        assert llm.formatter is container.formatter()
        assert llm.normaliser is container.normaliser()
        assert llm.auth is container.auth()


@EACH
def test_the_key_of_the_settings_is_the_one_that_is_used(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the settings goes before the one in the environment."""
    monkeypatch.setenv(case.api_key, "other")
    key = case.made().auth().get_key(case.provider)
    assert isinstance(key, SecretStr)
    assert key.get_secret_value() == KEY


def test_without_retries_the_transport_stands_alone() -> None:
    """`max_retries=0` takes the retries away."""
    settings = GroqSettings(model="openai/gpt-oss-20b", max_retries=0, api_key=SecretStr(KEY))
    container = GroqContainer(settings=settings)
    assert not isinstance(container.transport(), RetryingTransport)


def test_overriding_ends_with_the_block() -> None:
    """An override holds inside its block, also in a container that was used before; the next model is real again."""
    container = AnthropicContainer(settings=AnthropicSettings(model="claude-sonnet-5-5", api_key=SecretStr(KEY)))
    real = container.llm().transport
    with container.transport.override(FakeTransport(CLAUDE)):
        assert container.llm().generate("Hi").content == "Hello."
    assert container.llm().transport is real


@EACH
def test_the_real_transport_is_made_from_the_settings(case: Case) -> None:
    """Base URL, key and model of the settings lead to an answer over the wire, sync and async, also after closing."""
    with Simulator(keys=[KEY]) as simulator:
        settings = case.settings().model_copy(update={"base_url": simulator.url(case.provider), "timeout": 10})
        container = case.container(settings=settings)
        assert container.llm().generate("Hi").provider == case.provider
        assert asyncio.run(container.llm().agenerate("Hi")).content == container.llm().generate("Hi").content
        container.shutdown_resources()
        assert container.llm().generate("Hi").content != ""
        container.shutdown_resources()
        assert [received.wire for received in simulator.journal] == [case.provider] * 4


# -- keys ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("container", "model", "variable"),
    [
        (AnthropicContainer, "claude-sonnet-5-5", "ANTHROPIC_API_KEY"),
        (GroqContainer, "openai/gpt-oss-20b", "GROQ_API_KEY"),
        (OpenAIContainer, "gpt-5.5", "OPENAI_API_KEY"),
    ],
)
def test_a_missing_key_is_told_when_the_model_is_made(
    container: type[Container], model: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a real connection would need a key that is not there, the variable is named before the first request."""
    monkeypatch.setenv(f"GOD_LLM_{variable.removesuffix('_API_KEY')}_MODEL", model)
    with pytest.raises(MissingAPIKeyError, match=variable):
        container().llm()
    monkeypatch.setenv(variable, KEY)
    assert container().llm().model_name == model


def test_a_vault_is_asked_at_the_first_request() -> None:
    """`keys` is where keys come from when the settings have none; it is not asked before it is needed."""
    asked: list[str] = []

    def vault(provider: str) -> None:
        asked.append(provider)

    container = LLMContainer(keys=CallbackAuth(vault))
    container.groq.override_providers(settings=GroqSettings(model="openai/gpt-oss-20b"))
    llm = container.groq.llm()
    assert asked == []
    with pytest.raises(MissingAPIKeyError):
        llm.generate("Hi")
    assert asked == ["groq"]


@EACH
def test_no_key_is_shown(case: Case) -> None:
    """Neither a container nor anything that it gives has the key in its text."""
    container = case.made()
    container.llm()
    shown = [f"{container!r}{container}{container.providers}"]
    for provider in container.providers.values():
        made = provider()
        shown.append(f"{provider!r}{provider}{made!r}{made}{vars(made) if hasattr(made, '__dict__') else ''}")
    assert KEY not in "".join(shown)


# -- settings from the environment --------------------------------------------------------------------------------


def test_a_container_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without settings of its own a container reads them on first use."""
    container = AnthropicContainer(transport=FakeTransport(CLAUDE))
    with pytest.raises(ConfigurationError, match="GOD_LLM_ANTHROPIC_MODEL"):
        container.llm()
    monkeypatch.setenv("GOD_LLM_ANTHROPIC_MODEL", "claude-haiku-4-5")
    monkeypatch.setenv("GOD_LLM_ANTHROPIC_TEMPERATURE", "0.25")
    monkeypatch.setenv("GOD_LLM_ANTHROPIC_STOP", "END")
    message = container.llm().generate("Hi")
    assert (message.model, (message.metadata or {})["temperature"]) == ("claude-haiku-4-5", 0.25)


def test_a_mistyped_model_of_the_environment_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that mypy can't see are checked against the same list when the model is made; `custom:` passes it by."""
    monkeypatch.setenv("GOD_LLM_GROQ_MODEL", "lama-3.1-8b-instant")
    with pytest.raises(UnknownModelError, match=r"'llama-3\.1-8b-instant'"):
        GroqContainer(transport=FakeTransport(COMPLETION)).llm()
    monkeypatch.setenv("GOD_LLM_GROQ_MODEL", "custom:lama-3.1-8b-instant")
    assert GroqContainer(transport=FakeTransport(COMPLETION)).llm().generate("Hi").model == "lama-3.1-8b-instant"


def test_an_effort_in_the_settings_is_asked_of_the_model() -> None:
    """What the settings say of reasoning is sent, and what the model does not take is told when it is made."""
    container = OpenAIContainer(settings=OpenAISettings(model="gpt-5.5", api_key=SecretStr(KEY), reasoning="xhigh"))
    fake = FakeTransport({"output": [], "status": "completed"})
    with container.transport.override(providers.Object(fake)):
        container.llm().generate("Hi")
    assert fake.requests[0]["reasoning"] == {"effort": "xhigh"}
    with pytest.raises(UnsupportedParameterError, match="o3 takes no reasoning='xhigh'"):
        container.llm(model_name="o3")


def test_a_temperature_out_of_range_is_told_when_the_model_is_made() -> None:
    """Settings know no provider's range; the model does."""
    settings = AnthropicSettings(model="claude-haiku-4-5", temperature=1.5)
    with pytest.raises(InvalidSettingError, match="between 0 and 1"):
        AnthropicContainer(settings=settings, transport=FakeTransport(CLAUDE)).llm()


# -- inside other containers ------------------------------------------------------------------------------------


class Summary:
    """A service of an application, which depends on whatever answers."""

    def __init__(self, llm: Answering) -> None:
        self.llm = llm

    def of(self, text: str) -> str:
        """The text in one word."""
        return self.llm.generate(text).content


class Application(containers.DeclarativeContainer):
    """An application with a model of its own choice."""

    claude = providers.Container(AnthropicContainer, settings=AnthropicSettings(model="claude-sonnet-5-5"))
    summary = providers.Factory(Summary, llm=claude.llm)


class Large(containers.DeclarativeContainer):
    """An application with all providers, whose fakes are written into the container."""

    llm = providers.Container(LLMContainer, ids=providers.Object(SequentialIds()), clock=FrozenClock())


@inject
def asked(llm: ChatAnthropic = Provide[Application.claude.llm]) -> str:
    """A function that is given the model."""
    return llm.generate("Hi").content


@inject
def asked_by_name(llm: ChatAnthropic = Provide["claude.llm"]) -> str:
    """A function that is given the model by its name in the container."""
    return llm.generate("Hi").content


def test_a_container_embeds_in_a_larger_one() -> None:
    """A part of an embedded container is overridden in place, and the application's services use it."""
    application = Application()
    with application.claude.transport.override(providers.Object(FakeTransport(CLAUDE))):
        assert application.summary().of("A long story.") == "Hello."
    with pytest.raises(MissingAPIKeyError):
        application.summary()


def test_functions_are_given_models_by_wiring() -> None:
    """`@inject` with `Provide[...]` gives the model with the parts as they are at the call."""
    application = Application()
    application.wire(modules=[__name__])
    try:
        with application.claude.transport.override(FakeTransport(CLAUDE)):
            assert (asked(), asked_by_name()) == ("Hello.", "Hello.")
    finally:
        application.unwire()


def test_all_providers_in_one_container() -> None:
    """Ids and time that are frozen for all hold for each provider."""
    container = LLMContainer(ids=SequentialIds(), clock=FrozenClock())
    embedded: dict[str, Container] = {
        "anthropic": container.anthropic,
        "bedrock": container.bedrock,
        "groq": container.groq,
        "ollama": container.ollama,
        "openai": container.openai,
    }
    for number, case in enumerate(CASES[:5], 1):
        part = embedded[case.provider]
        part.override_providers(settings=case.settings(), transport=FakeTransport(case.reply))
        message = part.llm().generate("Hi")
        assert (message.provider, message.content, message.id) == (case.provider, "Hello.", f"{number:032x}")
        assert message.created_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_container_of_all_needs_the_settings_of_those_that_are_used() -> None:
    """Starting the resources of a container and using one provider reads no other provider's settings."""
    container = LLMContainer()
    container.init_resources()
    container.groq.override_providers(settings=GroqSettings(model="openai/gpt-oss-20b", api_key=SecretStr("key")))
    assert container.groq.llm().model_name == "openai/gpt-oss-20b"
    container.shutdown_resources()


def test_fakes_written_into_a_container_are_shared_by_its_instances() -> None:
    """A container copies what it holds; a fake's copy is the fake, so a test sees what was used."""
    ids = [str(Large().llm.ids()()) for _ in range(2)]
    assert len(set(ids)) == 2
    fake = FakeTransport(CLAUDE)

    class Fixed(containers.DeclarativeContainer):
        claude = providers.Container(
            AnthropicContainer,
            settings=AnthropicSettings(model="claude-sonnet-5-5"),
            transport=providers.Object(fake),
            auth=providers.Object(StaticAuth(KEY)),
        )

    container = Fixed()
    container.claude.llm().generate("Hi")
    assert len(fake.requests) == 1
    assert container.claude.auth().get_key("anthropic") == SecretStr(KEY)


def test_one_container_overrides_another() -> None:
    """A container for tests replaces the parts it names, by their names."""

    class ForTests(containers.DeclarativeContainer):
        transport = providers.Singleton(FakeTransport, CLAUDE)
        clock = providers.Object(FrozenClock())

    container = AnthropicContainer(settings=AnthropicSettings(model="claude-sonnet-5-5"))
    container.override(ForTests())
    assert container.llm().generate("Hi").created_at == datetime(2026, 1, 1, tzinfo=UTC)


# -- streams, threads, closing -------------------------------------------------------------------------------------


def test_models_of_a_container_stream() -> None:
    """Streams go through the same parts."""
    container = AnthropicContainer(
        settings=AnthropicSettings(model="claude-sonnet-5-5"), transport=FakeTransport(CLAUDE_EVENTS)
    )
    with container.llm().stream("Hi") as stream:
        assert "".join(delta.text for delta in stream if isinstance(delta, TextDelta)) == "Hello."


def test_threads_share_one_transport() -> None:
    """However many threads ask first, there is one transport."""
    container = GroqContainer(settings=GroqSettings(model="openai/gpt-oss-20b", api_key=SecretStr(KEY)))
    together = threading.Barrier(8)

    def transport() -> int:
        together.wait()
        return id(container.llm().transport)

    with ThreadPoolExecutor(8) as pool:
        assert len({future.result() for future in [pool.submit(transport) for _ in range(8)]}) == 1


def test_shutting_down_closes_what_the_container_made_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """`shutdown_resources` closes the real transport; one that was put in belongs to whoever made it."""
    closed: list[object] = []

    def noted(transport: object) -> None:
        closed.append(transport)

    monkeypatch.setattr(RetryingTransport, "close", noted)
    container = Application()
    container.claude.override_providers(settings=CASES[0].settings())
    fake = FakeTransport(CLAUDE)
    with container.claude.transport.override(fake):
        container.summary().of("Hi")
        container.shutdown_resources()
    assert (closed, fake.closed) == ([], False)
    real = container.claude.transport()
    container.shutdown_resources()
    assert closed == [real]
    assert container.claude.llm().transport is real
    container.shutdown_resources()
    assert closed == [real, real]


def test_the_library_itself_does_not_load_the_container_library() -> None:
    """Only who asks for containers loads `dependency_injector` and `pydantic_settings`."""
    program = (
        "import god_llm, god_llm.plugins.base, god_llm.testing, sys; god_llm.ChatAnthropic;"
        " god_llm.testing.FakeTransport;"
        " print(sorted({'dependency_injector', 'pydantic_settings'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
