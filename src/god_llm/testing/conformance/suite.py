"""What every group of laws stands on: what the author gives, which tests follow from it, and how to ask."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypedDict, TypeVar, Unpack, get_args

import pytest

from god_llm.domain.deltas import Delta
from god_llm.domain.exceptions import BaseLLMException
from god_llm.domain.identity import Clock, IdSource
from god_llm.domain.messages import AIMessage, Prompt
from god_llm.domain.settings import GenerationSettings
from god_llm.protocols import AsyncTransport, Transport
from god_llm.testing.conformance.capabilities import PROBES, Capability, Facade, Probe, probe_with
from god_llm.testing.conformance.recordings import UNKNOWN, ErrorSample, Kind, Recording, Way, without, without_empty
from god_llm.testing.conformance.watched import WatchedTransport

__all__ = ["KEY", "Injected", "Suite", "asked", "awaited", "failure", "said"]

KEY: Final = "conformance-key-0123456789abcdef"
"""The key that is given, and that no text may hold."""

ResultT = TypeVar("ResultT")


class Injected(TypedDict, total=False):
    """What the kit passes to `make`: arguments that a facade made of four parts has."""

    api_key: str
    transport: Transport[Any]  # Any: the kit's transport takes whatever the formatter writes
    async_transport: AsyncTransport[Any]
    ids: IdSource
    clock: Clock


class Suite:
    """What the author of a provider gives.

    Attributes:
        recordings: answers of the service, as they cross the transport socket.
        errors: errors of the service, and what they must become.
        claims: what the provider takes; whatever is not named is denied, and must be refused.
        asks: settings to try a claim with, where the kit's own do not fit: a service tier in the provider's own word,
            `show_reasoning` beside `reasoning`. Settings beside the one that is tried are sent for comparison too.
        omits: laws that can't hold for this provider (the test's name -> why). They are skipped, with the reason.
        sdk: modules that must not be loaded before the first request, besides the well-known ones.
        usage_names: the fields of the wire that hold token counts.
        opaque: fields of the wire that hold an application's own JSON: no unknown fields are planted in them.
        log_level: loggers are watched for the key at this level and above, those of SDKs included.
        unknown_event: an event that the service may send some day.
    """

    recordings: ClassVar[Sequence[Recording]] = ()
    errors: ClassVar[Sequence[ErrorSample]] = ()
    claims: ClassVar[frozenset[Capability]] = frozenset()
    asks: ClassVar[Mapping[Capability, GenerationSettings]] = {}
    omits: ClassVar[Mapping[str, str]] = {}
    sdk: ClassVar[tuple[str, ...]] = ()
    usage_names: ClassVar[frozenset[str]] = frozenset({"usage"})
    opaque: ClassVar[frozenset[str]] = frozenset({"input", "arguments", "input_schema", "parameters"})
    log_level: ClassVar[int] = logging.DEBUG
    unknown_event: ClassVar[Mapping[str, object]] = {"type": "event_of_tomorrow", UNKNOWN: {"any": "thing"}}

    def make(self, **injected: Unpack[Injected]) -> Facade:
        """The facade, with whatever is injected: `return ChatMine("my-model", **injected)`."""
        raise NotImplementedError("give a make(): return ChatMine('my-model', **injected)")

    def connect(self, base_url: str, api_key: str) -> Facade:
        """The facade with its real transport, without retries, for a server of the kit's on this machine."""
        raise NotImplementedError("give a connect(), or name the laws that need one in omits, with the reason")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each recording, error and capability, and each way to ask."""
        cases: Mapping[tuple[str, ...], Callable[[], Sequence[tuple[object, ...]]]] = {
            ("recording", "way"): lambda: [(r, way) for r in self.recordings for way in self._ways() if r.heard(way)],
            ("recording", "kind"): lambda: [(r, k) for r in self.recordings for k in self._kinds() if r.events],
            ("sample", "way"): lambda: [(e, way) for e in self.errors for way in self._ways() if e.heard(way)],
            ("claimed", "way"): lambda: [*self._probes(claimed=True)],
            ("denied", "way"): lambda: [*self._probes(claimed=False)],
            ("recording",): lambda: [(recording,) for recording in self.recordings],
            ("way",): lambda: [(way,) for way in self._ways()],
            ("kind",): lambda: [(kind,) for kind in self._kinds()],
        }
        for names, rows in cases.items():
            if set(names) <= set(metafunc.fixturenames):
                metafunc.parametrize(names, [pytest.param(*row, id="-".join(map(_label, row))) for row in rows()])
                return

    @pytest.fixture(autouse=True)
    def _omitted(self, request: pytest.FixtureRequest) -> None:
        name = request.node.originalname if isinstance(request.node, pytest.Function) else ""
        if name in self.omits:
            pytest.skip(f"omitted by the suite: {self.omits[name]}")

    @pytest.fixture
    def no_network(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Any attempt to connect to anything fails the test."""

        def refused(*_: object, **__: object) -> object:
            pytest.fail("something tried to open a network connection")

        for name in ("connect", "connect_ex"):
            monkeypatch.setattr(socket.socket, name, refused)
        monkeypatch.setattr(socket, "getaddrinfo", refused)

    # -- what the laws ask --------------------------------------------------------------------------------

    @classmethod
    def _ways(cls) -> Iterator[Way]:
        for way in get_args(Way):
            if ("stream" not in way or "streams" in cls.claims) and (way[0] != "a" or "async" in cls.claims):
                yield way

    @classmethod
    def _kinds(cls) -> Iterator[Kind]:
        """The kinds of code that can have a stream."""
        if "streams" in cls.claims:
            yield "sync"
            if "async" in cls.claims:
                yield "async"

    @classmethod
    def _probes(cls, *, claimed: bool) -> Iterator[tuple[Capability, Way]]:
        for capability in PROBES:
            if (capability in cls.claims) == claimed:
                for way in cls._ways():
                    if capability != "response_schema" or "stream" not in way:
                        yield capability, way

    @classmethod
    def _probe(cls, capability: Capability) -> Probe:
        """The probe of a claim of this suite."""
        probe = PROBES[capability]
        return probe_with(probe, capability, cls.asks[capability]) if capability in cls.asks else probe

    @classmethod
    def _any_recording(cls, *, streamed: bool = False) -> Recording:
        for recording in cls.recordings:
            if recording.reply is not None and (recording.events or not streamed):
                return recording
        pytest.fail("the suite has no recording with a whole reply and the events of its stream")

    def _playing(self, recording: Recording) -> tuple[Facade, WatchedTransport]:
        transport = WatchedTransport.playing(recording)
        return self.make(transport=transport), transport


