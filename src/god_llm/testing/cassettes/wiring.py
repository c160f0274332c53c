"""A cassette in the place of a container's connections."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from god_llm.domain.providers import PROVIDERS
from god_llm.testing.cassettes.cassette import Cassette
from god_llm.testing.cassettes.transports import RecordingTransport, ReplayTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
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
        async_transport: providers.Provider[Any]  # Any: the same
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


def wire_cassette(container: Wired, cassette: Cassette) -> ExitStack:
    """Let a container's models answer from the cassette, or record on it, as its mode says.

    All five transports of an `LLMContainer` are replaced, or the one of a provider's container; it may be embedded
    in another one. A recording cassette wraps the transport in force: the container's own connection with its
    settings, keys and retries, or the transport that overrides it. A `transport_wrapper` of the application's stays
    around what is recorded or replayed.

    Returns:
        A context manager that undoes the overrides: `with wire_cassette(container, cassette): ...`. Without `with`,
        they stay.
    """
    undo = ExitStack()
    # By their attributes: an instance of a declared container is of another class.
    parts = [getattr(container, name) for name in PROVIDERS if hasattr(container, name)] or [container]
    for part in parts:
        for override in _overrides(part, cassette):
            undo.enter_context(override)
    return undo


@dataclass(frozen=True)
class _Recorder:
    """Wraps a transport in force to record it, below what wrapped it before: a replay is at the same place."""

    cassette: Cassette
    outer: Callable[[Any], Any]  # Any: it takes and returns whatever transport is in force

    def __call__(self, transport: Any) -> Any:  # Any: the same
        return self.outer(RecordingTransport(transport, self.cassette))


def _overrides(container: _Container, cassette: Cassette) -> Iterator[AbstractContextManager[object]]:
    """The overrides of one provider's container, each of which ends with its context."""
    from dependency_injector.providers import Object

    wrapper = container.transport_wrapper()
    outer = wrapper.outer if isinstance(wrapper, _Recorder) else wrapper
    if cassette.records:
        yield container.transport_wrapper.override(Object(_Recorder(cassette, outer)))
        return
    if outer is not wrapper:
        yield container.transport_wrapper.override(Object(outer))
    replay = Object(ReplayTransport(cassette))
    yield container.transport.override(replay)
    yield container.async_transport.override(replay)
