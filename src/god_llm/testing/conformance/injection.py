"""Laws of injection: what is given is used, and nothing is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from god_llm.auth import environment_variable
from god_llm.domain.exceptions import ConfigurationError
from god_llm.testing.conformance.capabilities import Facade
from god_llm.testing.conformance.recordings import Recording, Way
from god_llm.testing.conformance.suite import KEY, Suite, asked
from god_llm.testing.conformance.watched import AsyncOnly, SyncOnly, WatchedTransport
from god_llm.testing.fakes import FrozenClock, SequentialIds

__all__ = ["InjectionLaws"]

_WELL_KNOWN: Final = ("openai", "anthropic", "groq", "ollama", "boto3", "botocore", "httpx", "httpx2", "requests")
_LOADED: Final = "import sys, {module}\nprint(*sorted(sys.modules.keys() & {{{heavy}}}))"


class InjectionLaws(Suite):
    """Each part is what was given, and nothing stands in for it."""

    @pytest.mark.usefixtures("no_network")
    def test_an_injected_transport_is_used(self, recording: Recording, way: Way) -> None:
        """Each call is one request to the injected transport, and no connection is opened."""
        llm, transport = self._playing(recording)
        asked(llm, way)
        assert len(transport.requests) == 1
        assert (llm.transport, llm.async_transport) == (transport, transport)

    @pytest.mark.usefixtures("no_network")
    def test_an_injected_transport_is_never_bypassed(self, recording: Recording, way: Way) -> None:
        """A transport of the other kind alone is never replaced by a real one: it is used, or the call is refused."""
        transport = WatchedTransport.playing(recording)
        if way.startswith("a"):
            llm = self.make(transport=SyncOnly(transport))
        else:
            llm = self.make(async_transport=AsyncOnly(transport))
        self._used_or_refused(llm, way, transport)

    @pytest.mark.usefixtures("no_network")
    def test_an_injected_transport_needs_no_key(
        self, recording: Recording, way: Way, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without any key in the environment, a facade with an injected transport is made and answers."""
        keyed = self.make(transport=WatchedTransport(), api_key=KEY)
        monkeypatch.delenv(environment_variable(keyed.provider), raising=False)
        llm, transport = self._playing(recording)
        asked(llm, way)
        assert len(transport.requests) == 1

    def test_ids_and_times_are_injectable(self, recording: Recording, way: Way) -> None:
        """Messages have the ids and times of the injected sources."""
        clock = FrozenClock()
        transport = WatchedTransport.playing(recording)
        llm = self.make(transport=transport, ids=SequentialIds(), clock=clock)
        messages = [asked(llm, way), asked(llm, way)]
        assert [int(message.id, 16) for message in messages] == [1, 2]
        assert {message.created_at for message in messages} == {clock()}

    def test_no_sdk_is_loaded_by_an_import(self) -> None:
        """Importing the facade's module loads no SDK and no HTTP library."""
        transport = WatchedTransport()
        module = type(self.make(transport=transport, api_key=KEY)).__module__
        heavy = ", ".join(map(repr, (*_WELL_KNOWN, *self.sdk)))
        loaded = subprocess.run(  # noqa: S603 - our own Python, and a module that is loaded here already
            [sys.executable, "-c", _LOADED.format(module=module, heavy=heavy)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert loaded.returncode == 0, loaded.stderr
        assert loaded.stdout.split() == []

    def _used_or_refused(self, llm: Facade, way: Way, transport: WatchedTransport) -> None:
        try:
            asked(llm, way)
        except ConfigurationError:
            assert transport.requests == []
        else:
            assert len(transport.requests) == 1