def _label(value: object) -> str:
    return value.name if isinstance(value, Recording | ErrorSample) else str(value)


def asked(
    llm: Facade,
    way: Way,
    prompt: Prompt = "hello",
    into: Callable[[Delta], object] = lambda _: None,
    **settings: Unpack[GenerationSettings],
) -> AIMessage:
    """The answer, asked for in one of the four ways; the facade is closed after it.

    Args:
        llm: the facade.
        way: how to ask.
        prompt: what to ask.
        into: told each delta of a stream.
        **settings: of the call.
    """

    async def alone() -> AIMessage:
        async with llm:
            return await llm.agenerate(prompt, **settings)

    async def streamed() -> AIMessage:
        async with llm, llm.astream(prompt, **settings) as answer:
            async for delta in answer:
                into(delta)
            return answer.message

    match way:
        case "generate":
            with llm:
                return llm.generate(prompt, **settings)
        case "stream":
            with llm, llm.stream(prompt, **settings) as answer:
                for delta in answer:
                    into(delta)
                return answer.message
        case "agenerate":
            return awaited(alone)
        case "astream":
            return awaited(streamed)


def awaited(call: Callable[[], Awaitable[ResultT]]) -> ResultT:
    """The result of async code, on an event loop of its own."""

    async def main() -> ResultT:
        return await call()

    return asyncio.run(main())


def failure(
    llm: Facade, way: Way, prompt: Prompt = "hello", into: Callable[[Delta], object] = lambda _: None
) -> BaseLLMException:
    """The exception of this library that comes in the place of an answer."""
    with pytest.raises(BaseLLMException) as caught:
        asked(llm, way, prompt, into)
    return caught.value


def said(message: AIMessage, *but: str) -> object:
    """All that a message says, without what differs from call to call, and without unknown fields."""
    dump = message.model_dump(exclude={"id", "created_at", *but})
    dump["metadata"] = {name: value for name, value in (dump.get("metadata") or {}).items() if name != "latency"}
    if "metadata" in but:
        del dump["metadata"]
    known = without(dump, frozenset({UNKNOWN}))
    return without_empty(known, "provider_data")
