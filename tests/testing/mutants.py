"""Broken providers, each without one behaviour that a law names: run by `test_conformance_mutants.py`, to die.

A mutant is one of our own providers with one thing changed, and is tried by the one law that must notice.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from importlib import import_module
from typing import Any, Final, Protocol, TypeAlias, Unpack

from pydantic import BaseModel
from typing_extensions import override

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLMException,
    BaseMessage,
    ConfigurationError,
    ConnectionFailedError,
    Delta,
    FinishedDelta,
    InvalidRequestError,
    MalformedResponseError,
    MissingAPIKeyError,
    ResponseError,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextDelta,
    TextPart,
    TransportError,
    Usage,
)
from god_llm.auth import environment_variable
from god_llm.domain.identity import new_id, utc_now
from god_llm.domain.parts import AudioPart, DocumentPart, ImagePart, ReasoningPart
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.engine.chat import ChatModel
from god_llm.engine.pipeline import Transports
from god_llm.protocols import PromptFormatter, ResponseNormaliser, StreamDecoder
from god_llm.testing import Injected, ProviderConformance
from god_llm.testing.conformance.capabilities import PROBES, Capability
from god_llm.testing.conformance.suite import KEY

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common
Break: TypeAlias = Callable[[Facade], Facade]

# The suites stand beside this file, in a module that only pytest's path knows.
SUITES: Final[Mapping[str, type[ProviderConformance]]] = {
    name: suite for name, suite in vars(import_module("test_conformance_providers")).items() if name.startswith("Test")
}


# -- broken parts -------------------------------------------------------------------------------------------


class BrokenNormaliser:
    """Reads as the inner one does, but for what is changed."""

    def __init__(
        self,
        inner: ResponseNormaliser,
        read: Callable[[AIMessage], AIMessage] = lambda message: message,
        decode: Callable[[StreamDecoder], StreamDecoder] = lambda decoder: decoder,
        refuse: Callable[[JsonObject], bool] = lambda _: False,
        *,
        forgiving: bool = False,
    ) -> None:
        self._inner = inner
        self._read = read
        self._decode = decode
        self._refuse = refuse
        self._forgiving = forgiving

    def normalise(self, reply: JsonObject) -> AIMessage:
        """Change what was read."""
        if self._refuse(reply):
            raise MalformedResponseError("that is not in the documentation")
        try:
            return self._read(self._inner.normalise(reply))
        except MalformedResponseError:
            if self._forgiving:
                return AIMessage(content="")
            raise

    def decoder(self) -> StreamDecoder:
        """Change what decodes."""
        return BrokenDecoder(self._decode(self._inner.decoder()), self._refuse)


class BrokenDecoder:
    """Passes everything on, but for events that it refuses."""

    def __init__(self, inner: StreamDecoder, refuse: Callable[[JsonObject], bool] = lambda _: False) -> None:
        self.inner = inner
        self._refuse = refuse

    def feed(self, event: JsonObject) -> Iterable[Delta]:
        """The inner one's deltas."""
        if self._refuse(event):
            raise MalformedResponseError("that is not in the documentation")
        return self.inner.feed(event)

    def finish(self) -> Iterable[Delta]:
        """The inner one's deltas."""
        return self.inner.finish()


class NeverInterrupted(BrokenDecoder):
    """Takes a broken stream for whole."""

    @override
    def finish(self) -> Iterable[Delta]:
        try:
            return [*self.inner.finish()]
        except StreamInterruptedError:
            return (FinishedDelta("stop"),)


class AlwaysInterrupted(BrokenDecoder):
    """Takes a whole stream for broken."""

    @override
    def finish(self) -> Iterable[Delta]:
        raise StreamInterruptedError("something may be missing")


class FinishedTwice(BrokenDecoder):
    """Says the end twice."""

    @override
    def finish(self) -> Iterable[Delta]:
        last = [*self.inner.finish()]
        return [*last, *last]


