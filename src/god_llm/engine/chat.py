"""A model made of four parts, and the order of a call: format, send, normalise.

This is the only file with sync and async twins: everything but the transport is a pure function, so the
twins differ in `await` alone.
"""

from __future__ import annotations

import copy
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Self, Unpack, cast

from pydantic import BaseModel, ValidationError
from typing_extensions import TypeVar, override

from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    InvalidSettingError,
    MalformedResponseError,
    NotFoundError,
    PromptError,
)
from god_llm.domain.facts import ModelFacts, ReasoningEffort
from god_llm.domain.identity import Clock, IdSource, new_id, utc_now
from god_llm.domain.messages import AIMessage, BaseMessage, ModelT, Prompt, UserMessage
from god_llm.domain.models import RetiredModelWarning
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import GenerationSettings, Settings
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.engine.base import BaseLLM
from god_llm.engine.closing import aclose_part, close_part
from god_llm.protocols import AsyncTransport, AuthSource, DualTransport, PromptFormatter, ResponseNormaliser, Transport

if TYPE_CHECKING:
    # Loaded with the first stream, or the first tool: a plain answer needs neither.
    from god_llm.domain.deltas import Delta
    from god_llm.domain.models import Catalogue
    from god_llm.domain.providers import ProviderName
    from god_llm.domain.tools import ToolChoice, ToolSource
    from god_llm.engine.collector import Collector

__all__ = ["ChatModel"]

RequestT = TypeVar("RequestT", default=JsonObject)
SchemaT = TypeVar("SchemaT", bound=BaseModel)


@dataclass(slots=True)
class _Call(Generic[RequestT]):
    """One call under way."""

    request: RequestT
    settings: Settings
    started: float
    ended: float | None = None
    """When the end of a stream came."""
    identity: tuple[str, datetime] | None = None
    """Id and time of the message, once somebody has asked for it."""


