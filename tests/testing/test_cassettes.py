"""Cassettes: modes, matching, the file, and what happens when things go wrong."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, get_args

import pytest
from dependency_injector.providers import Object
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue
from typing_extensions import override

from god_llm import ChatAnthropic, ConfigurationError, MissingAPIKeyError, RateLimitError, StreamInterruptedError
from god_llm.containers import AnthropicContainer, AnthropicSettings, LLMContainer, OllamaSettings
from god_llm.domain import exceptions
from god_llm.domain.exceptions import (
    BaseLLMException,
    ProviderError,
    ResponseError,
    TimeoutExceededError,
    TransportError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import (
    Cassette,
    CassetteError,
    CassetteMissError,
    FakeTransport,
    RecordingTransport,
    ReplayTransport,
    Simulator,
    wire_cassette,
)
from god_llm.testing.cassettes import Mode
from god_llm.testing.cassettes.failures import raised_again, told
from god_llm.testing.cassettes.plain import restored_object, stored_object

WIRED_PARTS: Final = ("transport", "async_transport", "transport_wrapper")
ASK: Final[JsonObject] = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a cassette is to be."""
    return tmp_path / "deep" / "cassette.json"


def record(path: Path, *exchanges: tuple[JsonObject, JsonObject], mode: Mode = "once") -> None:
    """Record whole replies."""
    recorder = RecordingTransport(FakeTransport(*[reply for _, reply in exchanges]), Cassette(path, mode))
    for request, _ in exchanges:
        recorder.send(request)


# -- modes ----------------------------------------------------------------------------------------------


def test_once_records_where_there_is_no_file_and_only_replays_where_there_is_one(path: Path) -> None:
    """The first run asks the provider, all later ones the file."""
    record(path, (ASK, {"n": 1}))
    later = RecordingTransport(FakeTransport({"n": 2}), Cassette(path))
    assert later.send(ASK) == {"n": 1}
    with pytest.raises(CassetteMissError):
        later.send({"other": 1})
    assert later.cassette.records is False


def test_none_only_replays(path: Path) -> None:
    """Without a file there is nothing to replay, and the message says how to record."""
    fake = FakeTransport({"n": 1})
    with pytest.raises(CassetteMissError, match=r"no such file.*--llm-record=once"):
        RecordingTransport(fake, Cassette(path, "none")).send(ASK)
    assert fake.requests == []
    assert not path.exists()


def test_new_replays_what_is_known_and_records_the_rest(path: Path) -> None:
    """The old exchange stays, the new one follows it."""
    record(path, (ASK, {"n": 1}))
    fake = FakeTransport({"n": 2})
    recorder = RecordingTransport(fake, Cassette(path, "new"))
    assert [recorder.send(ASK), recorder.send({"other": 1}), recorder.send(ASK)] == [{"n": 1}, {"n": 2}, {"n": 2}]
    assert len(fake.requests) == 2
    assert [exchange.reply for exchange in Cassette(path).exchanges] == [{"n": 1}, {"n": 2}, {"n": 2}]


def test_all_records_everything_anew(path: Path) -> None:
    """What was there is replaced."""
    record(path, (ASK, {"n": 1}), ({"gone": 1}, {"n": 1}))
    record(path, (ASK, {"n": 2}), mode="all")
    assert [exchange.reply for exchange in Cassette(path).exchanges] == [{"n": 2}]


def test_one_cassette_may_be_recorded_and_then_replayed(path: Path) -> None:
    """A replay also plays what was recorded just now."""
    cassette = Cassette(path)
    assert RecordingTransport(FakeTransport({"n": 1}), cassette).send(ASK) == {"n": 1}
    assert ReplayTransport(cassette).send(ASK) == {"n": 1}


def test_an_unknown_mode_is_refused(path: Path) -> None:
    """The message has the modes."""
    with pytest.raises(ConfigurationError, match="none, once, new, all"):
        Cassette(path, "always")  # type: ignore[arg-type]  # the law


# -- matching -------------------------------------------------------------------------------------------