class Shouting(BrokenDecoder):
    """Streams another text."""

    @override
    def feed(self, event: JsonObject) -> Iterable[Delta]:
        for delta in self.inner.feed(event):
            yield replace(delta, text=delta.text.upper()) if isinstance(delta, TextDelta) else delta


class BrokenFormatter:
    """Writes what the inner one writes, of other messages or settings."""

    def __init__(
        self,
        inner: PromptFormatter[Any],
        settings: Callable[[Settings], Settings] = lambda settings: settings,
        messages: Callable[[Sequence[BaseMessage]], Sequence[BaseMessage]] = lambda messages: messages,
    ) -> None:
        self._inner = inner
        self._settings = settings
        self._messages = messages

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Any:
        """The inner one's request."""
        return self._inner.format(model, self._messages(messages), self._settings(settings))


class Counting(BrokenFormatter):
    """Writes another request each time."""

    written = 0

    @override
    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Any:
        Counting.written += 1
        return {**super().format(model, messages, settings), "number": self.written}


class BrokenTransport:
    """Does what the inner one does, but raises other errors."""

    def __init__(self, inner: Any, change: Callable[[Exception], Exception]) -> None:
        self._inner = inner
        self._change = change

    @contextmanager
    def _changed(self) -> Iterator[None]:
        try:
            yield
        except BaseLLMException as error:
            other = self._change(error)
            if other is error:
                raise
            raise other from error.__cause__

    def send(self, request: Any, /) -> JsonObject:
        """The inner one's reply."""
        with self._changed():
            reply: JsonObject = self._inner.send(request)
            return reply

    def stream(self, request: Any, /) -> Generator[JsonObject, None, None]:
        """The inner one's events."""
        with self._changed():
            yield from self._inner.stream(request)

    async def asend(self, request: Any, /) -> JsonObject:
        """The inner one's reply."""
        with self._changed():
            reply: JsonObject = await self._inner.asend(request)
            return reply

    async def astream(self, request: Any, /) -> AsyncGenerator[JsonObject, None]:
        """The inner one's events."""
        with self._changed():
            async for event in self._inner.astream(request):
                yield event

    async def aclose(self) -> None:
        """Close the inner one."""
        await self._inner.aclose()

    def close(self) -> None:
        """Close the inner one."""
        self._inner.close()


class Network:
    """A transport that really connects."""

    def send(self, request: Any, /) -> JsonObject:
        """Connect."""
        del request
        with socket.create_connection(("127.0.0.1", 9), timeout=1):
            return {}

    def stream(self, request: Any, /) -> Generator[JsonObject, None, None]:
        """Connect."""
        yield self.send(request)

    async def asend(self, request: Any, /) -> JsonObject:
        """Connect."""
        return self.send(request)

    async def astream(self, request: Any, /) -> AsyncGenerator[JsonObject, None]:
        """Connect."""
        yield self.send(request)


# -- broken facades ---------------------------------------------------------------------------------------------


KEPT: Final[list[object]] = []
"""What a leaking facade never lets go."""


class Unsigned(ChatModel[str, Any]):
    """Does not say who answered."""

    @override
    def _signed(self, message: AIMessage, call: Any, run: Any) -> AIMessage:
        return message


class Unattributed(ChatModel[str, Any]):
    """Its errors carry nothing."""

    @override
    @contextmanager
    def _attributed(self, call: Any = None, collector: Any = None, run: Any = None) -> Iterator[None]:
        yield


class Leaking(ChatModel[str, Any]):
    """Leaves the transport's streams open."""

    @override
    def stream(self, prompt: Any, **settings: Any) -> Stream[str]:
        inner = super().stream(prompt, **settings)
        KEPT.append(inner)
        return Stream((delta for delta in inner), lambda: inner.message)

    @override
    def astream(self, prompt: Any, **settings: Any) -> AsyncStream[str]:
        inner = super().astream(prompt, **settings)
        KEPT.append(inner)
        return AsyncStream((delta async for delta in inner), lambda: inner.message)


