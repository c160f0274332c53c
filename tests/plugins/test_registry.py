"""The registry: provider values, their names in types, facades and full names agree."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from typing import Any, Final, get_args

import pytest

import god_llm
from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    ConfigurationError,
    CustomModel,
    LLMProviderType,
    UnknownModelError,
    UnknownProviderError,
    chat_model,
    model_id,
)
from god_llm.auth import environment_variable
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.engine.provider import Api, Provider
from god_llm.plugins import registry
from god_llm.plugins.model_ids import ModelId
from god_llm.plugins.openai.provider import OpenAIApi
from god_llm.protocols import ChatGenerator
from god_llm.testing import FakeTransport

NAMES: Final[tuple[LLMProviderType, ...]] = get_args(LLMProviderType)
every_provider = pytest.mark.parametrize("name", NAMES)
FACADES: Final[dict[str, type[ChatModel[Any, Any, Any]]]] = {  # Any: of every provider
    "openai": ChatOpenAI,
    "anthropic": ChatAnthropic,
    "groq": ChatGroq,
    "ollama": ChatOllama,
    "bedrock": ChatBedrock,
}


APIS: Final = [
    pytest.param(provider, api, id=f"{provider.name}:{name}")
    for provider in map(registry.provider, NAMES)
    for name, api in provider.apis.items()
]


# -- values and Literals ---------------------------------------------------------------------------------------


def test_the_built_in_providers_are_those_of_the_literal() -> None:
    """`LLMProviderType` is the one list; each has a facade that is exported."""
    assert set(registry.BUILT_IN) == set(NAMES) == FACADES.keys()
    assert set(registry.providers()) >= set(NAMES)
    assert all(getattr(god_llm, facade.__name__) is facade for facade in FACADES.values())


@every_provider
def test_a_provider_value_agrees_with_its_names(name: LLMProviderType) -> None:
    """Name, catalogue, facade and variable are those of the same provider, and the value is one object."""
    provider = registry.provider(name)
    assert (provider.name, provider.catalogue.provider) == (name, name)
    assert registry.catalogue(name) is provider.catalogue
    facade = registry.facade(name)
    assert facade is FACADES[name]
    assert facade.__name__ == f"Chat{provider.title}"
    assert FACADES[name].definition is provider
    assert provider.key_variable == environment_variable(name)
    assert provider.needs_key == any(
        api.endpoint is not None and api.endpoint.key_required for api in provider.apis.values()
    )


@every_provider
def test_a_value_names_a_listed_model_that_stays(name: LLMProviderType) -> None:
    """The model of examples is one that a reader can use."""
    provider = registry.provider(name)
    assert provider.catalogue.models[provider.example_model].retires is None


@pytest.mark.parametrize(("provider", "api"), APIS)
def test_an_api_has_an_endpoint_of_its_provider(provider: Provider, api: Api) -> None:
    """Errors and keys are those of the provider, and a request to its own host has its key."""
    assert api.endpoint is not None
    assert api.endpoint.provider == provider.name
    host = api.endpoint.hosts[0].replace("*", "x")
    assert provider.owns(f"https://{host}/v1")
    assert not provider.owns(f"https://{host}.example.com/v1")
    others = [registry.provider(other) for other in NAMES if other != provider.name]
    assert not any(other.owns(f"https://{host}/v1") for other in others)


@pytest.mark.parametrize(("provider", "api"), APIS)
def test_the_rules_of_extras_are_those_of_the_provider(provider: Provider, api: Api) -> None:
    """Each API has its own, whose errors name the provider."""
    assert api.extra is not None
    assert api.extra().provider == provider.name


def test_the_apis_of_openai_are_those_of_the_literal() -> None:
    """What type-checks as `api=` is what the value has, the default first."""
    provider = registry.provider("openai")
    assert tuple(provider.apis) == get_args(OpenAIApi)
    assert ChatOpenAI(CustomModel("m"), transport=FakeTransport({})).api == get_args(OpenAIApi)[0]


@every_provider
def test_a_provider_with_one_api_does_not_name_it(name: LLMProviderType) -> None:
    """It is the empty name, and `api=` is no keyword of the facade's overloads."""
    provider = registry.provider(name)
    assert (list(provider.apis) == [""]) == (len(provider.apis) == 1)


@every_provider
def test_the_own_options_are_keywords(name: LLMProviderType) -> None:
    """An option that only one provider has is a parameter of the one constructor, and documented by the facade."""
    provider = registry.provider(name)
    assert provider.own_options <= inspect.signature(ChatModel).parameters.keys()
    documented = inspect.getdoc(FACADES[name]) or ""
    for option in ("region", "max_concurrency"):
        assert bool(re.search(rf"^    {option}: ", documented, re.MULTILINE)) == (option in provider.own_options)