def test_requests_are_found_in_any_order(path: Path) -> None:
    """What counts is the content: not the order of calls or of keys, nor how a number is written."""
    record(path, ({"a": 1, "b": [1, 2]}, {"n": 1}), ({"a": 2.0}, {"n": 2}))
    replay = ReplayTransport(Cassette(path))
    assert [replay.send({"a": 2}), replay.send({"b": [1, 2], "a": 1.0})] == [{"n": 2}, {"n": 1}]


def test_equal_requests_are_answered_in_the_order_of_recording(path: Path) -> None:
    """Each exchange is played once; one request more is a miss that says so."""
    record(path, (ASK, {"n": 1}), (ASK, {"n": 2}))
    replay = ReplayTransport(Cassette(path))
    assert [replay.send(ASK), replay.send(ASK)] == [{"n": 1}, {"n": 2}]
    with pytest.raises(CassetteMissError, match=r"recorded 2 time\(s\), and asked once more"):
        replay.send(ASK)


def test_the_last_answer_may_repeat(path: Path) -> None:
    """`repeat` plays it again and again."""
    record(path, (ASK, {"n": 1}), (ASK, {"n": 2}))
    replay = ReplayTransport(Cassette(path, repeat=True))
    assert [replay.send(ASK)["n"] for _ in range(4)] == [1, 2, 2, 2]


def test_a_miss_shows_how_the_nearest_request_differs(path: Path) -> None:
    """The diff goes from the recorded request to the one that was asked."""
    record(path, (ASK, {"n": 1}), ({"something": "else"}, {"n": 2}))
    with pytest.raises(CassetteMissError) as caught:
        ReplayTransport(Cassette(path)).send({**ASK, "temperature": 0.9})
    assert '-  "temperature": 0.5' in str(caught.value)
    assert '+  "temperature": 0.9' in str(caught.value)
    assert "something" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_long_difference_is_cut(path: Path) -> None:
    """A terminal is not flooded."""
    record(path, ({"list": [*range(500)]}, {}))
    with pytest.raises(CassetteMissError, match=r"and \d+ more lines"):
        ReplayTransport(Cassette(path)).send({"list": [*range(500, 1000)]})


def test_a_stream_is_not_a_whole_reply(path: Path) -> None:
    """The miss names what was asked and what was recorded."""
    record(path, (ASK, {"n": 1}))
    with pytest.raises(CassetteMissError, match="asked for a stream, but a whole reply was recorded"):
        next(ReplayTransport(Cassette(path)).stream(ASK))


def test_ignored_keys_do_not_count(path: Path) -> None:
    """A path of keys is left out of the comparison, and of nothing else."""
    record(path, ({"a": 1, "meta": {"run": 1, "kind": "x"}}, {"n": 1}))
    replay = ReplayTransport(Cassette(path, ignore=["meta.run"], repeat=True))
    assert replay.send({"a": 1, "meta": {"run": 2, "kind": "x"}}) == {"n": 1}
    with pytest.raises(CassetteMissError):
        replay.send({"a": 1, "meta": {"run": 1, "kind": "y"}})


def test_unused_exchanges_are_known(path: Path) -> None:
    """What the file held and nobody asked for."""
    record(path, (ASK, {"n": 1}), ({"never": 1}, {"n": 2}))
    cassette = Cassette(path)
    ReplayTransport(cassette).send(ASK)
    assert [exchange.request for exchange in cassette.unused] == [{"never": 1}]


# -- streams --------------------------------------------------------------------------------------------


def test_a_stream_is_kept_event_by_event(path: Path) -> None:
    """The events come back as they were, and the error after them."""
    recorder = RecordingTransport(FakeTransport([{"n": 1}, {"n": 2}, StreamInterruptedError("cut")]), Cassette(path))
    with pytest.raises(StreamInterruptedError):
        [*recorder.stream(ASK)]
    again = ReplayTransport(Cassette(path)).stream(ASK)
    assert [next(again), next(again)] == [{"n": 1}, {"n": 2}]
    with pytest.raises(StreamInterruptedError, match="cut"):
        next(again)
    assert json.loads(path.read_text())["exchanges"][0]["events"] == [{"n": 1}, {"n": 2}]