class Deaf(ChatModel[str, Any]):
    """Takes a cancelled stream for ended."""

    @override
    def astream(self, prompt: Any, **settings: Any) -> AsyncStream[str]:
        inner = super().astream(prompt, **settings)

        async def deltas() -> AsyncGenerator[Delta, None]:
            try:
                async for delta in inner:
                    yield delta
            except asyncio.CancelledError:
                return

        return AsyncStream(deltas(), lambda: inner.message)


class Shielded(ChatModel[str, Any]):
    """Goes on with a call that was cancelled."""

    @override
    async def agenerate(self, prompt: Any, **settings: Any) -> AIMessage:
        return await asyncio.shield(super().agenerate(prompt, **settings))


class Chatty(ChatModel[str, Any]):
    """Makes up a prompt where there is none."""

    @override
    def _call(self, prompt: Any, changes: Any, extra: Any) -> Any:
        return super()._call("hello" if not prompt or not str(prompt).strip() else prompt, changes, extra)


class ThinkingAloud(ChatModel[str, Any]):
    """Sends all reasoning as text."""

    @override
    def _call(self, prompt: Any, changes: Any, extra: Any) -> Any:
        aloud = thoughts_aloud(prompt) if isinstance(prompt, tuple | list) else prompt
        return super()._call(aloud, changes, extra)


class Inventing(ChatModel[str, Any]):
    """Answers without asking."""

    @override
    def generate(self, prompt: Any, **settings: Any) -> AIMessage:
        return AIMessage(content="Whatever.")


class BypassingTransports(Transports[Any]):
    """Makes a real connection where the injected transport does not fit."""

    @override
    def for_sync(self) -> Any:
        try:
            return super().for_sync()
        except ConfigurationError:
            return Network()

    @override
    def for_async(self) -> Any:
        try:
            return super().for_async()
        except ConfigurationError:
            return Network()


class Frank(ChatModel[str, Any]):
    """Shows its key."""

    @override
    def __repr__(self) -> str:
        key = self.auth.get_key(self.provider)
        return f"Frank({key.get_secret_value() if key else None})"


# -- how they are put in place --------------------------------------------------------------------------------------


class Noticed(Protocol):
    """Makes a normaliser of another."""

    def __call__(self, inner: ResponseNormaliser, /) -> ResponseNormaliser: ...


def reading(change: Callable[[AIMessage], AIMessage]) -> Break:
    """Whole replies are read otherwise."""
    return normaliser(lambda inner: BrokenNormaliser(inner, read=change))


def decoding(kind: type[BrokenDecoder]) -> Break:
    """Streams are read otherwise."""
    return normaliser(lambda inner: BrokenNormaliser(inner, decode=kind))


def refusing(*words: str) -> Break:
    """JSON with one of these words is not understood."""
    return normaliser(
        lambda inner: BrokenNormaliser(inner, refuse=lambda value: any(word in str(value) for word in words))
    )


def normaliser(change: Noticed) -> Break:
    """The normaliser is another."""

    def broken(llm: Facade) -> Facade:
        llm._pipeline.normaliser = change(llm.normaliser)
        return llm

    return broken


def writing(**changes: Any) -> Break:
    """Requests are written of other settings or messages."""

    def broken(llm: Facade) -> Facade:
        llm._pipeline.formatter = BrokenFormatter(llm.formatter, **changes)
        return llm

    return broken


def counting(llm: Facade) -> Facade:
    """Requests differ each time."""
    llm._pipeline.formatter = Counting(llm.formatter)
    return llm


def bypassing(llm: Facade) -> Facade:
    """An injected transport that does not fit is bypassed."""
    pipeline = llm._pipeline
    pipeline.transports = BypassingTransports(pipeline.transports.sync, pipeline.transports.asynchronous)
    return llm


def being(kind: type[Facade]) -> Break:
    """The facade behaves like this class."""

    def broken(llm: Facade) -> Facade:
        llm.__class__ = type(kind.__name__, (kind, type(llm)), {"__module__": type(llm).__module__})
        return llm

    return broken


def raising(other: Callable[[Exception], Exception]) -> Break:
    """The transport raises other errors."""

    def broken(llm: Facade) -> Facade:
        transport = BrokenTransport(llm.transport, other)
        llm._pipeline.transports = Transports(transport, transport)
        return llm

    return broken


