"""Assembly of a facade's parts: check its options, connect its API, wrap its pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from typing_extensions import TypeVar

from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.base import BaseLLM
from god_llm.engine.pipeline import Pipeline, Transports
from god_llm.http.options import ConnectionOptions
from god_llm.protocols import AuthSource, LanguageModel, Middleware, PromptFormatter, ResponseNormaliser
from god_llm.transports.retrying import retrying

if TYPE_CHECKING:
    from god_llm.engine.provider import Api, Provider

__all__ = ["DEFAULT_RETRIES", "connect", "definition_of", "make_pipeline", "refuse_ignored", "wrap"]

RequestT = TypeVar("RequestT", bound=JsonObject, default=JsonObject)

DEFAULT_RETRIES: Final = 2
"""Attempts after the first one, where `max_retries` is None."""


def definition_of(facade: type[BaseLLM]) -> Provider:
    """The provider of a facade class.

    Raises:
        ConfigurationError: the class names none.
    """
    provider: Provider | None = getattr(facade, "definition", None)
    if provider is None:
        raise ConfigurationError(f"{facade.__name__} names no provider: set `definition = Provider(...)` in the class")
    return provider


def connect(api: Api, auth: AuthSource, options: ConnectionOptions, max_retries: int | None) -> Transports[RequestT]:
    """Make the API's own transport, with retries, for sync and async calls."""
    connection = api.connect(None if options.has_client else auth, options)
    real = retrying(connection, DEFAULT_RETRIES if max_retries is None else max_retries, timeout=options.timeout)
    return Transports(real, real)


def wrap(model: LanguageModel, middleware: Sequence[Middleware]) -> LanguageModel:
    """Wrap the model in all middleware, the first one outermost."""
    if not isinstance(middleware, Iterable):
        raise ConfigurationError("middleware= takes a list, as in middleware=[Logged]")
    for each in reversed(middleware):
        model = each(model)
    return model


def make_pipeline(
    api: Api,
    formatter: PromptFormatter[RequestT] | None,
    normaliser: ResponseNormaliser | None,
    transports: Transports[RequestT],
) -> Pipeline[RequestT]:
    """The API's pipeline, with injected parts in place of its own."""
    # The API's own formatter writes the requests that its transports carry.
    own = cast("PromptFormatter[RequestT]", api.formatter()) if formatter is None else formatter
    return Pipeline(
        own,
        api.normaliser() if normaliser is None else normaliser,
        transports,
        settings=api.settings,
        extra=api.extra,
        history=api.history,
    )


def refuse_ignored(
    provider: Provider, options: ConnectionOptions, max_retries: int | None, *, injected: bool, keyed: bool
) -> None:
    """Refuse options that would have no effect.

    Raises:
        ConfigurationError: an option of another provider, or one that an injected transport or client replaces.
    """
    given = [*options.given(), *([] if max_retries is None else ["max_retries"])]
    foreign = {"region", "max_concurrency"}.difference(provider.own_options).intersection(given)
    if foreign:
        raise InvalidSettingError(f"{provider.title} has no {_named(foreign)}; leave it out", provider=provider.name)
    if injected and given:
        raise ConfigurationError(
            f"{_named(given)} would have no effect beside an injected transport; set it where the transport is made",
            provider=provider.name,
        )
    if keyed and options.has_client:
        raise ConfigurationError(
            "api_key= and auth= would have no effect beside client=: the client signs its own requests",
            provider=provider.name,
        )


def _named(names: Sequence[str] | set[str]) -> str:
    return ", ".join(f"{name}=" for name in sorted(names))
