"""The facade of a provider that is made of parts: merge the settings, make a `Call`, sign the answer."""

from __future__ import annotations

import copy
import time
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final, Generic, Never, Self, Unpack, cast

from pydantic import SecretStr
from typing_extensions import TypeVar, override

from god_llm.domain.call import Call
from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    NotFoundError,
    UnsupportedParameterError,
)
from god_llm.domain.facts import ModelFacts
from god_llm.domain.identity import Clock, IdSource, new_id, utc_now
from god_llm.domain.messages import AIMessage, ModelT, Prompt
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import (
    DEFAULT_TEMPERATURE,
    DefaultTemperature,
    GenerationSettings,
    KeywordSettings,
    Settings,
)
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.domain.timeouts import Timeouts
from god_llm.engine.option_checks import check_api, check_options, checked_time
from god_llm.engine.pipeline import Transports
from god_llm.engine.prompts import messages_of
from god_llm.engine.retirement import warn_of_retirement
from god_llm.engine.signing import CallRecord, lost, signed, unsent
from god_llm.engine.structured_calls import StructuredCalls
from god_llm.engine.wiring import connect, definition_of, make_pipeline, refuse_ignored, wrap
from god_llm.http.closing import aclose_part, close_part
from god_llm.http.options import ConnectionOptions
from god_llm.protocols import (
    AsyncTransport,
    AuthSource,
    Middleware,
    PromptFormatter,
    ResponseNormaliser,
    Transport,
)

if TYPE_CHECKING:
    # Loaded with the first stream, the first tool or the first extra: a plain answer needs none of them.
    from god_llm.domain.deltas import Delta
    from god_llm.domain.extra import CustomExtra
    from god_llm.domain.tools import ToolChoice, ToolSource
    from god_llm.engine.collector import Collector
    from god_llm.engine.provider import Provider
    from god_llm.engine.structured import Plan

__all__ = ["ChatModel"]

# Covariant, so that a function that takes any `ChatModel[str]` takes every facade: whoever sends a request to its
# `transport` by hand must have it from its `formatter`.
RequestT = TypeVar("RequestT", bound=JsonObject, default=JsonObject, covariant=True)  # noqa: PLC0105 - a public name
# Contravariant, and by default nothing fits: a function that takes any `ChatModel[str]` takes every facade.
ExtraT = TypeVar("ExtraT", bound=JsonObject, default=Never, contravariant=True)  # noqa: PLC0105 - a public name
ValueT = TypeVar("ValueT")


_FIXED: Final = {
    "model_name": "make another facade",
    "api": "make another facade",
    "temperature": "use configured(temperature=...), or pass it with the call",
}
"""Attribute of a facade that calls would use only in part if it changed -> what to do instead."""