def instead(wanted: type[BaseLLMException], other: BaseLLMException) -> Break:
    """The transport raises this error in the place of that."""
    return raising(lambda error: other if isinstance(error, wanted) else error)


def keeping(**attributes: object) -> Break:
    """The facade has these attributes."""

    def broken(llm: Facade) -> Facade:
        vars(llm).update(attributes)
        return llm

    return broken


def insisting(llm: Facade) -> Facade:
    """A key in the environment is asked for, whatever is injected."""
    if environment_variable(llm.provider) not in os.environ and llm.auth.get_key(llm.provider) is None:
        raise MissingAPIKeyError("no key")
    return llm


def heavy(llm: Facade) -> Facade:
    """The facade's module loads an HTTP library."""
    llm.__class__ = type("Heavy", (type(llm),), {"__module__": "httpx"})
    return llm


def logging_the_key(error: Exception) -> Exception:
    """An error that somebody wants to know all about."""
    logging.getLogger("mutant").warning("failed with the key %s", KEY)
    return error


def quoting_the_key(error: Exception) -> Exception:
    """An error that says too much."""
    del error
    return AuthenticationError(f"the key {KEY} is wrong", provider="mutant")


def no_usage_is_zero(message: AIMessage) -> AIMessage:
    """What was not counted is 0."""
    known = {} if message.usage is None else message.usage.model_dump()
    counts = {name: known.get(name) or 0 for name in Usage.model_fields}
    return message.model_copy(update={"usage": Usage(**counts)})


def with_a_set(message: AIMessage) -> AIMessage:
    """Metadata that JSON can't say."""
    return message.model_copy(update={"metadata": {**(message.metadata or {}), "tags": {"a"}}})


def mute(message: AIMessage) -> AIMessage:
    """Nothing was said."""
    return message.model_copy(update={"content": "", "parts": ()})


def endless(message: AIMessage) -> AIMessage:
    """Nobody knows why it stopped."""
    return message.model_copy(update={"finish_reason": None})


def of_another_kind(message: AIMessage) -> AIMessage:
    """The provider's own reason in the place of ours."""
    return message.model_copy(update={"finish_reason": "end_of_everything"})


def only_users(messages: Sequence[BaseMessage]) -> Sequence[BaseMessage]:
    """Answers are forgotten."""
    return [message for message in messages if not isinstance(message, AIMessage)]


def thoughts_aloud(messages: Sequence[BaseMessage]) -> Sequence[BaseMessage]:
    """Reasoning is sent as text."""
    return [
        message.model_copy(update={"parts": tuple(map(aloud, message.parts))})
        if isinstance(message, AIMessage)
        else message
        for message in messages
    ]


def aloud(part: Any) -> Any:
    """Reasoning as text."""
    return TextPart(text=part.text) if isinstance(part, ReasoningPart) else part


SETTINGS: Final[Mapping[Capability, Mapping[str, Any]]] = {
    "temperature": {"temperature": None},
    "max_tokens": {"max_tokens": None},
    "top_p": {"top_p": None},
    "stop": {"stop": ()},
    "seed": {"seed": None},
    "tools": {"tools": (), "tool_choice": None},
    "tool_choice": {"tool_choice": None},
    "response_schema": {"response_schema": None},
    "top_k": {"top_k": None},
    "presence_penalty": {"presence_penalty": None},
    "frequency_penalty": {"frequency_penalty": None},
    "parallel_tool_calls": {"parallel_tool_calls": None},
    "logprobs": {"logprobs": None},
    "service_tier": {"service_tier": None},
    "user": {"user": None},
    "request_metadata": {"request_metadata": None},
    "verbosity": {"verbosity": None},
    "show_reasoning": {"show_reasoning": None},
}
PARTS: Final[Mapping[Capability, type[BaseModel]]] = {
    "images": ImagePart,
    "documents": DocumentPart,
    "audio": AudioPart,
}


