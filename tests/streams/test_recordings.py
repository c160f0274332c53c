"""Recorded streams, cut into any pieces, broken off anywhere, in any order that the wire allows.

The recordings stand beside the project, not in it; without them these tests are skipped.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from god_llm import AIMessage, BaseLLMException, Delta, FinishedDelta, StreamInterruptedError, TextDelta, UsageDelta
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.collector import Collector
from god_llm.http.done import DONE
from god_llm.http.json_object import json_object
from god_llm.http.ndjson import ObjectSplitter
from god_llm.http.sse import EventSplitter
from god_llm.plugins.anthropic import AnthropicNormaliser
from god_llm.plugins.bedrock import BedrockNormaliser
from god_llm.plugins.groq import GroqNormaliser
from god_llm.plugins.ollama import OllamaNormaliser
from god_llm.plugins.openai import OpenAIChatNormaliser, OpenAIResponsesNormaliser
from god_llm.protocols import ResponseNormaliser

CORPUS: Final = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "cases"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no recorded streams beside the project")


# -- from bytes to events -------------------------------------------------------------------------------


def sse(pieces: Iterable[bytes]) -> Iterator[JsonObject]:
    """The events of a stream of server-sent events."""
    splitter = EventSplitter()
    for piece in pieces:
        for event in splitter.feed(piece):
            yield DONE if event.data == "[DONE]" else json_object(event.data)


def ndjson(pieces: Iterable[bytes]) -> Iterator[JsonObject]:
    """The lines of a stream of JSON lines."""
    splitter = ObjectSplitter()
    for piece in pieces:
        yield from splitter.feed(piece)
    yield from splitter.finish()


def frames(pieces: Iterable[bytes]) -> Iterator[JsonObject]:
    """The events of AWS's binary stream, unpacked by botocore."""
    from botocore.eventstream import EventStreamBuffer

    buffer = EventStreamBuffer()
    for piece in pieces:
        buffer.add_data(piece)
        for message in buffer:
            headers: Mapping[str, str] = message.headers  # type: ignore[assignment]  # the stubs say int
            yield {headers.get(":event-type") or headers[":exception-type"]: json.loads(message.payload)}


# -- what is different from wire to wire ------------------------------------------------------------------


def chat_end(event: JsonObject) -> bool:
    """OpenAI's closing line."""
    return event is DONE


def chat_finished(events: Iterable[JsonObject]) -> bool:
    """A finish reason for each choice, with which a stream may end where `[DONE]` is not certain to follow."""
    finished: dict[object, bool] = {}
    for event in events:
        for choice in event.get("choices") or ():  # type: ignore[attr-defined]  # recorded JSON
            finished[choice["index"]] = finished.get(choice["index"], False) or bool(choice.get("finish_reason"))
    return bool(finished) and all(finished.values())


def any_event(ends: Callable[[JsonObject], bool]) -> Callable[[Iterable[JsonObject]], bool]:
    """Whether one event is an end, asked of many."""
    return lambda events: any(map(ends, events))


def chat_strand(event: JsonObject) -> object:
    """The tool call that a chunk is about; everything else is one strand."""
    match event:
        case {"choices": [{"delta": {"tool_calls": [{"index": int(index)}]}}]}:
            return index
        case {"choices": [_]}:
            return "words"
        case _:
            return None


def numbered(name: str) -> Callable[[JsonObject], object]:
    """The block or item that an event is about, by the name of its number."""
    return lambda event: event.get(name)


def bedrock_strand(event: JsonObject) -> object:
    """The block that an event is about."""
    match next(iter(event.values()), None):
        case {"contentBlockIndex": int(index)}:
            return index
        case _:
            return None


@dataclass(frozen=True)
class Wire:
    """How the streams of one endpoint are read.

    Attributes:
        normaliser: makes the decoder.
        events: takes bytes apart.
        ended: whether events have the provider's own end among them.
        strand: what an event belongs to that may stand interleaved with others; None: it keeps its place.
        noise: events that may come anywhere and mean nothing.
    """

    normaliser: Callable[[], ResponseNormaliser]
    events: Callable[[Iterable[bytes]], Iterator[JsonObject]]
    ended: Callable[[Iterable[JsonObject]], bool]
    strand: Callable[[JsonObject], object]
    noise: JsonObject