@every_provider
def test_the_key_patterns_find_keys(name: LLMProviderType) -> None:
    """They compile, and no one finds an ordinary sentence."""
    for pattern in registry.provider(name).key_patterns:
        assert not re.search(pattern, "The quick brown fox asked for an sk and a key.")


# -- names -------------------------------------------------------------------------------------------------


def test_an_unknown_provider_is_told_with_those_there_are() -> None:
    """A value, a facade and a full name."""
    for ask in (registry.provider, registry.facade, lambda name: chat_model(CustomModel(f"{name}:m"))):
        with pytest.raises(UnknownProviderError, match=r"'opnai'.*openai"):
            ask("opnai")


def listed() -> Iterator[ModelId]:
    """One model of each provider by its full name."""
    for name in NAMES:
        provider = registry.provider(name)
        yield model_id(f"{name}:{provider.example_model}")


@pytest.mark.parametrize("name", [*listed()])
def test_a_model_of_a_configuration_has_the_whole_api(name: ModelId) -> None:
    """`chat_model(model_id(...))` is the facade of its provider, whose whole API it has."""
    fake = FakeTransport({})
    llm = chat_model(name, transport=fake, max_tokens=5)
    assert isinstance(llm, ChatModel)
    assert isinstance(llm, ChatGenerator)
    provider, _, model = str(name).partition(":")
    assert (type(llm), llm.model_name) == (FACADES[provider], model)


def test_options_of_a_full_name_are_the_facades_own() -> None:
    """A wrong one is refused as by the facade."""
    with pytest.raises(ConfigurationError, match="region="):
        chat_model("groq:openai/gpt-oss-20b", api_key="key", region="eu-west-1")  # type: ignore[call-arg]  # the mistake
    with pytest.raises(UnsupportedParameterError, match="takes no top_k"):
        chat_model("groq:openai/gpt-oss-20b", api_key="key", top_k=3)  # type: ignore[arg-type]  # the mistake


# -- other packages ---------------------------------------------------------------------------------------------


class ChatElsewhere(ChatOllama[Any]):  # Any: of whatever model
    """A facade of another package."""


def test_a_provider_of_another_package_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its entry point; one that names no facade is an error that says so."""
    entries = EntryPoints(
        [
            EntryPoint("elsewhere", f"{__name__}:ChatElsewhere", registry.ENTRY_POINTS),
            EntryPoint("wrong", f"{__name__}:NAMES", registry.ENTRY_POINTS),
        ]
    )
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: entries.select(group=group))
    assert registry.providers() == sorted([*NAMES, "elsewhere", "wrong"])
    llm = chat_model(CustomModel("elsewhere:llama3.1"))
    assert type(llm).__name__ == "ChatElsewhere"
    assert str(model_id("elsewhere:llama3.1")) == "elsewhere:llama3.1"
    assert chat_model(model_id("elsewhere:llama3.1")).model_name == "llama3.1"
    with pytest.raises(UnknownProviderError, match="elsewhere"):
        model_id("nowhere:llama3.1")
    with pytest.raises(ConfigurationError, match="no BaseLLM class"):
        registry.facade("wrong")
    with pytest.raises(UnknownProviderError, match="elsewhere"):
        registry.facade("nowhere")


def test_a_model_that_a_plugin_does_not_list_goes_in_as_a_custom_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """`CustomModel` is the door past the catalogue for a plugin as for a built-in provider."""
    entries = EntryPoints([EntryPoint("elsewhere", f"{__name__}:ChatElsewhere", registry.ENTRY_POINTS)])
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: entries.select(group=group))
    assert chat_model(CustomModel("elsewhere:my-tune")).model_name == "my-tune"  # type: ignore[attr-defined]  # a ChatModel
    with pytest.raises(UnknownModelError, match=re.escape("pass CustomModel('elsewhere:my-tune')")):
        model_id("elsewhere:my-tune")


@pytest.mark.parametrize("name", ["ollama:my/model:8b", "openai:my-tune", "groq:my-tune"])
def test_the_advice_for_a_full_name_that_is_not_listed_works(name: str) -> None:
    """The error names the `CustomModel` that `chat_model` then accepts."""
    with pytest.raises(UnknownModelError) as caught:
        chat_model(name, transport=FakeTransport({}))  # type: ignore[arg-type]  # the mistake
    assert f"pass CustomModel({name!r})" in str(caught.value)
    llm = chat_model(CustomModel(name), transport=FakeTransport({}))
    assert name.split(":", 1) == [llm.provider, llm.model_name]  # type: ignore[attr-defined]  # a ChatModel
