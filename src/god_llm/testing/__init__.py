"""The kit for testing: fakes of the parts, cassettes, snapshots, and a simulator of the provider APIs on loopback."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.testing.cassettes import Cassette as Cassette
    from god_llm.testing.cassettes import CassetteError as CassetteError
    from god_llm.testing.cassettes import CassetteMissError as CassetteMissError
    from god_llm.testing.cassettes import RecordingTransport as RecordingTransport
    from god_llm.testing.cassettes import ReplayTransport as ReplayTransport
    from god_llm.testing.cassettes import wire_cassette as wire_cassette
    from god_llm.testing.conformance import BaseLLMConformance as BaseLLMConformance
    from god_llm.testing.conformance import ErrorSample as ErrorSample
    from god_llm.testing.conformance import Injected as Injected
    from god_llm.testing.conformance import ProviderConformance as ProviderConformance
    from god_llm.testing.conformance import Recording as Recording
    from god_llm.testing.fake_generator import FakeCall as FakeCall
    from god_llm.testing.fake_generator import FakeGenerator as FakeGenerator
    from god_llm.testing.fakes import FakeTransport as FakeTransport
    from god_llm.testing.fakes import FrozenClock as FrozenClock
    from god_llm.testing.fakes import SequentialIds as SequentialIds
    from god_llm.testing.fakes import StaticAuth as StaticAuth
    from god_llm.testing.serialiser import serialise_messages as serialise_messages
    from god_llm.testing.simulator import Simulator as Simulator
    from god_llm.testing.snapshots import AIMessageSnapshotExtension as AIMessageSnapshotExtension
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "AIMessageSnapshotExtension": "snapshots",
            "BaseLLMConformance": "conformance",
            "Cassette": "cassettes",
            "CassetteError": "cassettes",
            "CassetteMissError": "cassettes",
            "ErrorSample": "conformance",
            "FakeCall": "fake_generator",
            "FakeGenerator": "fake_generator",
            "FakeTransport": "fakes",
            "FrozenClock": "fakes",
            "Injected": "conformance",
            "ProviderConformance": "conformance",
            "Recording": "conformance",
            "RecordingTransport": "cassettes",
            "ReplayTransport": "cassettes",
            "SequentialIds": "fakes",
            "Simulator": "simulator",
            "StaticAuth": "fakes",
            "serialise_messages": "serialiser",
            "wire_cassette": "cassettes",
        },
    )

__all__ = [
    "AIMessageSnapshotExtension",
    "BaseLLMConformance",
    "Cassette",
    "CassetteError",
    "CassetteMissError",
    "ErrorSample",
    "FakeCall",
    "FakeGenerator",
    "FakeTransport",
    "FrozenClock",
    "Injected",
    "ProviderConformance",
    "Recording",
    "RecordingTransport",
    "ReplayTransport",
    "SequentialIds",
    "Simulator",
    "StaticAuth",
    "serialise_messages",
    "wire_cassette",
]