def test_a_stream_left_early_is_kept_as_far_as_it_was_read(path: Path) -> None:
    """Replayed, it can be left at the same place; reading on is a miss, not an end."""
    events = RecordingTransport(FakeTransport([{"n": 1}, {"n": 2}]), Cassette(path)).stream(ASK)
    assert next(events) == {"n": 1}
    events.close()
    again = ReplayTransport(Cassette(path)).stream(ASK)
    assert next(again) == {"n": 1}
    with pytest.raises(CassetteMissError, match="left early"):
        next(again)


def test_a_cancelled_stream_is_kept_as_far_as_it_was_read(path: Path) -> None:
    """The same for tasks."""

    async def cancelled() -> None:
        events = RecordingTransport(FakeTransport([{"n": 1}, {"n": 2}]), Cassette(path)).astream(ASK)
        assert await anext(events) == {"n": 1}
        with pytest.raises(asyncio.CancelledError):
            await events.athrow(asyncio.CancelledError())

    asyncio.run(cancelled())
    assert [exchange.complete for exchange in Cassette(path).exchanges] == [False]


def test_a_recorder_replays_errors_and_streams_too(path: Path) -> None:
    """Once the file is there, the inner transport is not asked, whatever kind of call it is; closing reaches it."""
    error = RateLimitError("slow", retry_after=2.0)

    async def asked(transport: FakeTransport) -> list[object]:
        recorder = RecordingTransport(transport, Cassette(path))
        events: list[object] = [event async for event in recorder.astream(ASK)]
        with pytest.raises(RateLimitError) as caught:
            await recorder.asend(ASK)
        with pytest.raises(RateLimitError):
            recorder.send({"sync": 1})
        recorder.close()
        await recorder.aclose()
        assert transport.closed
        return [*events, *recorder.stream({"sync": 1}), caught.value.retry_after]

    first = FakeTransport([{"n": 1}, {"n": 2}], error, error, [{"n": 3}])
    again = FakeTransport({})
    assert asyncio.run(asked(first)) == asyncio.run(asked(again)) == [{"n": 1}, {"n": 2}, {"n": 3}, 2.0]
    assert (len(first.requests), len(again.requests)) == (4, 0)


def test_timing_is_kept_where_it_is_asked_for(path: Path) -> None:
    """Each event has its time, and a paced replay, sync or async, keeps to it."""
    recorder = RecordingTransport(FakeTransport([{"n": 1}, {"n": 2}]), Cassette(path, timing=True))
    for _ in recorder.stream(ASK):
        time.sleep(0.05)
    assert Cassette(path).exchanges[0].times[1] >= 0.05

    async def read() -> list[JsonObject]:
        return [event async for event in ReplayTransport(Cassette(path), paced=True).astream(ASK)]

    started = time.monotonic()
    assert [*ReplayTransport(Cassette(path), paced=True).stream(ASK)] == asyncio.run(read()) == [{"n": 1}, {"n": 2}]
    assert time.monotonic() - started >= 0.1


# -- errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for name in exceptions.__all__
        if issubclass(kind := getattr(exceptions, name), TransportError | ProviderError | ResponseError)
    ],
)
def test_every_error_comes_back_as_it_was(kind: type[BaseLLMException]) -> None:
    """Its class, its words and its facts survive the file."""
    error = kind("words", provider="groq")
    if isinstance(error, TimeoutExceededError):
        error = type(error)("words", provider="groq", limit="total", seconds=3)
    if isinstance(error, ProviderError):
        error = type(error)(
            "words",
            provider="groq",
            status_code=400,
            code="c",
            request_id="r",
            retry_after=1.5,
            retryable=True,
            body={"$bytes": "no bytes", "b": b"bytes"},
        )
    again = raised_again(restored_object(json.loads(json.dumps(told(error)))))
    assert type(again) is type(error)
    assert (str(again), vars(again)) == (str(error), vars(error))