def silently_without(capability: Capability) -> Break:
    """What was asked for is dropped, and nobody is told."""
    if capability in SETTINGS:
        drop = writing(settings=lambda settings: replace(settings, **SETTINGS[capability]))
        return lambda llm: accepting_everything(drop(llm))
    if capability == "system":
        return writing(messages=lambda messages: [m for m in messages if not isinstance(m, SystemMessage)])
    drop = writing(messages=lambda messages: [without_parts(m, PARTS[capability]) for m in messages])
    return lambda llm: accepting_everything(drop(llm))


def accepting_everything(llm: Facade) -> Facade:
    """No setting and no file is refused before the formatter is asked."""
    llm._pipeline._accepted = frozenset(each.name for each in fields(Settings))
    llm._pipeline._history = llm._pipeline._history._replace(media=None)
    return llm


def without_parts(message: Any, kind: type[BaseModel]) -> BaseMessage:
    """The message without its parts of a kind."""
    kept = tuple(part for part in message.parts if not isinstance(part, kind))
    copy: BaseMessage = message.model_copy(update={"parts": kept})
    return copy


# -- the mutants ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """One behaviour less.

    Attributes:
        name: what it does wrong.
        law: the test that must notice.
        made: what is done to a facade.
        suite: what is changed in the suite itself.
        wires: the suites whose providers it can be made of.
    """

    name: str
    law: str
    made: Break = lambda llm: llm
    suite: Mapping[str, object] = field(default_factory=dict)
    wires: tuple[str, ...] = tuple(SUITES)


def dropped() -> Iterator[Mutant]:
    """For each capability: the provider that drops it in silence, claimed or denied."""
    for capability in PROBES:
        claiming = tuple(name for name, suite in SUITES.items() if capability in suite.claims)
        denying = tuple(name for name in SUITES if name not in claiming)
        broken = silently_without(capability)
        yield Mutant(f"{capability} dropped", "test_what_is_claimed_is_sent", broken, wires=claiming)
        yield Mutant(f"{capability} ignored", "test_what_is_denied_is_refused", broken, wires=denying)


MUTANTS: Final = (
    Mutant("says nothing", "test_an_answer_reads_as_expected", reading(mute)),
    Mutant("does not know the end", "test_an_answer_reads_as_expected", reading(endless)),
    Mutant("unsigned", "test_the_message_says_who_answered", being(Unsigned)),
    Mutant("own reasons", "test_the_message_says_who_answered", reading(of_another_kind)),
    Mutant("streams otherwise", "test_streamed_equals_whole", decoding(Shouting)),
    Mutant("ends twice", "test_a_stream_ends_with_its_one_finished_delta", decoding(FinishedTwice)),
    Mutant("strict events", "test_unknown_events_pass", refusing("event_of_tomorrow", "eventOfTomorrow")),
    Mutant("strict fields", "test_unknown_fields_pass", refusing("field_of_tomorrow")),
    Mutant("None is 0", "test_counts_that_were_not_sent_are_none", reading(no_usage_is_zero)),
    Mutant("a count is 0", "test_a_count_left_out_is_not_zero", reading(no_usage_is_zero)),
    Mutant("never interrupted", "test_truncation_raises", decoding(NeverInterrupted)),
    Mutant("no partial", "test_truncation_raises", being(Unattributed)),
    Mutant("always interrupted", "test_what_comes_after_the_end_may_be_missing", decoding(AlwaysInterrupted)),
    Mutant("errors carry nothing", "test_an_error_in_the_middle_carries_what_came", being(Unattributed)),
    Mutant("leaks", "test_a_stream_left_early_is_released", being(Leaking)),
    Mutant("deaf to cancelling", "test_a_cancelled_stream_is_released", being(Deaf)),
    Mutant("goes on", "test_a_cancelled_call_is_released", being(Shielded)),
    Mutant("one class for all", "test_an_error_is_mapped", raising(lambda _: InvalidRequestError("no"))),
    Mutant("not there", "test_a_service_that_is_not_there", instead(TransportError, InvalidRequestError("no"))),
    Mutant("cut", "test_a_connection_that_is_cut", instead(TransportError, MalformedResponseError("no"))),
    Mutant("a page", "test_a_page_of_a_proxy", instead(ResponseError, ConnectionFailedError("no"))),
    Mutant(
        "forgiving",
        "test_a_reply_without_an_answer",
        normaliser(lambda inner: BrokenNormaliser(inner, forgiving=True)),
    ),
    *dropped(),
    Mutant(
        "streams after all",
        "test_a_kind_of_call_that_is_denied_is_refused",
        suite={"claims": frozenset({"async"})},
    ),
    Mutant(
        "async after all",
        "test_a_kind_of_call_that_is_denied_is_refused",
        suite={"claims": frozenset({"streams"})},
    ),
    Mutant("empty prompts", "test_the_empty_prompt_is_refused", being(Chatty)),
    Mutant("never the same", "test_every_way_sends_the_same", counting),
    Mutant("no JSON", "test_a_message_survives_json", reading(with_a_set)),
    Mutant("forgets its answers", "test_an_answer_goes_back_into_a_request", writing(messages=only_users)),
    Mutant("tells thoughts", "test_reasoning_of_another_provider_stays_here", being(ThinkingAloud)),
    Mutant("invents", "test_an_injected_transport_is_used", being(Inventing)),
    Mutant("bypasses", "test_an_injected_transport_is_never_bypassed", bypassing),
    Mutant("wants a key", "test_an_injected_transport_needs_no_key", insisting),
    Mutant("own ids", "test_ids_and_times_are_injectable", keeping(_ids=new_id)),
    Mutant("own clock", "test_ids_and_times_are_injectable", keeping(_clock=utc_now)),
    Mutant("heavy", "test_no_sdk_is_loaded_by_an_import", heavy),
    Mutant("frank", "test_the_key_is_in_no_text_of_the_facade", being(Frank)),
    Mutant("holds the key", "test_the_key_is_in_no_text_of_the_facade", keeping(plain=KEY)),
    Mutant("pickles the key", "test_the_key_is_in_no_pickle", keeping(plain=KEY)),
    Mutant("quotes the key", "test_the_key_is_in_no_exception", raising(quoting_the_key)),
    Mutant("logs the key", "test_the_key_is_in_no_log", raising(logging_the_key)),
    Mutant("another key", "test_the_key_reaches_the_service", suite={"key": "another-key"}),
    Mutant("no recordings", "test_the_suite_is_complete", suite={"recordings": ()}),
    Mutant("no errors", "test_the_suite_is_complete", suite={"errors": ()}),
    Mutant("no counts", "test_the_suite_is_complete", suite={"usage_names": frozenset({"nothing"})}),
    Mutant("an unknown claim", "test_the_suite_is_complete", suite={"claims": frozenset({"streams", "magic"})}),
    Mutant("omits nothing", "test_the_suite_is_complete", suite={"omits": {"test_no_such_law": "none"}}),
    Mutant("gives no reason", "test_the_suite_is_complete", suite={"omits": {"test_truncation_raises": ""}}),
    Mutant("claims nothing", "test_what_is_claimed_is_recorded", suite={"claims": frozenset({"streams", "async"})}),
)


def suite_of(mutant: Mutant, sound: type[ProviderConformance]) -> type[ProviderConformance]:
    """The suite with the one law, for the broken provider."""

    class Broken(sound):  # type: ignore[misc,valid-type]  # a base that is a value: one class for each wire
        key: str | None = None

        def make(self, **injected: Unpack[Injected]) -> Facade:
            return mutant.made(super().make(**injected))

        def connect(self, base_url: str, api_key: str) -> Facade:
            return mutant.made(super().connect(base_url, self.key or api_key))

    for name in dir(Broken):
        if name.startswith("test_") and name != mutant.law:
            setattr(Broken, name, None)
    for name, value in mutant.suite.items():
        setattr(Broken, name, value)
    return Broken


for each in MUTANTS:
    for wire in each.wires:
        globals()[f"Test {each.name}: {wire}"] = suite_of(each, SUITES[wire])
