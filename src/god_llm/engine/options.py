"""The keyword arguments of facades as types, for the overloads of the generated facades."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, TypedDict

from pydantic import SecretStr
from typing_extensions import TypeVar

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import ModelIndependentSettings
from god_llm.domain.timeouts import Timeouts
from god_llm.protocols import AsyncTransport, AuthSource, Middleware, PromptFormatter, ResponseNormaliser, Transport

__all__ = ["ChatOptions", "CommonOptions", "ModelOptions", "PartOptions"]

RequestT = TypeVar("RequestT", default=JsonObject)


class PartOptions(TypedDict, total=False):
    """The keyword arguments of every facade that are no settings, and are the same for all providers."""

    timeout: float | Timeouts | None
    """Seconds to wait for the next event, or all limits as `Timeouts`; None is `Timeouts()`."""
    max_retries: int | None
    """Attempts after the first one; None means 2."""
    base_url: str | None
    """Of the service; None leaves it to the SDK."""
    headers: Mapping[str, str | SecretStr] | None
    """Further headers of every request."""
    query: Mapping[str, str | SecretStr] | None
    """Query parameters of every request."""
    auth: AuthSource | None
    """The auth source."""
    normaliser: ResponseNormaliser | None
    """The response normaliser."""
    middleware: Sequence[Middleware]
    """Wrappers of the language model, the outermost first."""
    ids: IdSource | None
    """The source of message ids."""
    clock: Clock | None
    """The source of message times."""


class CommonOptions(PartOptions, ModelIndependentSettings, total=False):
    """The keyword arguments of every facade that depend neither on the provider nor on the model."""


class ChatOptions(PartOptions, Generic[RequestT], total=False):
    """`PartOptions`, and the parts that depend on the type of a provider's requests."""

    transport: Transport[RequestT] | None
    """The transport of sync calls, and of async calls if it fits both sockets."""
    async_transport: AsyncTransport[RequestT] | None
    """The transport of async calls."""
    formatter: PromptFormatter[RequestT] | None
    """The prompt formatter."""


class ModelOptions(TypedDict, total=False):
    """The keyword arguments of a facade whose type depends on the model."""

    api_key: str | None
    """The API key."""
    temperature: float | None
    """Sampling temperature; None leaves it to the provider."""
    top_p: float | None
    """Nucleus sampling."""
    reasoning: ReasoningEffort | None
    """How much to reason."""