class ChatModel(BaseLLM, Generic[ModelT, RequestT]):
    """A provider composed of its parts; each can be injected, and is used as it is.

    Args:
        provider, api_key: see `BaseLLM`.
        model_name: a name of the catalogue, or a `CustomModel`.
        temperature: None leaves it to the provider; a `DefaultTemperature` is sent only to models known to take it.
        max_tokens, top_p, stop, seed, reasoning: see `GenerationSettings`.
        catalogue: what is known of the provider's models.
        connect: makes the provider's own transport; called only where none is injected.
        auth, formatter, normaliser: the parts.
        transport, async_transport: where one of the two is injected, no real one is ever made: the other kind
            of call uses it too if it fits, and is refused otherwise.
        ids, clock: where the ids and times of messages come from.

    Raises:
        UnknownModelError, InvalidSettingError, UnsupportedParameterError: what was asked for can't be had.
        MissingAPIKeyError: as `BaseLLM`; with an injected transport no key is needed.
    """

    def __init__(
        self,
        provider: ProviderName,
        model_name: ModelT,
        temperature: float | None,
        api_key: str | None,
        *,
        max_tokens: int | None,
        top_p: float | None,
        stop: str | Sequence[str] | None,
        seed: int | None,
        catalogue: Catalogue,
        connect: Callable[[AuthSource], DualTransport[RequestT]],
        auth: AuthSource | None,
        transport: Transport[RequestT] | None,
        async_transport: AsyncTransport[RequestT] | None,
        formatter: PromptFormatter[RequestT],
        normaliser: ResponseNormaliser,
        ids: IdSource | None,
        clock: Clock | None,
        reasoning: ReasoningEffort | None = None,
    ) -> None:
        catalogue.check(model_name)
        injected = transport is not None or async_transport is not None
        super().__init__(provider, api_key, auth=auth, key_required=False if injected else None)
        self.model_name: ModelT = model_name
        self.temperature = temperature
        self._catalogue = catalogue
        self._settings = Settings()
        self._settings = self._changed(
            {
                "temperature": temperature,
                "max_tokens": max_tokens,
                "top_p": top_p,
                "stop": stop,
                "seed": seed,
                "reasoning": reasoning,
            }
        )
        self.formatter = formatter
        self.normaliser = normaliser
        real = None if injected else connect(self.auth)
        # `is not None`, since an injected part may be empty (a `__len__` of 0) and is used all the same.
        self.transport: Transport[RequestT] | None = (
            transport if transport is not None else real or _sync_side(async_transport)
        )
        self.async_transport: AsyncTransport[RequestT] | None = (
            async_transport if async_transport is not None else real or _async_side(transport)
        )
        self._ids = new_id if ids is None else ids
        self._clock = utc_now if clock is None else clock
        self._warn_of_retirement()

    @property
    def facts(self) -> ModelFacts:
        """What is known of the model; of a `CustomModel`, mostly nothing."""
        return self._catalogue.facts(self.model_name)

    # -- whole answers ---------------------------------------------------------------------------------

    @override
    def generate(self, prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AIMessage[ModelT]:
        """The model's answer to a prompt: one text, or a conversation.

        Args:
            prompt: what to answer; text stands for one user message.
            **settings: see `GenerationSettings`; they hold for this call alone.

        Raises:
            PromptError, InvalidSettingError: the prompt or a setting can't be sent; nothing was.
            TransportError, ProviderError, ResponseError: see `god_llm.plugins.exceptions`.
        """
        with self._attributed():
            call = self._call(prompt, settings)
            reply = self._sender().send(call.request)
            return self._signed(self.normaliser.normalise(reply), call)

    @override
    async def agenerate(self, prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AIMessage[ModelT]:
        """`generate`, for async code."""
        with self._attributed():
            call = self._call(prompt, settings)
            reply = await self._asender().asend(call.request)
            return self._signed(self.normaliser.normalise(reply), call)

    # -- streams ---------------------------------------------------------------------------------------

    @override
    def stream(self, prompt: Prompt, **settings: Unpack[GenerationSettings]) -> Stream[ModelT]:
        """The answer in pieces, as they arrive; arguments and errors as for `generate`.

        The request is sent when the first delta is asked for. An error in the middle of the answer carries
        the message so far as its `partial`.
        """
        from god_llm.engine.collector import Collector

        with self._attributed():
            call, collector = self._call(prompt, settings), Collector()
            return Stream(self._deltas(call, collector), lambda: self._signed(collector.message(), call))

    @override
    def astream(self, prompt: Prompt, **settings: Unpack[GenerationSettings]) -> AsyncStream[ModelT]:
        """`stream`, for async code."""
        from god_llm.engine.collector import Collector

        with self._attributed():
            call, collector = self._call(prompt, settings), Collector()
            return AsyncStream(self._adeltas(call, collector), lambda: self._signed(collector.message(), call))

    def _deltas(self, call: _Call[RequestT], collector: Collector) -> Generator[Delta, None, None]:
        with self._attributed(call, collector):
            decoder, events = self.normaliser.decoder(), self._sender().stream(call.request)
            try:
                for event in events:
                    for delta in decoder.feed(event):
                        collector.add(delta)
                        yield delta
            finally:
                events.close()
            for delta in decoder.finish():
                collector.add(delta)
                call.ended = time.perf_counter()
                yield delta

    async def _adeltas(self, call: _Call[RequestT], collector: Collector) -> AsyncGenerator[Delta, None]:
        with self._attributed(call, collector):
            decoder, events = self.normaliser.decoder(), self._asender().astream(call.request)
            try:
                async for event in events:
                    for delta in decoder.feed(event):
                        collector.add(delta)
                        yield delta
            finally:
                await events.aclose()
            for delta in decoder.finish():
                collector.add(delta)
                call.ended = time.perf_counter()
                yield delta

    # -- tools and structured answers -------------------------------------------------------------------

    def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> Self:
        """This model, offered tools: functions, pydantic models or `Tool`s. The parts are shared.

        Args:
            *tools: what the model may call, in place of tools offered before.
            choice: whether it may, must or must not call one, or `NamedTool(name)`; None leaves it to the provider.

        Raises:
            InvalidSettingError: a function without a name, or a choice of a tool that is not offered.
        """
        from god_llm.domain.tools import Tool

        offered = tuple([Tool.of(tool) for tool in tools])
        if choice is not None and not isinstance(choice, str) and choice.name not in {t.name for t in offered}:
            raise InvalidSettingError(f"there is no tool {choice.name!r} among those offered")
        return self._with(replace(self._settings, tools=offered, tool_choice=choice))

    def generate_as(self, schema: type[SchemaT], prompt: Prompt, **settings: Unpack[GenerationSettings]) -> SchemaT:
        """The answer as an instance of a pydantic model; the provider is given its JSON schema.

        Raises:
            MalformedResponseError: the answer does not fit the model; `partial` has the message.
        """
        return self._parsed(schema, self._answering(schema).generate(prompt, **settings))

    async def agenerate_as(
        self, schema: type[SchemaT], prompt: Prompt, **settings: Unpack[GenerationSettings]
    ) -> SchemaT:
        """`generate_as`, for async code."""
        return self._parsed(schema, await self._answering(schema).agenerate(prompt, **settings))

    def _answering(self, schema: type[BaseModel]) -> Self:
        from god_llm.domain.tools import ResponseSchema

        return self._with(replace(self._settings, response_schema=ResponseSchema.of(schema)))

    def _parsed(self, schema: type[SchemaT], message: AIMessage[ModelT]) -> SchemaT:
        try:
            return schema.model_validate_json(message.content)
        except ValidationError as error:
            malformed = MalformedResponseError(
                f"the answer does not fit {schema.__name__}: {error}",
                provider=self.provider,
                model=self.model_name,
            )
            malformed.partial = message
            raise malformed from error

    def _with(self, settings: Settings) -> Self:
        model = copy.copy(self)
        settled = self._catalogue.resolve(self.model_name, settings, self.temperature)
        model._settings = settled  # noqa: SLF001 - our own copy
        return model

    # -- closing ---------------------------------------------------------------------------------------

    def close(self) -> None:
        """Close the connections of sync calls; the next call opens new ones."""
        close_part(self.transport)

    async def aclose(self) -> None:
        """Close the connections of async calls on the running event loop; the next call opens new ones."""
        await aclose_part(self.async_transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model_name!r})"

    # -- the steps of a call -----------------------------------------------------------------------------

    def _call(self, prompt: Prompt, changes: GenerationSettings) -> _Call[RequestT]:
        settings = self._changed(changes) if changes else self._settings
        request = self.formatter.format(self.model_name, _messages(prompt), settings)
        return _Call(request, settings, time.perf_counter())

    def _changed(self, changes: GenerationSettings) -> Settings:
        # What was asked for, not what was sent so far: how much the model reasons decides about the default.
        asked = changes.get("temperature", self.temperature)
        return self._catalogue.resolve(self.model_name, self._settings.updated(changes), asked)

    def _warn_of_retirement(self) -> None:
        notice = self.facts.retirement(utc_now().date())
        if notice is not None:
            # The fourth frame is the application's: above are this one, `ChatModel`'s and the facade's.
            warnings.warn(f"{self.provider}'s {self.model_name} {notice}", RetiredModelWarning, stacklevel=4)

    def _signed(self, message: AIMessage, call: _Call[RequestT]) -> AIMessage[ModelT]:
        """The message with what the engine knows of the call."""
        settings = call.settings
        call.identity = call.identity or (self._ids(), self._clock())
        metadata = {
            "temperature": settings.temperature,
            "max_tokens": settings.max_tokens,
            "media_type": "text/plain" if settings.response_schema is None else "application/json",
            "latency": (call.ended or time.perf_counter()) - call.started,
            **(message.metadata or {}),
        }
        identity = {
            "id": call.identity[0],
            "created_at": call.identity[1],
            "provider": self.provider,
            "model": self.model_name,
            "metadata": metadata,
        }
        # The copy has our model name, which makes it an AIMessage[ModelT]; mypy can't see that.
        return cast("AIMessage[ModelT]", message.model_copy(update=identity))

    def _sender(self) -> Transport[RequestT]:
        if self.transport is None:
            raise self._wrong_kind("async_transport=", "sync", "send()", "stream()", "transport=")
        return self.transport

    def _asender(self) -> AsyncTransport[RequestT]:
        if self.async_transport is None:
            raise self._wrong_kind("transport=", "async", "asend()", "astream()", "async_transport=")
        return self.async_transport

    def _wrong_kind(self, given: str, kind: str, send: str, stream: str, wanted: str) -> ConfigurationError:
        return ConfigurationError(
            f"{type(self).__name__} was given {given} alone, and it has no {send} and {stream} for {kind} calls;"
            f" pass {wanted} too. (An injected part is never bypassed by a real connection.)"
        )

    @contextmanager
    def _attributed(self, call: _Call[RequestT] | None = None, collector: Collector | None = None) -> Iterator[None]:
        """Errors that pass here say whom they are about, and carry what came before them."""
        try:
            yield
        except BaseLLMException as error:
            error.provider = error.provider or self.provider
            error.model = error.model or self.model_name
            if isinstance(error, NotFoundError):
                error.args = (str(error) + self._catalogue.advice(self.model_name, utc_now().date()),)
            if call is None or collector is None:
                raise
            error.partial = self._signed(collector.message(), call)
            if type(error) is ConnectionFailedError and collector.begun:
                raise _lost(error) from error.__cause__ or error
            raise


def _lost(error: ConnectionFailedError) -> ConnectionLostError:
    """The failure of a connection as that of a stream under way."""
    lost = ConnectionLostError(str(error), provider=error.provider, model=error.model)
    lost.partial = error.partial
    return lost


def _sync_side(part: object) -> Transport[RequestT] | None:
    """The part, if it serves sync calls too."""
    return part if isinstance(part, Transport) else None


def _async_side(part: object) -> AsyncTransport[RequestT] | None:
    """The part, if it serves async calls too."""
    return part if isinstance(part, AsyncTransport) else None


def _messages(prompt: Prompt) -> Sequence[BaseMessage]:
    """The prompt as messages.

    Raises:
        PromptError: there is nothing in it, or it is no prompt.
    """
    _refuse_other_kinds(prompt)
    messages: Sequence[BaseMessage] = (UserMessage(content=prompt),) if isinstance(prompt, str) else prompt
    if not messages or (isinstance(prompt, str) and not prompt.strip()):
        raise PromptError("the prompt is empty")
    return messages


def _refuse_other_kinds(prompt: object) -> None:
    if not isinstance(prompt, Sequence):
        raise PromptError(f"a prompt is a text or a sequence of messages, not a {type(prompt).__name__}")
