"""Cassettes: what crosses a transport's socket, recorded once and replayed without key, network or SDK."""

from god_llm.testing.cassettes.cassette import Cassette, Mode, Scrub
from god_llm.testing.cassettes.exceptions import CassetteError, CassetteMissError
from god_llm.testing.cassettes.exchange import Exchange
from god_llm.testing.cassettes.scrubbing import SCRUBBED
from god_llm.testing.cassettes.transports import RecordingTransport, ReplayTransport
from god_llm.testing.cassettes.wiring import wire_cassette

__all__ = [
    "SCRUBBED",
    "Cassette",
    "CassetteError",
    "CassetteMissError",
    "Exchange",
    "Mode",
    "RecordingTransport",
    "ReplayTransport",
    "Scrub",
    "wire_cassette",
]