_CHAT_NOISE: Final[JsonObject] = {"choices": [], "obfuscation": "xyz"}

WIRES: Final[Mapping[str, Wire]] = {
    "openai/chat_completions": Wire(OpenAIChatNormaliser, sse, chat_finished, chat_strand, _CHAT_NOISE),
    "ollama/v1_chat_completions": Wire(OpenAIChatNormaliser, sse, chat_finished, chat_strand, _CHAT_NOISE),
    "groq/chat_completions": Wire(GroqNormaliser, sse, any_event(chat_end), chat_strand, _CHAT_NOISE),
    "openai/responses": Wire(
        OpenAIResponsesNormaliser,
        sse,
        any_event(lambda event: event.get("type") in {"response.completed", "response.incomplete", "response.failed"}),
        numbered("output_index"),
        {"type": "keepalive", "sequence_number": 0},
    ),
    "anthropic/messages": Wire(
        AnthropicNormaliser,
        sse,
        any_event(lambda event: event.get("type") == "message_stop"),
        numbered("index"),
        {"type": "ping"},
    ),
    "ollama/api_chat": Wire(
        OllamaNormaliser,
        ndjson,
        any_event(lambda event: event.get("done") is True),
        lambda _: None,
        {"message": {"role": "assistant", "content": ""}, "done": False},
    ),
    "bedrock/converse_stream": Wire(
        BedrockNormaliser,
        frames,
        any_event(lambda event: "messageStop" in event),
        bedrock_strand,
        {"keepAlive": {}},
    ),
}


# -- the recordings -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recording:
    """One recorded stream."""

    name: str
    wire: Wire
    body: bytes
    said: Mapping[str, JsonValue]
    """What an independent reader says of it."""

    @property
    def complete(self) -> bool:
        """Whether it came to its end without an error."""
        stream = self.said.get("stream")
        return isinstance(stream, dict) and stream["complete"] is True and stream["error"] is None

    @property
    def calls(self) -> list[tuple[JsonValue, JsonValue, JsonValue]]:
        """Id, name and arguments of the calls that the application is asked to make."""
        calls = self.said["tool_calls"]
        assert isinstance(calls, list)
        functions = [call for call in calls if isinstance(call, dict) and call.get("type", "function") == "function"]
        return [(call["id"], call["name"], call["arguments"]) for call in functions]

    def deltas(self, pieces: Iterable[bytes]) -> list[Delta]:
        """What comes out of these bytes."""
        return decoded(self.wire, self.wire.events(pieces))

    def outcome(self, pieces: Iterable[bytes]) -> list[Delta] | tuple[type[BaseException], str]:
        """The deltas, or the error in their place."""
        try:
            return self.deltas(pieces)
        except BaseLLMException as error:
            return type(error), str(error)


def decoded(wire: Wire, events: Iterable[JsonObject]) -> list[Delta]:
    """All the deltas of a stream."""
    decoder = wire.normaliser().decoder()
    deltas = [delta for event in events for delta in decoder.feed(event)]
    return [*deltas, *decoder.finish()]


def collected(deltas: Iterable[Delta]) -> dict[str, object]:
    """The message of these deltas, without what differs from call to call."""
    return message_of(deltas).model_dump(exclude={"id", "created_at"})


def message_of(deltas: Iterable[Delta]) -> AIMessage:
    """The message of these deltas."""
    collector = Collector()
    for delta in deltas:
        collector.add(delta)
    return collector.message()


@cache
def recordings(endpoint: str) -> tuple[Recording, ...]:
    """All the recorded streams of an endpoint."""
    index = json.loads((CORPUS / "index.json").read_text(encoding="utf-8"))
    files = [
        CORPUS / case["file"]
        for case in index
        if case["stream"] and case["status"] == 200 and f"{case['provider']}/{case['endpoint']}" == endpoint
    ]
    return tuple(_recording(file, WIRES[endpoint]) for file in files)


