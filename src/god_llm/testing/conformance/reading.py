"""Laws of reading: what a reply says, in whichever form it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import get_args

import pytest

from god_llm.domain.deltas import Delta, FinishedDelta
from god_llm.domain.finish import FinishReason
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.usage import Usage
from god_llm.engine.collector import Collector
from god_llm.testing.conformance.recordings import (
    Kind,
    Recording,
    Way,
    counts_under,
    with_unknown_fields,
    without,
    without_count,
)
from god_llm.testing.conformance.suite import Suite, asked, said
from god_llm.testing.conformance.watched import WatchedTransport

__all__ = ["ReadingLaws"]


class ReadingLaws(Suite):
    """What is said is read, all of it, and nothing else."""

    def test_an_answer_reads_as_expected(self, recording: Recording, way: Way) -> None:
        """The content and whatever else the author expects are on the message."""
        llm, _ = self._playing(recording)
        message = asked(llm, way)
        assert message.content == recording.content
        for name, value in recording.expected.items():
            assert getattr(message, name) == value, name

    def test_the_message_says_who_answered(self, recording: Recording, way: Way) -> None:
        """Provider and model are the facade's, the finish reason is one of ours, the metadata has the call's facts."""
        llm, _ = self._playing(recording)
        message = asked(llm, way)
        assert (message.provider, message.model) == (llm.provider, llm.model_name)
        assert message.finish_reason in {None, *get_args(FinishReason)}
        assert {"temperature", "max_tokens", "media_type", "latency"} <= (message.metadata or {}).keys()

    def test_streamed_equals_whole(self, recording: Recording, kind: Kind) -> None:
        """The collected stream is the message that the whole reply makes, but for what `differs` names."""
        if recording.reply is None:
            pytest.skip(f"the recording {recording.name!r} has no whole reply")
        llm, _ = self._playing(recording)
        whole = asked(llm, "generate" if kind == "sync" else "agenerate")
        streamed = asked(llm, _streaming(kind))
        assert said(streamed, *recording.differs) == said(whole, *recording.differs)

    def test_a_stream_ends_with_its_one_finished_delta(self, recording: Recording, kind: Kind) -> None:
        """The last delta, and no other, is a `FinishedDelta`; the deltas alone make the message."""
        llm, _ = self._playing(recording)
        deltas: list[Delta] = []
        message = asked(llm, _streaming(kind), into=deltas.append)
        assert [isinstance(delta, FinishedDelta) for delta in deltas] == [False] * (len(deltas) - 1) + [True]
        collector = Collector()
        for delta in deltas:
            collector.add(delta)
        assert collector.message().parts == message.parts

    def test_unknown_events_pass(self, recording: Recording, kind: Kind) -> None:
        """An event that this version does not know changes nothing, wherever it stands."""
        events = [*recording.streamed]
        plain = self._said([*events], kind)
        for place in range(len(events)):
            assert self._said([*events[:place], self.unknown_event, *events[place:]], kind) == plain, place

    def test_unknown_fields_pass(self, recording: Recording, way: Way) -> None:
        """A field that this version does not know changes nothing, however deep it stands."""
        llm, _ = self._playing(recording)
        planted = self.make(transport=_edited(recording, lambda value: with_unknown_fields(value, self.opaque)))
        assert said(asked(planted, way)) == said(asked(llm, way))

    def test_counts_that_were_not_sent_are_none(self, recording: Recording, way: Way) -> None:
        """Without the usage of the wire, no count is known: None, never 0."""
        transport = _edited(recording, lambda value: without(value, self.usage_names))
        usage = asked(self.make(transport=transport), way).usage
        assert usage in {None, Usage()}

    def test_a_count_left_out_is_not_zero(self, recording: Recording, way: Way) -> None:
        """Whichever single count the service leaves out, no count becomes 0 by it, and the others stay."""
        llm, _ = self._playing(recording)
        known = _counts(asked(llm, way).usage)
        for name in sorted({*counts_under([recording.reply, recording.events], self.usage_names)}):
            less = _edited(recording, partial(without_count, count=name, names=self.usage_names))
            counts = _counts(asked(self.make(transport=less), way).usage)
            assert [field for field, count in counts.items() if count == 0 != known.get(field)] == [], name

    def _said(self, events: list[JsonObject], kind: Kind) -> object:
        return said(asked(self.make(transport=WatchedTransport(events=events)), _streaming(kind)))


def _streaming(kind: Kind) -> Way:
    return "stream" if kind == "sync" else "astream"


def _counts(usage: Usage | None) -> Mapping[str, int | None]:
    return {} if usage is None else usage.model_dump()


def _edited(recording: Recording, edit: Callable[[object], object]) -> WatchedTransport:
    """A transport that plays the recording with each of its JSON objects changed."""
    events = None if recording.events is None else [_object(edit(event)) for event in recording.events]
    return WatchedTransport(None if recording.reply is None else _object(edit(recording.reply)), events)


def _object(value: object) -> JsonObject:
    assert isinstance(value, Mapping)
    return value
