"""The parts of a provider in the order of a call: format, send, normalise.

The sync and async methods differ in `await` alone: everything but the transport is a pure function.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, NamedTuple, cast

from typing_extensions import TypeVar

from god_llm.domain.exceptions import ConfigurationError, UnsupportedParameterError
from god_llm.domain.messages import BaseMessage, UserMessage
from god_llm.domain.parts import TextPart
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.accepted import refuse_others
from god_llm.engine.history.rules import ANY_HISTORY, HistoryRules
from god_llm.engine.request_text import refuse_lone_surrogates
from god_llm.http.headers import RESPONSE_HEADERS
from god_llm.protocols import AsyncTransport, PromptFormatter, ResponseNormaliser, Transport
from god_llm.transports.timeouts import with_timeout

if TYPE_CHECKING:
    # Loaded with the first stream: a whole answer needs no deltas.
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.extra import ExtraRules
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.settings import Settings

__all__ = ["Pipeline", "Transports"]

RequestT = TypeVar("RequestT", bound=JsonObject, default=JsonObject)
TransportT = TypeVar("TransportT")


class Transports(NamedTuple, Generic[RequestT]):
    """The transports of one facade: for sync calls, and for async calls.

    Attributes:
        sync: None if only an async transport was injected: a sync call must then fail, not reach the real service.
        asynchronous: None if only a sync transport was injected.
    """

    sync: Transport[RequestT] | None
    asynchronous: AsyncTransport[RequestT] | None

    @classmethod
    def injected(
        cls, transport: Transport[RequestT] | None, async_transport: AsyncTransport[RequestT] | None
    ) -> Transports[RequestT]:
        """The injected transports; one that fits both sockets serves both kinds of calls."""
        # `is not None`, because an injected part may be falsy (a `__len__` of 0).
        return cls(
            transport if transport is not None else _as_sync(async_transport),
            async_transport if async_transport is not None else _as_async(transport),
        )

    def for_sync(self) -> Transport[RequestT]:
        """The transport of sync calls.

        Raises:
            ConfigurationError: only an async transport was injected.
        """
        if self.sync is None:
            raise _wrong_kind("async_transport=", "sync", "send() and stream()", "transport=")
        return self.sync

    def for_async(self) -> AsyncTransport[RequestT]:
        """The transport of async calls.

        Raises:
            ConfigurationError: only a sync transport was injected.
        """
        if self.asynchronous is None:
            raise _wrong_kind("transport=", "async", "asend() and astream()", "async_transport=")
        return self.asynchronous


class Pipeline(Generic[RequestT]):
    """A provider's parts as a `LanguageModel`.

    Args:
        formatter, normaliser, transports: the parts.
        settings: the names of the settings that the formatter writes; others are refused.
        extra: loads the rules of `extra=`.
        history: the restrictions on conversations; messages are rewritten by them, or refused.
    """

    def __init__(
        self,
        formatter: PromptFormatter[RequestT],
        normaliser: ResponseNormaliser,
        transports: Transports[RequestT],
        *,
        settings: frozenset[str],
        extra: Callable[[], ExtraRules] | None = None,
        history: HistoryRules = ANY_HISTORY,
    ) -> None:
        self.formatter = formatter
        self.normaliser = normaliser
        self.transports = transports
        self._accepted = settings
        self._extra = extra
        self._history = history

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        request = self._request(call)
        reply = _timed(self.transports.for_sync(), call).send(request)
        return self._normalised(reply)

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        request = self._request(call)
        reply = await _timed(self.transports.for_async(), call).asend(request)
        return self._normalised(reply)

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`. The request is formatted now, and sent when the first delta is asked for."""
        return self._deltas(call, self._request(call))

    def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        return self._adeltas(call, self._request(call))

    def _deltas(self, call: Call, request: RequestT) -> Generator[Delta, None, None]:
        decoder, headers = self.normaliser.decoder(), None
        events = _timed(self.transports.for_sync(), call).stream(request)
        try:
            for event in events:
                if headers is None:
                    headers = _headers(event)
                yield from decoder.feed(event)
        finally:
            events.close()
        yield from _finished(decoder.finish(), headers)

    async def _adeltas(self, call: Call, request: RequestT) -> AsyncGenerator[Delta, None]:
        decoder, headers = self.normaliser.decoder(), None
        events = _timed(self.transports.for_async(), call).astream(request)
        try:
            async for event in events:
                if headers is None:
                    headers = _headers(event)
                for delta in decoder.feed(event):
                    yield delta
        finally:
            await events.aclose()
        for delta in _finished(decoder.finish(), headers):
            yield delta

    def refuse_others(self, provider: str, model: str, settings: Settings) -> None:
        """Refuse the settings that this API does not have; see `engine.accepted`."""
        refuse_others(provider, model, settings, self._accepted)

    def _request(self, call: Call) -> RequestT:
        """The request body of a call."""
        self.refuse_others(call.provider, call.model, call.settings)
        request = self.formatter.format(call.model, self._messages(call), call.settings)
        if call.settings.extra:
            request = self._with_extra(request, call, call.settings.extra)
        refuse_lone_surrogates(request, call.provider, call.model)
        return request

    def _messages(self, call: Call) -> Sequence[BaseMessage]:
        """The messages in the form that the API accepts; a prompt of text alone has no history to rewrite."""
        match call.messages:
            case [UserMessage(parts=[TextPart()])]:
                return call.messages
            case _:
                from god_llm.engine.history.prepare import prepared  # the first conversation loads it

                return prepared(call, self._history)

    def _with_extra(self, request: RequestT, call: Call, extra: JsonObject) -> RequestT:
        from god_llm.domain.extra import merge_extra

        if self._extra is None:  # the facade refuses it before; a middleware may have sent the call here
            problem = f"{call.provider} takes no extra=; leave it out"
            raise UnsupportedParameterError(problem, provider=call.provider, model=call.model)
        # Its keys are checked, or come through the untyped door, `CustomExtra`.
        return cast("RequestT", merge_extra(request, extra, self._extra()))

    def _normalised(self, reply: JsonObject) -> AIMessage:
        message, headers = self.normaliser.normalise(reply), _headers(reply)
        if not headers:
            return message
        return message.model_copy(update={"metadata": {**(message.metadata or {}), RESPONSE_HEADERS: headers}})


