"""Factories of the containers' parts that depend on settings and overrides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from dependency_injector.providers import Provider as DIProvider
from pydantic import SecretStr

from god_llm.auth import AWSAuth, EnvironmentAuth, StaticAuth
from god_llm.auth.missing_key import missing_key
from god_llm.containers.settings import BedrockSettings, ProviderSettings
from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import CustomProvider, LLMProviderType
from god_llm.engine.provider import Provider
from god_llm.http.closing import close_part
from god_llm.protocols import AsyncTransport, AuthSource, DualTransport, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.retrying import retrying

__all__ = [
    "Wrapper",
    "as_it_is",
    "async_side",
    "auth_of",
    "aws_auth",
    "closed_at_shutdown",
    "configured",
    "connected",
    "formatter_of",
    "kept",
    "normaliser_of",
    "wrapped_async",
    "wrapped_sync",
]

PartT = TypeVar("PartT")
RequestT = TypeVar("RequestT")

Wrapper: TypeAlias = Callable[[Any], Any]  # Any: it takes and returns whatever transport is in force
"""Wraps the transport in force: a cassette's `RecordingTransport`, for example."""


class KeyedSettings(Protocol):
    """Settings with an API key."""

    @property
    def api_key(self) -> SecretStr | None:
        """The key, or None."""
        ...


def as_it_is(part: PartT) -> PartT:
    """The part itself."""
    return part


def auth_of(provider: LLMProviderType, settings: KeyedSettings, keys: AuthSource) -> AuthSource:
    """The key in the settings; without one, the source that is asked at every request.

    The key of a server that speaks the provider's API is kept under the server's name.
    """
    server: str | None = getattr(settings, "server", None)
    owner = provider if server is None else CustomProvider(server)
    return keys if settings.api_key is None else StaticAuth({owner: settings.api_key})


def aws_auth(settings: BedrockSettings) -> AWSAuth:
    """The credentials in the settings; without any, AWS's own chain decides."""
    return settings.aws_auth()


def connected(
    provider: Provider,
    settings: ProviderSettings,
    auth: AuthSource,
    api: str | None,
    client: object,
    async_client: object,
    server: str | None = None,
) -> DualTransport[JsonObject]:
    """The provider's own transport, with retries.

    Raises:
        MissingAPIKeyError: it needs a key, and the environment has none.
        ConfigurationError: a setting has no effect beside a client.
    """
    served = provider.served(api, server)
    options = served.reached(settings.connection_options(client, async_client))
    if options.has_client:
        _refuse_credentials(provider, settings)
    chosen = served.api
    if isinstance(auth, EnvironmentAuth) and chosen.needs_key(options) and auth.get_key(served.name) is None:
        raise missing_key(served.name)
    return retrying(chosen.connect(None if options.has_client else auth, options), settings.max_retries)


def formatter_of(provider: Provider, api: str | None, server: str | None) -> PromptFormatter[JsonObject]:
    """The formatter of an API, or of a server that speaks it."""
    return provider.served(api, server).api.formatter()


def normaliser_of(provider: Provider, api: str | None, server: str | None) -> ResponseNormaliser:
    """The normaliser of an API, or of a server that speaks it."""
    return provider.served(api, server).api.normaliser()


_CREDENTIALS: Final = ("api_key", "profile", "role_arn", "access_key_id", "secret_access_key", "session_token")


def _refuse_credentials(provider: Provider, settings: ProviderSettings) -> None:
    for name in _CREDENTIALS:
        if getattr(settings, name, None) is not None:
            raise ConfigurationError(
                f"{type(settings).__name__}.{name}= would have no effect beside a client, which signs its own"
                " requests; leave one of them out",
                provider=provider.name,
            )


def closed_at_shutdown() -> Iterator[list[object]]:
    """A list of parts, as a resource: `container.shutdown_resources()` closes their sync connections."""
    parts: list[object] = []
    yield parts
    for part in parts:
        close_part(part)


def kept(parts: list[object], part: PartT) -> PartT:
    """The part, added to the list of parts to close."""
    if not any(known is part for known in parts):
        parts.append(part)
    return part


def configured(value: object) -> Any:  # Any: see the docstring
    """Opt out of static checking: the value comes from the environment, and the facade checks it at run time.

    A model that is one of many may be one that takes no temperature, so that `settings.provided.model` and
    `settings.provided.temperature` don't go together for a type checker.
    """
    return value


def async_side(transport: object) -> AsyncTransport[JsonObject] | None:
    """The transport, if it serves async calls too; the facade refuses async calls if it is None."""
    return transport if isinstance(transport, AsyncTransport) else None


def wrapped_sync(
    transport: DIProvider[Transport[RequestT]],
    async_transport: DIProvider[AsyncTransport[RequestT] | None],
    wrapper: Wrapper,
) -> Transport[RequestT] | None:
    """The sync transport in force, wrapped; None if only the async one was overridden.

    A sync call must then fail rather than reach the real service.
    """
    if _is_replaced(async_transport, async_side) and not _is_replaced(transport, as_it_is):
        return None
    wrapped: Transport[RequestT] = wrapper(transport())
    return wrapped


def _is_replaced(part: DIProvider[PartT], default: object) -> bool:
    """True if a part is overridden, or declared anew in a copied container; by default it calls `default`."""
    return part.last_overriding is not None or getattr(part, "provides", None) is not default


def wrapped_async(
    async_transport: AsyncTransport[RequestT] | None, wrapper: Wrapper
) -> AsyncTransport[RequestT] | None:
    """The async transport in force, wrapped; None if there is none."""
    if async_transport is None:
        return None
    wrapped: AsyncTransport[RequestT] = wrapper(async_transport)
    return wrapped