def test_an_error_of_another_package_is_replayed_as_ours_above_it() -> None:
    """A cassette needs no plugin."""

    class CustomError(RateLimitError):
        """Somebody's own."""

    assert type(raised_again(told(CustomError("x")))) is RateLimitError
    with pytest.raises(CassetteError, match="NoSuchError"):
        raised_again({"class": "NoSuchError"})


def test_a_body_that_is_not_json_is_kept_as_text() -> None:
    """What an SDK hands on as an error's body may be anything."""
    assert told(RateLimitError("x", body={1}))["body"] == "{1}"


def test_where_nothing_was_sent_nothing_is_recorded(path: Path) -> None:
    """A missing key is no answer of a provider."""
    with pytest.raises(MissingAPIKeyError):
        RecordingTransport(FakeTransport(MissingAPIKeyError("no key")), Cassette(path)).send(ASK)
    assert not path.exists()


# -- the file -------------------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["$bytes", "$$bytes"]), inner),
)


@settings(deadline=None)
@given(st.dictionaries(st.text() | st.sampled_from(["$bytes", "$$bytes", "bytes"]), PLAIN))
def test_json_and_bytes_survive_the_file(value: Mapping[str, object]) -> None:
    """Whatever crosses a socket comes back equal, an object that looks like our form of bytes too."""
    assert restored_object(json.loads(json.dumps(stored_object(value)))) == value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters()))
def test_any_text_can_be_written(tmp_path: Path, text: str) -> None:
    """Lone surrogates included, which UTF-8 can't say."""
    path = tmp_path / "text.json"
    path.unlink(missing_ok=True)
    record(path, ({"ask": "x"}, {"said": f"{text} \ud800"}))
    assert ReplayTransport(Cassette(path)).send({"ask": "x"}) == {"said": f"{text} \ud800"}


def test_the_file_is_readable_and_versioned(path: Path) -> None:
    """Indented JSON with a line per value, text as it is."""
    record(path, ({"ask": "é漢"}, {"n": 1}))
    text = path.read_text(encoding="utf-8")
    assert json.loads(text)["god_llm_cassette"] == 1
    assert '        "ask": "é漢"\n' in text
    assert text.endswith("}\n")


def test_a_file_of_a_newer_version_is_a_clear_error(path: Path) -> None:
    """It says what to do."""
    record(path, (ASK, {}))
    path.write_text(path.read_text().replace('"god_llm_cassette": 1', '"god_llm_cassette": 99'))
    with pytest.raises(CassetteError, match=r"has the format 99.*reads up to 1.*upgrade god_llm"):
        Cassette(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"god_llm_cassette": 1, "exchanges": [{"kind": "whole"}]}'])
def test_what_is_no_cassette_is_a_clear_error(path: Path, text: str) -> None:
    """The error names the file."""
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(CassetteError, match=r"cassette\.json"):
        Cassette(path)


def test_what_is_not_json_can_not_be_stored(path: Path) -> None:
    """The error names the type."""
    with pytest.raises(CassetteError, match="not a set"):
        RecordingTransport(FakeTransport({"n": {1}}), Cassette(path)).send(ASK)


def test_the_file_is_whole_after_every_exchange(path: Path) -> None:
    """Whoever reads it while it is written, as after a crash, finds a complete cassette, and no other file stays."""
    recorder = RecordingTransport(FakeTransport({"text": "x" * 10_000}), Cassette(path))
    recorder.send({"n": -1})
    done, seen = threading.Event(), []

    def read() -> None:
        while not done.is_set():
            seen.append(len(json.loads(path.read_text())["exchanges"]))

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(40):
        recorder.send({"n": n})
    done.set()
    reader.join()
    assert seen == sorted(seen)
    assert [*path.parent.iterdir()] == [path]
    assert len(Cassette(path).exchanges) == 41


def test_a_file_that_can_not_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """A folder in the place of the file's folder, say."""
    (tmp_path / "taken").write_text("")
    recorder = RecordingTransport(FakeTransport({}), Cassette(tmp_path / "taken" / "c.json"))
    with pytest.raises(CassetteError, match="can't be written"):
        recorder.send(ASK)