def _headers(reply: JsonObject) -> JsonObject:
    """The response headers that the transport added to a reply, or to a stream's first event."""
    headers = reply.get(RESPONSE_HEADERS)
    return headers if isinstance(headers, Mapping) else {}


def _finished(deltas: Iterable[Delta], headers: JsonObject | None) -> Iterable[Delta]:
    """The last deltas, with the response headers in the metadata of the very last one."""
    if not headers:
        return deltas
    from god_llm.domain.deltas import FinishedDelta

    added = {RESPONSE_HEADERS: headers}
    return [replace(d, metadata={**d.metadata, **added}) if isinstance(d, FinishedDelta) else d for d in deltas]


def _timed(transport: TransportT, call: Call) -> TransportT:
    """The transport, with the timeout of the call if it has one."""
    seconds = call.settings.timeout
    return transport if seconds is None else with_timeout(transport, seconds)


def _wrong_kind(given: str, kind: str, methods: str, wanted: str) -> ConfigurationError:
    return ConfigurationError(
        f"the injected {given} has no {methods} for {kind} calls; pass {wanted} too."
        " (An injected part is never bypassed by a real connection.)"
    )


def _as_sync(part: object) -> Transport[RequestT] | None:
    return part if isinstance(part, Transport) else None


def _as_async(part: object) -> AsyncTransport[RequestT] | None:
    return part if isinstance(part, AsyncTransport) else None
