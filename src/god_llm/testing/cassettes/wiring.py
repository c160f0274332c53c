"""A cassette in the place of a container's connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import PROVIDERS
from god_llm.protocols import DualTransport
from god_llm.testing.cassettes.cassette import Cassette
from god_llm.testing.cassettes.transports import RecordingTransport, ReplayTransport

if TYPE_CHECKING:
    from dependency_injector import providers

    from god_llm.containers import (
        AnthropicContainer,
        BedrockContainer,
        GroqContainer,
        LLMContainer,
        OllamaContainer,
        OpenAIContainer,
    )

    Wired: TypeAlias = (
        LLMContainer
        | AnthropicContainer
        | BedrockContainer
        | GroqContainer
        | OllamaContainer
        | OpenAIContainer
        | providers.Container[LLMContainer]
        | providers.Container[AnthropicContainer]
        | providers.Container[BedrockContainer]
        | providers.Container[GroqContainer]
        | providers.Container[OllamaContainer]
        | providers.Container[OpenAIContainer]
    )

__all__ = ["wire_cassette"]


def wire_cassette(container: Wired, cassette: Cassette) -> None:
    """Let a container's models answer from the cassette, or record on it, as its mode says.

    All five transports of an `LLMContainer` are overridden, or the one of a provider's container; it may be embedded
    in another one. To record, the container's own transports are used, with its settings and keys, and with retries
    below the cassette.
    """
    # By their attributes: an instance of a declared container is of another class.
    parts = [getattr(container, name) for name in PROVIDERS if hasattr(container, name)] or [container]
    for part in parts:
        _wire(part.transport, cassette)


def _wire(transport: providers.Callable[DualTransport[JsonObject]], cassette: Cassette) -> None:
    from dependency_injector.providers import Callable, Object, ThreadSafeSingleton

    if not cassette.records:
        transport.override(Object(ReplayTransport(cassette)))
        return
    # An override can't ask what it overrides: a twin of it does.
    twin = Callable(transport.provides, *transport.args, **transport.kwargs)
    transport.override(ThreadSafeSingleton(RecordingTransport, twin, cassette))
