"""How the containers make the parts that settings and overrides decide about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from dependency_injector.providers import Provider

from god_llm.auth import AWSAuth, EnvironmentAuth, StaticAuth
from god_llm.auth.missing_key import missing_key
from god_llm.containers.settings import (
    AnthropicSettings,
    BedrockSettings,
    GroqSettings,
    OllamaSettings,
    OpenAISettings,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import KEYLESS, LLMProviderType
from god_llm.http.closing import close_part
from god_llm.protocols import AsyncTransport, AuthSource, Transport

__all__ = ["async_side", "auth_of", "aws_auth", "closed_at_shutdown", "configured", "kept", "sync_side"]

PartT = TypeVar("PartT")
RequestT = TypeVar("RequestT")

KeyedSettings = AnthropicSettings | GroqSettings | OllamaSettings | OpenAISettings


def auth_of(provider: LLMProviderType, settings: KeyedSettings, keys: AuthSource) -> AuthSource:
    """The key in the settings; where they have none, the source that is asked at every request."""
    return keys if settings.api_key is None else StaticAuth({provider: settings.api_key})


def aws_auth(settings: BedrockSettings) -> AWSAuth:
    """The credentials in the settings; where they have none, AWS's own chain decides."""
    return settings.aws_auth()


def closed_at_shutdown() -> Iterator[list[object]]:
    """A list of parts, as a resource: `container.shutdown_resources()` closes their sync connections."""
    parts: list[object] = []
    yield parts
    for part in parts:
        close_part(part)


def kept(parts: list[object], part: PartT) -> PartT:
    """The part, entered in the list of those to close."""
    if not any(known is part for known in parts):
        parts.append(part)
    return part


def configured(value: object) -> Any:  # Any: as said
    """What settings say of a model and of what it takes: Any to a type checker, checked when the facade is made.

    A model that is one of many may be one that takes no temperature, so that `settings.provided.model` and
    `settings.provided.temperature` don't go together for a type checker.
    """
    return value


def async_side(transport: object) -> AsyncTransport[JsonObject] | None:
    """The transport, if it serves async calls too; the facade refuses async calls where there is None."""
    return transport if isinstance(transport, AsyncTransport) else None


def sync_side(
    provider: LLMProviderType,
    transport: Provider[Transport[RequestT]],
    async_transport: Provider[AsyncTransport[RequestT] | None],
    auth: AuthSource,
) -> Transport[RequestT] | None:
    """The transport for sync calls; None where only the async one was replaced, whose double it must not bypass.

    Raises:
        MissingAPIKeyError: a real connection would need a key, and the environment has none.
    """
    if transport.last_overriding is None:
        if async_transport.last_overriding is not None:
            return None
        if isinstance(auth, EnvironmentAuth) and provider not in KEYLESS and auth.get_key(provider) is None:
            raise missing_key(provider)
    return transport()