class ChatModel(StructuredCalls[ModelT, ExtraT], Generic[ModelT, RequestT, ExtraT]):
    """A provider made of parts; each part can be injected.

    A subclass sets `definition`, and inherits this constructor.

    Args:
        model_name: a name of the catalogue, or a `CustomModel`.
        temperature: None leaves it to the provider; the default is sent only to models known to take it, and never
            beside a `top_p`.
        api_key: by default the provider's environment variable.
        extra: request parameters that only this provider has, merged into every request.
        api: which of the provider's APIs to use, where it has several.
        server: OpenAI alone: a server that speaks its chat completions, by name or as a `Server`.
        timeout: seconds to wait for the next event, or all limits as `Timeouts`; None is `Timeouts()`.
        max_retries: attempts after the first one, by default 2; see `RetryingTransport`.
        base_url: of the service. At an address that is not the provider's own, no key is needed, and none from the
            environment is sent.
        headers, query: sent with every request; secrets as `SecretStr`.
        client, async_client: an SDK client of your own, or a function that makes one; it brings its own authentication,
            base URL and timeout.
        region, max_concurrency: Bedrock alone: the AWS region, and how many async calls run at a time.
        auth, formatter, normaliser: parts in place of the provider's own.
        transport, async_transport: transports in place of the provider's own, without retries. One that fits both
            sockets serves both kinds of calls; the other kind is refused otherwise, and never reaches the real service.
        middleware: wrappers of the language model, the outermost first.
        ids, clock: the sources of message ids and times.
        **settings: see `KeywordSettings`.

    Raises:
        UnknownModelError, InvalidSettingError, UnsupportedParameterError: a model or a setting can't be used.
        MissingAPIKeyError: the provider needs a key and there is none.
        ConfigurationError: an option has no effect beside an injected part.
    """

    definition: ClassVar[Provider]
    """The provider; set by each subclass."""

    def __init__(
        self,
        model_name: ModelT,
        temperature: float | None = DEFAULT_TEMPERATURE,
        api_key: str | None = None,
        *,
        extra: ExtraT | CustomExtra | None = None,
        api: str | None = None,
        server: object = None,
        timeout: float | Timeouts | None = None,
        max_retries: int | None = None,
        base_url: str | None = None,
        headers: Mapping[str, str | SecretStr] | None = None,
        query: Mapping[str, str | SecretStr] | None = None,
        client: object = None,
        async_client: object = None,
        region: str | None = None,
        max_concurrency: int | None = None,
        auth: AuthSource | None = None,
        transport: Transport[RequestT] | None = None,
        async_transport: AsyncTransport[RequestT] | None = None,
        formatter: PromptFormatter[RequestT] | None = None,
        normaliser: ResponseNormaliser | None = None,
        middleware: Sequence[Middleware] = (),
        ids: IdSource | None = None,
        clock: Clock | None = None,
        **settings: Unpack[KeywordSettings],
    ) -> None:
        provider = definition_of(type(self))
        check_options(
            provider,
            model_name,
            {
                "api_key": api_key,
                "headers": headers,
                "query": query,
                "region": region,
                "auth": auth,
                "transport": transport,
                "async_transport": async_transport,
                "formatter": formatter,
                "normaliser": normaliser,
                "middleware": middleware,
                "ids": ids,
                "clock": clock,
            },
        )
        provider.catalogue.check(model_name)
        options = ConnectionOptions(
            base_url=base_url,
            timeout=timeout,
            headers=headers or {},
            query=query or {},
            client=client,
            async_client=async_client,
            region=region,
            max_concurrency=max_concurrency,
        )
        served = provider.served(api, server)
        chosen = served.api
        facts = provider.catalogue.facts(model_name)
        check_api(provider, served.api_name, model_name, facts, {"formatter": formatter, "normaliser": normaliser})
        self._api: str = served.api_name
        self._has_catalogue = served.own
        injected = transport is not None or async_transport is not None
        keyed = api_key is not None or auth is not None
        refuse_ignored(provider, options, max_retries, injected=injected, keyed=keyed)
        if not injected:
            options = served.reached(options)
        needs_key = provider.needs_key and auth is None and not injected and chosen.needs_key(options)
        super().__init__(served.name, api_key, auth=auth, key_required=needs_key)
        self._model_name: ModelT = model_name
        self._temperature: float | None = temperature if "temperature" in chosen.settings else _chosen(temperature)
        self._ids = new_id if ids is None else ids
        self._clock = utc_now if clock is None else clock
        self._rules = chosen.extra
        transports: Transports[RequestT] = (
            Transports.injected(transport, async_transport)
            if injected
            else connect(chosen, self.auth, options, max_retries)
        )
        self._pipeline = make_pipeline(chosen, formatter, normaliser, transports)
        self._model = wrap(self._pipeline, middleware)
        given = Settings(temperature=self.temperature).updated(settings)
        self._settings = self._resolved(self._with_extra(given, extra))
        warn_of_retirement(self.provider, model_name, facts, checked_time(self._clock()).date())

    # -- what it is made of, which never changes ------------------------------------------------------------

    @property
    @override
    def model_name(self) -> ModelT:
        """The model's name."""
        return self._model_name

    @property
    @override
    def temperature(self) -> float | None:
        """The temperature that was chosen; None if none was."""
        return self._temperature

    @property
    @override
    def api(self) -> str:
        """The name of the API, where the provider has several."""
        return self._api

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: object) -> None:
            if name in _FIXED:
                raise ConfigurationError(f"{name} can't be changed: {_FIXED[name]}", provider=self.provider)
            super().__setattr__(name, value)

    # -- the parts --------------------------------------------------------------------------------------

    @property
    def transport(self) -> Transport[RequestT] | None:
        """The transport of sync calls."""
        return self._pipeline.transports.sync

    @property
    def async_transport(self) -> AsyncTransport[RequestT] | None:
        """The transport of async calls."""
        return self._pipeline.transports.asynchronous

    @property
    def formatter(self) -> PromptFormatter[RequestT]:
        """The prompt formatter."""
        return self._pipeline.formatter

    @property
    @override
    def normaliser(self) -> ResponseNormaliser:
        """The response normaliser."""
        return self._pipeline.normaliser

    @property
    @override
    def facts(self) -> ModelFacts:
        """The known facts of the model; of a `CustomModel`, mostly none."""
        return self.definition.catalogue.facts(self.model_name)

    # -- whole answers ---------------------------------------------------------------------------------

    @override
    def generate(
        self, prompt: Prompt, *, extra: ExtraT | CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage[ModelT]:
        """The model's answer to a prompt: one text, or a conversation.

        Args:
            prompt: what to answer; a text stands for one user message.
            extra: request parameters that only this provider has, for this call.
            **settings: see `GenerationSettings`; they hold for this call alone.

        Raises:
            PromptError, InvalidSettingError: the prompt or a setting can't be sent; nothing was sent.
            TransportError, ProviderError, ResponseError: see `god_llm.plugins.exceptions`.
        """
        with self._attributed():
            call, record = self._call(prompt, settings, extra), CallRecord(time.perf_counter())
            return self._signed(self._model.respond(call), call, record)

    @override
    async def agenerate(
        self, prompt: Prompt, *, extra: ExtraT | CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage[ModelT]:
        """`generate`, for async code."""
        with self._attributed():
            call, record = self._call(prompt, settings, extra), CallRecord(time.perf_counter())
            return self._signed(await self._model.arespond(call), call, record)

    # -- streams ---------------------------------------------------------------------------------------

    @override
    def stream(
        self, prompt: Prompt, *, extra: ExtraT | CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> Stream[ModelT]:
        """The answer as a stream of deltas; arguments and errors as for `generate`.

        The request is sent when the first delta is asked for. An error in the middle of the answer carries
        the message so far as its `partial`.
        """
        from god_llm.engine.collector import Collector

        with self._attributed():
            call, collector, record = self._call(prompt, settings, extra), Collector(), unsent()
            deltas = self._collected(self._model.stream(call), call, collector, record)
            return Stream(deltas, lambda: self._signed(collector.message(), call, record))

    @override
    def astream(
        self, prompt: Prompt, *, extra: ExtraT | CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AsyncStream[ModelT]:
        """`stream`, for async code."""
        from god_llm.engine.collector import Collector

        with self._attributed():
            call, collector, record = self._call(prompt, settings, extra), Collector(), unsent()
            deltas = self._acollected(self._model.astream(call), call, collector, record)
            return AsyncStream(deltas, lambda: self._signed(collector.message(), call, record))

    def _collected(
        self, deltas: Generator[Delta, None, None], call: Call, collector: Collector, record: CallRecord
    ) -> Generator[Delta, None, None]:
        """The deltas, each added to the collector."""
        record.started, record.ended = time.perf_counter(), None
        with self._attributed(call, collector, record):
            try:
                for delta in deltas:
                    collector.add(delta)
                    if collector.finished:
                        record.ended = time.perf_counter()
                    yield delta
            finally:
                record.ended = record.ended or time.perf_counter()
                deltas.close()

    async def _acollected(
        self, deltas: AsyncGenerator[Delta, None], call: Call, collector: Collector, record: CallRecord
    ) -> AsyncGenerator[Delta, None]:
        record.started, record.ended = time.perf_counter(), None
        with self._attributed(call, collector, record):
            try:
                async for delta in deltas:
                    collector.add(delta)
                    if collector.finished:
                        record.ended = time.perf_counter()
                    yield delta
            finally:
                record.ended = record.ended or time.perf_counter()
                await deltas.aclose()

    # -- other settings, tools and structured answers ----------------------------------------------------

    @override
    def configured(self, *, extra: ExtraT | CustomExtra | None = None, **settings: Unpack[GenerationSettings]) -> Self:
        """This model with other settings. The parts and their connections are shared.

        Args:
            extra: merged over the facade's own.
            **settings: see `GenerationSettings`; those not named stay.

        Raises:
            InvalidSettingError, UnsupportedParameterError: a setting can't be used.
        """
        with self._attributed():
            model = self._copy(self._changed(settings, extra))
            model._temperature = settings.get("temperature", self.temperature)  # noqa: SLF001 - our own copy
            return model

    @override
    def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> Self:
        """This model with tools on offer: functions, pydantic models or `Tool`s. The parts are shared.

        Args:
            *tools: what the model may call, in place of tools offered before.
            choice: whether it may, must or must not call one, or `NamedTool(name)`; None leaves it to the provider.

        Raises:
            InvalidSettingError: a function without a name, or a choice of a tool that is not offered.
            UnsupportedParameterError: the model does not take the choice beside its other settings.
        """
        from god_llm.engine.offering import offering

        with self._attributed():
            return self._copy(self._resolved(offering(self._settings, tools, choice)))

    @override
    def _planned(self, plan: Plan[ValueT], extra: ExtraT | CustomExtra | None, settings: GenerationSettings) -> Self:
        with self._attributed():
            temperature = settings.get("temperature", self.temperature)
            given = plan.settings(self._with_extra(self._settings, extra).updated(settings))
            model = self._copy(self._resolved(given, temperature))
            model._temperature = temperature  # noqa: SLF001 - our own copy
            return model

    def _copy(self, settings: Settings) -> Self:
        model = copy.copy(self)
        model._settings = settings  # noqa: SLF001 - our own copy
        return model

    # -- closing ---------------------------------------------------------------------------------------

    @override
    def close(self) -> None:
        """Close the connections of sync calls; the next call opens new ones."""
        close_part(self.transport)

    @override
    async def aclose(self) -> None:
        """Close the connections of async calls on the running event loop; the next call opens new ones."""
        await aclose_part(self.async_transport)

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model_name!r})"

    # -- the steps of a call -----------------------------------------------------------------------------

    def _call(self, prompt: Prompt, changes: GenerationSettings, extra: JsonObject | None) -> Call:
        settings = self._changed(changes, extra) if changes or extra else self._settings
        return Call(provider=self.provider, model=self.model_name, messages=messages_of(prompt), settings=settings)

    def _changed(self, changes: GenerationSettings, extra: JsonObject | None) -> Settings:
        settings = self._with_extra(self._settings, extra).updated(changes)
        # The temperature that was asked for, not the one that was sent so far: other settings decide about the default.
        return self._resolved(settings, changes.get("temperature", self.temperature))

    def _resolved(self, settings: Settings, *temperature: float | None) -> Settings:
        """The settings as the model takes them, alone and in combination; by default with the facade's temperature."""
        asked = temperature[0] if temperature else self.temperature
        self._pipeline.refuse_others(self.provider, self.model_name, settings)
        return self.definition.catalogue.resolve(self.model_name, settings, asked)

    def _with_extra(self, settings: Settings, extra: JsonObject | None) -> Settings:
        """The settings with the call's `extra` merged over the facade's."""
        if not extra:
            return settings
        from god_llm.domain.extra import combine_extra
        from god_llm.domain.extra_check import check_extra

        if self._rules is None:
            raise UnsupportedParameterError(f"{self.provider} takes no extra=; leave it out", provider=self.provider)
        check_extra(extra, self._rules())
        return replace(settings, extra=combine_extra(settings.extra, extra))

    def _signed(self, message: AIMessage, call: Call, record: CallRecord) -> AIMessage[ModelT]:
        # The copy has our model name, which makes it an AIMessage[ModelT]; mypy can't see that.
        return cast("AIMessage[ModelT]", signed(message, call, record, self._ids, self._clock))

    @contextmanager
    def _attributed(
        self, call: Call | None = None, collector: Collector | None = None, record: CallRecord | None = None
    ) -> Iterator[None]:
        """Add provider, model and the partial message to the errors that pass."""
        try:
            yield
        except BaseLLMException as error:
            error.provider = error.provider or self.provider
            error.model = error.model or self.model_name
            if isinstance(error, NotFoundError) and not error.advice and self._has_catalogue:
                error.advice = self.definition.catalogue.advice(self.model_name, self._clock().date())
            if call is None or collector is None or record is None:
                raise
            error.partial = self._signed(collector.message(), call, record)
            if type(error) is ConnectionFailedError and collector.begun:
                raise lost(error) from error.__cause__ or error
            raise


def _chosen(temperature: float | None) -> float | None:
    """The temperature, if the user chose one."""
    return None if isinstance(temperature, DefaultTemperature) else temperature
