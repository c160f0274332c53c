"""The keyword options that every facade has, apart from those that depend on the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from typing_extensions import TypedDict, TypeVar

from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import AsyncTransport, AuthSource, PromptFormatter, ResponseNormaliser, Transport

__all__ = ["ChatOptions", "CommonOptions", "ModelOptions"]

RequestT = TypeVar("RequestT", default=JsonObject)


class CommonOptions(TypedDict, total=False):
    """What may be passed to any facade, whatever the provider and the model; see `ChatModel`."""

    max_tokens: int | None
    """The most tokens of an answer, its reasoning included."""
    stop: str | Sequence[str] | None
    """Texts at which the model stops."""
    seed: int | None
    """A seed for sampling, where the provider has one."""
    timeout: float | None
    """Seconds without a sign of life from the service."""
    max_retries: int
    """Tries after the first one."""
    base_url: str | None
    """Of the service."""
    auth: AuthSource | None
    normaliser: ResponseNormaliser | None
    ids: IdSource | None
    """Where the ids of messages come from."""
    clock: Clock | None
    """Where their times come from."""


class ChatOptions(CommonOptions, Generic[RequestT], total=False):
    """The same, and the parts that know the provider's requests."""

    transport: Transport[RequestT] | None
    async_transport: AsyncTransport[RequestT] | None
    formatter: PromptFormatter[RequestT] | None


class ModelOptions(TypedDict, total=False):
    """What may be passed to a facade where the model takes it."""

    api_key: str | None
    temperature: float | None
    """Sampling temperature; None leaves it to the provider."""
    top_p: float | None
    """Nucleus sampling."""
    reasoning: ReasoningEffort | None
    """How much to reason."""
