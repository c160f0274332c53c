"""The sockets: every part of a provider can be replaced by any object that fits its Protocol.

An application calls a `Generator` or a `ChatGenerator`. Below it, a `LanguageModel` answers `Call`s, and middleware
wraps it. A provider's `LanguageModel` is a pipeline of parts: a formatter writes the request, a transport sends it, a
normaliser (for streams: a decoder) parses the reply. Plain JSON crosses the transport socket.

The async twin of a method has the same name with an `a` before it, so that one object can fit both sockets.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from collections.abc import Generator as Generating
from typing import TYPE_CHECKING, Protocol, Self, TypeAlias, TypeVar, Unpack, runtime_checkable

from pydantic import SecretStr
from typing_extensions import TypeForm

from god_llm.domain.call import Call
from god_llm.domain.messages import AIMessage, BaseMessage, Prompt
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import ProviderName
from god_llm.domain.settings import GenerationSettings, Settings
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.domain.timeouts import Timeouts

if TYPE_CHECKING:
    from god_llm.domain.answer_options import AnswerOptions
    from god_llm.domain.deltas import Delta  # nine classes that only streams need
    from god_llm.domain.extra import CustomExtra
    from god_llm.domain.tools import ToolChoice, ToolSource

__all__ = [
    "AsyncTransport",
    "AuthSource",
    "ChatGenerator",
    "DualTransport",
    "Generator",
    "LanguageModel",
    "Middleware",
    "PromptFormatter",
    "ResponseNormaliser",
    "StreamDecoder",
    "SupportsTimeout",
    "Transport",
]

RequestT = TypeVar("RequestT")
ValueT = TypeVar("ValueT")
RequestT_co = TypeVar("RequestT_co", covariant=True)
RequestT_contra = TypeVar("RequestT_contra", contravariant=True)


@runtime_checkable
class Generator(Protocol):
    """Whatever answers a prompt: all that an application needs to depend on."""

    def generate(self, prompt: str) -> AIMessage:
        """The model's answer.

        Raises:
            BaseLLMException: there is no answer; the subclass tells why.
        """
        ...


@runtime_checkable
class ChatGenerator(Protocol):
    """A model with conversations, settings, streams, tools and structured answers.

    Every facade fits it, and so does `god_llm.testing.FakeGenerator`. An application that needs more than
    `Generator` depends on this. Parameters that only one provider has are a `CustomExtra` here; see docs/extra.md.
    """

    def generate(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """The model's answer to a text or a conversation.

        Raises:
            BaseLLMException: there is no answer; the subclass tells why.
        """
        ...

    async def agenerate(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AIMessage:
        """`generate`, for async code."""
        ...

    def stream(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> Stream:
        """The answer as a stream of deltas."""
        ...

    def astream(
        self, prompt: Prompt, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]
    ) -> AsyncStream:
        """`stream`, for async code."""
        ...

    def generate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """The answer as a value of a type that pydantic validates; see docs/structured-answers.md."""
        ...

    async def agenerate_as(
        self,
        schema: TypeForm[ValueT],
        prompt: Prompt,
        *,
        extra: CustomExtra | None = None,
        **options: Unpack[AnswerOptions],
    ) -> ValueT:
        """`generate_as`, for async code."""
        ...

    def with_tools(self, *tools: ToolSource, choice: ToolChoice | None = None) -> ChatGenerator:
        """This model with tools on offer."""
        ...

    def configured(self, *, extra: CustomExtra | None = None, **settings: Unpack[GenerationSettings]) -> ChatGenerator:
        """This model with other settings."""
        ...


@runtime_checkable
class LanguageModel(Protocol):
    """Answers calls, for any provider. A facade calls one; middleware wraps one.

    A message that it returns has no identity yet: the facade adds id, time, provider, model and latency.
    """

    def respond(self, call: Call, /) -> AIMessage:
        """The answer to a call.

        Raises:
            BaseLLMException: there is no answer; the subclass tells why.
        """
        ...

    def stream(self, call: Call, /) -> Generating[Delta, None, None]:
        """The answer as deltas, `FinishedDelta` last. Closing the generator releases the connection."""
        ...

    async def arespond(self, call: Call, /) -> AIMessage:
        """`respond`, for async code."""
        ...

    def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """`stream`, for async code."""
        ...


Middleware: TypeAlias = Callable[[LanguageModel], LanguageModel]
"""Wraps a language model in another one: a class whose only required argument is the model, or a function."""


@runtime_checkable
class AuthSource(Protocol):
    """Where keys come from. It is asked at every request, so a key may change."""

    def get_key(self, provider: ProviderName, /) -> SecretStr | None:
        """The key for a provider, or None where this source has none."""
        ...


@runtime_checkable
class PromptFormatter(Protocol[RequestT_co]):
    """Writes the provider's request. A pure function of its arguments."""

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings, /) -> RequestT_co:
        """The request as the provider documents it, without the switch that asks for a stream.

        Raises:
            PromptError: the provider can't take a message or a setting.
        """
        ...


@runtime_checkable
class Transport(Protocol[RequestT_contra]):
    """Carries a request to the provider and the answer back. The only part that does IO."""

    def send(self, request: RequestT_contra, /) -> JsonObject:
        """The whole reply, as the provider sent it.

        Raises:
            TransportError: nothing came back.
            ProviderError: the provider answered with an error.
            MalformedResponseError: the reply is not JSON.
        """
        ...

    def stream(self, request: RequestT_contra, /) -> Generating[JsonObject, None, None]:
        """The events of a streamed reply, each as it arrives. Closing it releases the connection.

        Raises:
            TransportError, ProviderError, MalformedResponseError: as for `send`.
        """
        ...


@runtime_checkable
class AsyncTransport(Protocol[RequestT_contra]):
    """A `Transport` for async code."""

    async def asend(self, request: RequestT_contra, /) -> JsonObject:
        """As `Transport.send`."""
        ...

    def astream(self, request: RequestT_contra, /) -> AsyncGenerator[JsonObject, None]:
        """As `Transport.stream`."""
        ...


class DualTransport(Transport[RequestT_contra], AsyncTransport[RequestT_contra], Protocol[RequestT_contra]):
    """A transport for both sync and async code, as a provider's own is."""


@runtime_checkable
class SupportsTimeout(Protocol):
    """A transport that can send one request with other time limits."""

    def with_timeout(self, timeout: float | Timeouts, /) -> Self:
        """A transport that shares this one's connections and has these time limits; a number is `Timeouts.idle`."""
        ...


@runtime_checkable
class StreamDecoder(Protocol):
    """Turns the events of one stream into deltas: a state machine without IO, used for one stream only."""

    def feed(self, event: JsonObject, /) -> Iterable[Delta]:
        """The deltas that an event brings; none for an event that is not known.

        Raises:
            ProviderError: the event is the provider's report of an error.
            MalformedResponseError: the event is not what the provider documents.
        """
        ...

    def finish(self) -> Iterable[Delta]:
        """The last deltas, `FinishedDelta` among them, once the events have ended.

        Raises:
            StreamInterruptedError: they ended without the provider's own end event.
        """
        ...


@runtime_checkable
class ResponseNormaliser(Protocol):
    """Reads the provider's reply. A pure function of it, but for the fresh id and time of the message."""

    def normalise(self, reply: JsonObject, /) -> AIMessage:
        """The reply as a message; `provider`, `model` and what is known of the call are added by the engine.

        Raises:
            MalformedResponseError: the reply is not what the provider documents.
            ProviderError: the reply is a report of an error.
        """
        ...

    def decoder(self) -> StreamDecoder:
        """A fresh decoder for one stream."""
        ...
