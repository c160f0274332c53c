"""The two lists of settings agree, and everything derived from them has every setting."""

from __future__ import annotations

import re
from dataclasses import fields
from inspect import getdoc, signature
from typing import Any, Final, TypeAlias, get_type_hints

import pytest

from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    GenerationSettings,
    Settings,
)
from god_llm.containers import AnthropicContainer, BedrockContainer, GroqContainer, OllamaContainer, OpenAIContainer
from god_llm.containers.generation import GenerationFields
from god_llm.domain.settings import KeywordSettings
from god_llm.engine.options import CommonOptions, ModelOptions
from god_llm.engine.provider import Api, Provider
from god_llm.plugins import registry

Facade: TypeAlias = ChatModel[Any, Any, Any]  # Any: requests and extras have nothing in common

NAMES: Final = frozenset(get_type_hints(GenerationSettings))
KEYWORDS: Final = frozenset(get_type_hints(KeywordSettings))
FACADES: Final[tuple[type[Facade], ...]] = (ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI)
every_facade = pytest.mark.parametrize("facade", FACADES, ids=lambda facade: facade.__name__)
PROVIDERS: Final = [registry.provider(name) for name in registry.BUILT_IN]
APIS: Final = [
    pytest.param(provider, api, id=f"{provider.name}:{name}")
    for provider in PROVIDERS
    for name, api in provider.apis.items()
]


def described(facade: type[Facade]) -> set[str]:
    """The keywords that a facade's docstring describes."""
    args, _, _ = (getdoc(facade) or "").partition("Args:\n")[2].partition("\n\n")
    return {name for names in re.findall(r"^    (\w[\w, ]*): ", args, re.MULTILINE) for name in names.split(", ")}


def not_accepted(facade: type[Facade]) -> dict[str, set[str]]:
    """The settings that each API does not accept, as the docstring lists them."""
    text = " ".join((getdoc(facade) or "").split())
    found = re.findall(r'\w+(?: with api="(\w+)")? does not accept ([\w, ]+)\.', text)
    return {api: set(re.findall(r"\w+", names)) - {"or"} for api, names in found}


def test_settings_and_generation_settings_are_twins() -> None:
    """`Settings` has the settings of a call, and beside them only what has a method or a keyword of its own."""
    assert {each.name for each in fields(Settings)} - NAMES == {"tools", "tool_choice", "response_schema", "extra"}
    assert {each.name for each in fields(Settings)} >= NAMES


def test_a_call_takes_the_settings_of_a_facade() -> None:
    """A call adds the temperature, which a facade takes by position, and a timeout, which is the connection's there."""
    assert {"temperature", "timeout"} == NAMES - KEYWORDS
    assert {"temperature", "timeout"} <= signature(ChatModel).parameters.keys()


def test_the_options_of_the_facades_have_every_setting() -> None:
    """The types of the generated overloads miss none."""
    assert get_type_hints(CommonOptions).keys() | get_type_hints(ModelOptions).keys() >= NAMES


def test_the_settings_of_containers_have_every_setting() -> None:
    """The generated fields are the keyword settings, no more and no fewer."""
    assert GenerationFields.model_fields.keys() == KEYWORDS


@pytest.mark.parametrize(
    "container", [AnthropicContainer, BedrockContainer, GroqContainer, OllamaContainer, OpenAIContainer]
)
def test_the_factory_of_a_container_passes_every_setting(
    container: type[AnthropicContainer | BedrockContainer | GroqContainer | OllamaContainer | OpenAIContainer],
) -> None:
    """Each setting of the container reaches the constructor of the facade, and `extra` does."""
    assert container.llm.kwargs.keys() >= KEYWORDS | {"temperature", "extra"}


@every_facade
def test_the_docstring_of_a_facade_names_every_setting(facade: type[Facade]) -> None:
    """Each setting is described, or named among those that no API of the provider accepts; never both."""
    refused = set.intersection(*not_accepted(facade).values())
    assert described(facade) | refused >= NAMES
    assert not described(facade) & refused


@every_facade
def test_the_docstring_describes_what_is_accepted(facade: type[Facade]) -> None:
    """What each API accepts is what its formatter declares, and all that it does not accept is named."""
    apis = facade.definition.apis
    assert not_accepted(facade) == {name: KEYWORDS - api.settings for name, api in apis.items()}
    assert KEYWORDS & described(facade) == KEYWORDS & {name for api in apis.values() for name in api.settings}


@pytest.mark.parametrize(("provider", "api"), APIS)
def test_an_api_accepts_settings_that_exist(provider: Provider, api: Api) -> None:
    """No provider declares a misspelt setting; what the engine handles itself is not declared."""
    assert api.settings <= {each.name for each in fields(Settings)} - {"extra", "foreign", "timeout"}, provider.name
