"""Which providers there are. Names only: a provider is imported when its facade is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final, Unpack, cast, overload

from god_llm.domain.exceptions import ConfigurationError, UnknownModelError, UnknownProviderError
from god_llm.domain.models import Catalogue, CustomModel
from god_llm.domain.providers import PROVIDERS
from god_llm.engine.base import BaseLLM

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

    from god_llm.engine.options import CommonOptions, ModelOptions
    from god_llm.plugins.anthropic.chat import AnthropicOptions, ChatAnthropic
    from god_llm.plugins.bedrock.chat import BedrockOptions, ChatBedrock
    from god_llm.plugins.blame import Blamed, Unasked
    from god_llm.plugins.groq.chat import ChatGroq, GroqOptions
    from god_llm.plugins.model_ids import (
        AnthropicModelId,
        BedrockModelId,
        GroqModelId,
        ModelId,
        OllamaModelId,
        OpenAIModelId,
    )
    from god_llm.plugins.ollama.chat import ChatOllama, OllamaOptions
    from god_llm.plugins.openai.chat import ChatCompletionsOptions, ChatOpenAI, ResponsesOptions

    # What may be passed beside a full name, whatever the model.
    class _Anthropic(AnthropicOptions, ModelOptions): ...

    class _Bedrock(BedrockOptions, ModelOptions): ...

    class _Groq(GroqOptions, ModelOptions): ...

    class _Ollama(OllamaOptions, ModelOptions): ...

    class _OpenAIResponses(ResponsesOptions, ModelOptions): ...

    class _OpenAIChat(ChatCompletionsOptions, ModelOptions): ...

    class _Listed(CommonOptions, ModelOptions): ...


__all__ = ["ENTRY_POINTS", "catalogue", "chat_model", "facade", "model_id", "providers"]

ENTRY_POINTS: Final = "god_llm.providers"
"""The entry point group in which another package names its facade: `my_name = "my_package:ChatMine"`."""

_BUILT_IN: Final[Mapping[str, str]] = {
    "anthropic": "god_llm.plugins.anthropic:ChatAnthropic",
    "bedrock": "god_llm.plugins.bedrock:ChatBedrock",
    "groq": "god_llm.plugins.groq:ChatGroq",
    "ollama": "god_llm.plugins.ollama:ChatOllama",
    "openai": "god_llm.plugins.openai:ChatOpenAI",
}


def providers() -> list[str]:
    """The names of all providers that are installed, built in or brought by other packages."""
    return sorted({*_BUILT_IN, *(entry.name for entry in _brought())})


def facade(provider: str) -> type[BaseLLM]:
    """The facade class of a provider.

    Raises:
        UnknownProviderError: no provider of this name is installed.
        ConfigurationError: the package that brings it names something that is not a `BaseLLM`.
    """
    found = _loaded(provider)
    if not (isinstance(found, type) and issubclass(found, BaseLLM)):
        raise ConfigurationError(f"the entry point of {provider!r} names {found!r}, which is no BaseLLM class")
    return found


@overload
def chat_model(name: AnthropicModelId, **options: Unpack[_Anthropic]) -> ChatAnthropic: ...
@overload
def chat_model(name: BedrockModelId, **options: Unpack[_Bedrock]) -> ChatBedrock: ...
@overload
def chat_model(name: GroqModelId, **options: Unpack[_Groq]) -> ChatGroq: ...
@overload
def chat_model(name: OllamaModelId, **options: Unpack[_Ollama]) -> ChatOllama: ...
@overload
def chat_model(name: OpenAIModelId, **options: Unpack[_OpenAIResponses]) -> ChatOpenAI: ...
@overload
def chat_model(name: OpenAIModelId, **options: Unpack[_OpenAIChat]) -> ChatOpenAI: ...
@overload
def chat_model(name: ModelId, **options: Unpack[_Listed]) -> BaseLLM: ...
@overload
def chat_model(name: CustomModel, **options: object) -> BaseLLM: ...
@overload
def chat_model(name: Blamed, **options: Unasked) -> BaseLLM: ...
def chat_model(name: str | Blamed, **options: object) -> BaseLLM:
    """A model by its full name: `chat_model("openai:gpt-5.5")`.

    Args:
        name: provider and model, with a colon between. For a name that is not known before run time there is
            `model_id`; one that is not listed, or whose provider another package brings, is a `CustomModel`.
        **options: the facade's own arguments.

    Raises:
        UnknownProviderError, UnknownModelError: there is none of this name.
    """
    provider, model = _split(str(name))
    if isinstance(name, CustomModel) and provider in PROVIDERS:
        model = CustomModel(model)
    # A call by configuration: the facade checks the names and types of its arguments itself.
    return facade(provider)(model, **options)  # type: ignore[arg-type]  # as said


def model_id(name: str) -> ModelId:
    """A full name that comes from a configuration, held against the catalogues: `chat_model(model_id(name))`.

    Raises:
        UnknownProviderError, UnknownModelError: there is none of this name; the message has the nearest ones.
    """
    provider, model = _split(name)
    if provider not in PROVIDERS:
        raise UnknownProviderError(f"there is no provider {provider!r}; there are {', '.join(PROVIDERS)}")
    catalogue(provider).check(model)
    # `ModelId` is written from the catalogue that was just asked.
    return cast("ModelId", name)


def catalogue(provider: str) -> Catalogue:
    """The models of a built-in provider."""
    found = import_module(f"god_llm.plugins.{provider}.models").CATALOGUE
    assert isinstance(found, Catalogue)
    return found


def _split(name: str) -> tuple[str, str]:
    provider, colon, model = name.partition(":")
    if not colon or not model:
        raise UnknownModelError(f"{name!r} is not a full name: write provider:model, as in 'openai:gpt-5.5'")
    return provider, model


def _loaded(provider: str) -> object:
    if provider in _BUILT_IN:
        module, _, name = _BUILT_IN[provider].partition(":")
        return getattr(import_module(module), name)
    for entry in _brought():
        if entry.name == provider:
            return entry.load()
    raise UnknownProviderError(f"there is no provider {provider!r}; there are {', '.join(providers())}")


def _brought() -> EntryPoints:
    """The providers that other packages bring."""
    from importlib.metadata import entry_points  # 30 ms that a built-in provider need not cost

    return entry_points(group=ENTRY_POINTS)