# -- many at once ---------------------------------------------------------------------------------------


def test_threads_may_share_a_cassette(path: Path) -> None:
    """Nothing is lost in recording, and each answer is played once."""
    recorder = RecordingTransport(FakeTransport(lambda request: {"n": request["n"]}), Cassette(path))
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda n: recorder.send({"n": n})["n"], range(40))] == [*range(40)]
        replay = ReplayTransport(Cassette(path))
        assert [*pool.map(lambda n: replay.send({"n": n})["n"], range(40))] == [*range(40)]
    assert replay.cassette.unused == ()


def test_exchanges_stand_in_the_order_of_the_requests(path: Path) -> None:
    """Not in the order in which the answers came: a file recorded again differs where the answers do."""

    class Slow(FakeTransport):
        """The sooner asked, the later answered."""

        @override
        async def asend(self, request: JsonObject, /) -> JsonObject:
            await asyncio.sleep(0.03 * (3 - int(str(request["n"]))))
            return request

    async def together() -> None:
        recorder = RecordingTransport(Slow({}), Cassette(path))
        await asyncio.gather(*[recorder.asend({"n": n}) for n in range(3)])

    asyncio.run(together())
    assert [exchange.request["n"] for exchange in Cassette(path).exchanges] == [0, 1, 2]


def test_copies_share_and_pickles_begin_anew(path: Path) -> None:
    """A container's copy is the cassette itself; in another process the file is read again."""
    record(path, (ASK, {"n": 1}))
    cassette = Cassette(path, "none", repeat=True)
    assert copy.deepcopy(cassette) is copy.copy(cassette) is cassette
    there = pickle.loads(pickle.dumps(ReplayTransport(cassette)))
    assert [there.send(ASK), there.send(ASK)] == [{"n": 1}] * 2


# -- scrubbing ------------------------------------------------------------------------------------------


def test_a_hook_scrubs_what_is_written_and_what_is_asked(path: Path) -> None:
    """It sees requests, replies, events and errors; the caller gets what the provider said."""

    def anonymous(value: JsonObject) -> JsonObject:
        return json.loads(json.dumps(value).replace("Jane", "N. N."))  # type: ignore[no-any-return]  # JSON

    recorder = RecordingTransport(FakeTransport({"said": "hello Jane"}), Cassette(path, scrub=anonymous))
    assert recorder.send({"ask": "I am Jane"}) == {"said": "hello Jane"}
    assert "Jane" not in path.read_text()
    assert ReplayTransport(Cassette(path, scrub=anonymous)).send({"ask": "I am Jane"}) == {"said": "hello N. N."}


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ({"api_key": "short"}, {"api_key": "[scrubbed]"}),
        ({"deep": [{"Authorization": "x"}]}, {"deep": [{"Authorization": "[scrubbed]"}]}),
        ({"t": "Bearer abcdefgh12"}, {"t": "Bearer [scrubbed]"}),
        ({"t": "sk-ant-REDACTED gsk_abcdefgh"}, {"t": "[scrubbed] [scrubbed]"}),
        ({"t": "https://me:word@host/x"}, {"t": "https://[scrubbed]@host/x"}),
        ({"t": "https://host/?key=abc&n=1"}, {"t": "https://host/?key=[scrubbed]&n=1"}),
        ({"t": "arn:aws:iam::123456789012:role/x"}, {"t": "arn:aws:iam::000000000000:role/x"}),
        ({"t": "in organization org-a1b2c3d4e5"}, {"t": "in organization [scrubbed]"}),
        ({"user": "jane@house.example"}, {"user": "[scrubbed]"}),
        ({"user": "u-17"}, {"user": "u-17"}),
        ({"content": "write to jane@house.example"}, {"content": "write to jane@house.example"}),
        ({"HTTPHeaders": {"cookie": "c", "date": "d", "x-own": "x"}}, None),
        ({"max_tokens": 5, "token_count": "7", "usage": {"total_tokens": 3}}, None),
    ],
)
def test_the_scrubbing_that_is_always_done(path: Path, value: JsonObject, kept: JsonObject | None) -> None:
    """Keys, accounts, people and headers go; ordinary words stay."""
    if "HTTPHeaders" in value:
        kept = {"HTTPHeaders": {"cookie": "[scrubbed]", "date": "d", "x-own": "[scrubbed]"}}
    assert Cassette(path).clean(value) == (value if kept is None else kept)


