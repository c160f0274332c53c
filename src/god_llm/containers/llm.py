"""All providers in one container."""

from __future__ import annotations

from typing import TypeVar

from dependency_injector import containers, providers
from dependency_injector.providers import Provider

from god_llm.auth import EnvironmentAuth
from god_llm.containers.providers import (
    AnthropicContainer,
    BedrockContainer,
    GroqContainer,
    OllamaContainer,
    OpenAIContainer,
)
from god_llm.domain.identity import Clock, IdSource, new_id, utc_now
from god_llm.protocols import AuthSource

__all__ = ["LLMContainer"]

ContainerT = TypeVar("ContainerT", bound=containers.DeclarativeContainer)


def _embedded(kind: type[ContainerT], **shared: object) -> ContainerT:
    """A container inside another one, typed as what it holds: `providers.Container` hands every attribute on."""
    return providers.Container(kind, **shared)  # type: ignore[return-value]  # as said


class LLMContainer(containers.DeclarativeContainer):
    """The five providers, with one source of keys, one source of ids and one clock.

    `container.anthropic.llm()` is a model; the settings of a provider are read when it is first used, so those
    of the others need not be there. Overriding `keys`, `ids` or `clock` here holds for all providers; Bedrock
    signs with AWS's credentials and asks no `keys`.
    """

    keys: Provider[AuthSource] = providers.ThreadSafeSingleton(EnvironmentAuth)
    ids: Provider[IdSource] = providers.Object(new_id)
    clock: Provider[Clock] = providers.Object(utc_now)
    anthropic: AnthropicContainer = _embedded(AnthropicContainer, keys=keys, ids=ids, clock=clock)
    bedrock: BedrockContainer = _embedded(BedrockContainer, ids=ids, clock=clock)
    groq: GroqContainer = _embedded(GroqContainer, keys=keys, ids=ids, clock=clock)
    ollama: OllamaContainer = _embedded(OllamaContainer, keys=keys, ids=ids, clock=clock)
    openai: OpenAIContainer = _embedded(OpenAIContainer, keys=keys, ids=ids, clock=clock)