def _recording(file: Path, wire: Wire) -> Recording:
    case = json.loads(file.read_text(encoding="utf-8"))
    response = case["response"]
    binary = response.get("eventstream_b64")
    text = response.get("sse") or response.get("ndjson") or ""
    body = base64.b64decode(binary) if binary else text.encode()
    said = json.loads(file.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return Recording(case["id"], wire, body, said)


def any_recording() -> st.SearchStrategy[Recording]:
    """Any recorded stream of any endpoint, each endpoint as likely as the other."""
    return st.sampled_from(sorted(WIRES)).flatmap(lambda endpoint: st.sampled_from(recordings(endpoint)))


def cut_at(body: bytes, places: Iterable[int]) -> list[bytes]:
    """The bytes in pieces, cut at these places."""
    edges = sorted({0, len(body), *(place % (len(body) + 1) for place in places)})
    return [body[start:end] for start, end in pairwise(edges)]


@pytest.fixture(params=WIRES)
def endpoint(request: pytest.FixtureRequest) -> str:
    """The name of each endpoint in turn."""
    name: str = request.param
    return name


# -- the laws -------------------------------------------------------------------------------------------------


def test_there_are_recordings(endpoint: str) -> None:
    """No endpoint is passed over, and most streams are complete."""
    assert sum(recording.complete for recording in recordings(endpoint)) >= 5


def test_every_stream_in_small_pieces_gives_the_same_deltas(endpoint: str) -> None:
    """Each recorded stream, cut into pieces of 1 to 60 bytes."""
    for recording in recordings(endpoint):
        places, chance = [0], random.Random(recording.name)
        while places[-1] < len(recording.body):
            places.append(places[-1] + chance.randint(1, 60))
        whole = recording.outcome([recording.body])
        assert recording.outcome(cut_at(recording.body, places[:-1])) == whole, recording.name


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recording=any_recording(), places=st.lists(st.integers(0, 200_000), max_size=40))
def test_any_split_gives_the_same_deltas(recording: Recording, places: list[int]) -> None:
    """Where the network cuts the bytes says nothing."""
    assert recording.outcome(cut_at(recording.body, places)) == recording.outcome([recording.body])


@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["crlf", "cr"])
@pytest.mark.parametrize("endpoint", [name for name, wire in WIRES.items() if wire.events is sse])
def test_any_line_end_gives_the_same_deltas(endpoint: str, line_end: str) -> None:
    """Server-sent events may end their lines in three ways."""
    for recording in recordings(endpoint):
        other = recording.body.replace(b"\r\n", b"\n").replace(b"\n", line_end.encode())
        pieces = cut_at(other, range(0, len(other), 11))
        assert recording.outcome(pieces) == recording.outcome([recording.body]), recording.name


def end_of(recording: Recording) -> int:
    """After how many bytes the provider's own end is there; beyond all where it never came."""
    low, high = 0, len(recording.body)
    if not recording.wire.ended(recording.wire.events([recording.body])):
        return high + 1
    while low < high:
        middle = (low + high) // 2
        ended = recording.wire.ended(recording.wire.events([recording.body[:middle]]))
        low, high = (low, middle) if ended else (middle + 1, high)
    return low


def test_a_stream_broken_off_next_to_its_end_raises(endpoint: str) -> None:
    """A byte before the end, an event before it, and half-way: it is not an answer."""
    for recording in recordings(endpoint):
        end = end_of(recording)
        if not recording.complete:
            assert isinstance(recording.outcome([recording.body]), tuple), recording.name
            continue
        assert isinstance(recording.outcome([recording.body[:end]]), list), recording.name
        before = recording.body.rfind(b"\n\n", 0, end - 4) + 2
        for cut in {end - 1, before, end // 2, 1, 0} - {end}:
            with pytest.raises(StreamInterruptedError):
                recording.deltas([recording.body[:cut]])


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recording=any_recording(), place=st.integers(0, 200_000))
def test_any_cut_before_the_end_raises(recording: Recording, place: int) -> None:
    """A stream that was broken off is never taken for an answer."""
    cut = place % min(end_of(recording), len(recording.body) + 1)
    with pytest.raises(StreamInterruptedError if recording.complete else BaseLLMException):
        recording.deltas([recording.body[:cut]])