def test_a_tool_may_have_a_secret_parameter(path: Path) -> None:
    """A schema is not a secret: what a field is called counts for texts alone."""
    schema: dict[str, JsonValue] = {"properties": {"password": {"type": "string"}}}
    assert Cassette(path).clean(schema) == schema


# -- containers -----------------------------------------------------------------------------------------


def test_a_container_records_and_replays(path: Path, simulator: Simulator) -> None:
    """The container's own transports are recorded, with its settings; replayed, it needs no address and no key."""
    container = LLMContainer()
    container.ollama.settings.override(OllamaSettings(model="llama3.1", base_url=simulator.url("ollama")))
    wire_cassette(container, Cassette(path))
    recorded = container.ollama.llm().generate("hello").content
    asyncio.run(container.ollama.llm().agenerate("hello"))
    assert len(simulator.journal) == 2

    replayed = LLMContainer()
    replayed.ollama.settings.override(OllamaSettings(model="llama3.1"))
    wire_cassette(replayed, Cassette(path))
    assert replayed.ollama.llm().generate("hello").content == recorded
    assert asyncio.run(replayed.ollama.llm().agenerate("hello")).content == recorded
    assert len(simulator.journal) == 2


def test_a_providers_container_is_wired_on_its_own(path: Path) -> None:
    """The other way to use it: one provider, embedded in an application."""
    container = AnthropicContainer(settings=AnthropicSettings(model="claude-sonnet-5-5"))
    wire_cassette(container, Cassette(path, "none"))
    with pytest.raises(CassetteMissError):
        container.llm().generate("hello")


def test_modes_are_those_of_other_recorders() -> None:
    """VCR's users know them."""
    assert get_args(Mode) == ("none", "once", "new", "all")


@pytest.mark.parametrize(
    ("recorded", "max_tokens", "replays"), [(8192, None, True), (8192, 100, False), (4096, None, False)]
)
def test_a_recording_with_the_former_limit_of_claude_replays(
    tmp_path: Path, recorded: int, max_tokens: int | None, replays: bool
) -> None:
    """Claude's default limit was 8192: a recording with it answers a call that sets no limit, and no other call."""
    reply = {"content": [{"type": "text", "text": "From before."}], "stop_reason": "end_turn"}
    messages = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]
    request = {"model": "claude-sonnet-5-5", "max_tokens": recorded, "messages": messages}
    path = tmp_path / "before.json"
    exchange = {"kind": "whole", "request": request, "reply": reply}
    path.write_text(json.dumps({"god_llm_cassette": 1, "exchanges": [exchange]}), encoding="utf-8")
    llm = ChatAnthropic("claude-sonnet-5-5", transport=ReplayTransport(Cassette(path)), max_tokens=max_tokens)
    if replays:
        assert llm.generate("Hello").content == "From before."
    else:
        with pytest.raises(CassetteMissError):
            llm.generate("Hello")


@pytest.mark.parametrize("mode", get_args(Mode))
def test_the_wiring_of_a_container_ends_with_its_block(path: Path, mode: Mode) -> None:
    """After it the container has the transports that it had before, an application's own override too."""
    container, own = LLMContainer(), FakeTransport({})
    container.groq.transport.override(Object(own))

    def in_force() -> list[object]:
        parts = (container.groq, container.openai)
        return [override for part in parts for name in WIRED_PARTS for override in getattr(part, name).overridden]

    before = in_force()
    with wire_cassette(container, Cassette(path, mode)):
        assert in_force() != before
    assert in_force() == before
    assert container.groq.transport() is own
