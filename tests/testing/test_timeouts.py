"""The transports of the kit under a timeout of one call."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from god_llm import UnsupportedParameterError
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import SupportsTimeout
from god_llm.testing import Cassette, FakeTransport, RecordingTransport, ReplayTransport
from god_llm.testing.conformance.watched import WatchedTransport


class Untimed:
    """A transport without `with_timeout`."""

    def send(self, request: JsonObject, /) -> JsonObject:
        raise NotImplementedError

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        raise NotImplementedError

    async def asend(self, request: JsonObject, /) -> JsonObject:
        raise NotImplementedError

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        raise NotImplementedError


def test_what_never_waits_takes_any_timeout(tmp_path: Path) -> None:
    """A fake, a replay and the conformance kit's transport answer as before."""
    for transport in (FakeTransport({}), ReplayTransport(Cassette(tmp_path / "a.json")), WatchedTransport()):
        timed: SupportsTimeout = transport
        assert isinstance(timed, SupportsTimeout)
        assert timed.with_timeout(1.5) is transport


def test_a_recorder_times_the_transport_inside(tmp_path: Path) -> None:
    """The inner transport has the timeout, and what it answers is kept on the same cassette."""
    fake, cassette = FakeTransport({"n": 1}), Cassette(tmp_path / "a.json")
    recorder = RecordingTransport(fake, cassette)
    timed = recorder.with_timeout(2.5)
    assert isinstance(timed, RecordingTransport)
    assert timed.send({"ask": 1}) == {"n": 1}
    assert (fake.timeouts, recorder.inner) == ([2.5], fake)
    assert ReplayTransport(cassette).send({"ask": 1}) == {"n": 1}


def test_a_recorder_around_what_has_no_timeout_says_so(tmp_path: Path) -> None:
    """The timeout would be ignored while recording: the error names the inner class."""
    with pytest.raises(UnsupportedParameterError, match="Untimed"):
        RecordingTransport(Untimed(), Cassette(tmp_path / "a.json")).with_timeout(1)