def test_the_message_is_what_the_deltas_say(endpoint: str) -> None:
    """Text, calls, usage and finish of the collected message, beside the deltas and an independent reader."""
    for recording in recordings(endpoint):
        if not recording.complete:
            continue
        deltas = recording.deltas([recording.body])
        message = message_of(deltas)
        finished = [delta for delta in deltas if isinstance(delta, FinishedDelta)]
        usages = [delta.usage for delta in deltas if isinstance(delta, UsageDelta)]
        assert deltas[-1:] == finished, recording.name
        assert message.content == recording.said["text"], recording.name
        assert message.content == "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
        assert [(call.id, call.name, dict(call.arguments)) for call in message.tool_calls] == recording.calls
        assert message.usage == (usages[-1] if usages else None), recording.name
        assert message.raw_finish_reason == finished[0].raw_finish_reason, recording.name


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recording=any_recording(), chance=st.randoms(use_true_random=False))
def test_strands_may_be_interleaved(recording: Recording, chance: random.Random) -> None:
    """Blocks, items and tool calls are told apart by their numbers, not by standing together."""
    assume(recording.complete)
    events = [*recording.wire.events([recording.body])]
    mixed = interleaved(events, recording.wire.strand, chance)
    assert collected(decoded(recording.wire, mixed)) == collected(decoded(recording.wire, events))


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recording=any_recording(), chance=st.randoms(use_true_random=False))
def test_noise_may_come_anywhere(recording: Recording, chance: random.Random) -> None:
    """Pings, keep-alives and events of a kind that is not known change nothing."""
    assume(recording.complete)
    events = [*recording.wire.events([recording.body])]
    noisy = [*events]
    for _ in range(chance.randint(1, 8)):
        place = chance.randint(0, noisy.index(events[-1]))
        noisy.insert(place, chance.choice([recording.wire.noise, {"type": "new.kind", "x_new": {"a": 1}}]))
    assert collected(decoded(recording.wire, noisy)) == collected(decoded(recording.wire, events))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    recording=st.sampled_from(
        ["openai/chat_completions", "ollama/v1_chat_completions", "groq/chat_completions"]
    ).flatmap(lambda name: st.sampled_from(recordings(name))),
    place=st.integers(0, 10_000),
)
def test_usage_may_come_early_or_late(recording: Recording, place: int) -> None:
    """A chunk of usage alone may stand anywhere before the end."""
    events = [*recording.wire.events([recording.body])]
    counts = [event for event in events if event.get("usage") or event.get("x_groq")]
    assume(recording.complete and len(counts) == 1 and not counts[0].get("choices"))
    moved = [event for event in events if event is not counts[0]]
    moved.insert(place % len(moved), counts[0])
    assert collected(decoded(recording.wire, moved)) == collected(decoded(recording.wire, events))


def interleaved(
    events: Sequence[JsonObject], strand: Callable[[JsonObject], object], chance: random.Random
) -> list[JsonObject]:
    """The events in another order: each strand keeps its own, strands begin in theirs, the rest keeps its place.

    Only events that stand between two of no strand are mixed.
    """
    mixed: list[JsonObject] = []
    strands: dict[object, list[JsonObject]] = {}
    for event in [*events, {}]:
        name = strand(event)
        if name is not None:
            strands.setdefault(name, []).append(event)
            continue
        mixed.extend(riffled([*strands.values()], chance))
        strands.clear()
        mixed.append(event)
    return mixed[:-1]


def riffled(strands: list[list[JsonObject]], chance: random.Random) -> Iterator[JsonObject]:
    """Strands put together at random; each begins after the one before it has."""
    begun, taken = 0, [0] * len(strands)
    while True:
        ready = [n for n in range(min(begun + 1, len(strands))) if taken[n] < len(strands[n])]
        if not ready:
            return
        turn = chance.choice(ready)
        begun = max(begun, turn + 1)
        yield strands[turn][taken[turn]]
        taken[turn] += 1
