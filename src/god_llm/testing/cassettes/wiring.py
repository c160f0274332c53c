"""A cassette in the place of a container's connections."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from god_llm.domain.providers import PROVIDERS
from god_llm.testing.cassettes.cassette import Cassette
from god_llm.testing.cassettes.transports import RecordingTransport, ReplayTransport

if TYPE_CHECKING:
    from typing import Any, Protocol

    from dependency_injector import providers

    from god_llm.containers import (
        AnthropicContainer,
        BedrockContainer,
        GroqContainer,
        LLMContainer,
        OllamaContainer,
        OpenAIContainer,
    )

    class _Container(Protocol):
        transport: providers.Provider[Any]  # Any: of whatever requests the provider has
        transport_wrapper: providers.Provider[Any]  # Any: the same

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

    All five transports of an `LLMContainer` are replaced, or the one of a provider's container; it may be embedded
    in another one. A recording cassette wraps the transport in force: the container's own connection with its
    settings, keys and retries, or the transport that overrides it.
    """
    # By their attributes: an instance of a declared container is of another class.
    parts = [getattr(container, name) for name in PROVIDERS if hasattr(container, name)] or [container]
    for part in parts:
        _wire(part, cassette)


def _wire(container: _Container, cassette: Cassette) -> None:
    from dependency_injector.providers import Object

    if cassette.records:
        container.transport_wrapper.override(Object(partial(RecordingTransport, cassette=cassette)))
    else:
        container.transport.override(Object(ReplayTransport(cassette)))
