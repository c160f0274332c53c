"""`Cached`: which calls are equal, what is kept, and that stores hold their bounds and are shared."""

from __future__ import annotations

import copy
import logging
import pickle
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import ANSWER, CALL, DELTAS, WAYS, Scripted, Way, aasked, asked, call_of
from typing_extensions import override

from god_llm import (
    AIMessage,
    Call,
    ChatAnthropic,
    CitationDelta,
    CitationPart,
    ConfigurationError,
    CustomModel,
    Delta,
    FinishedDelta,
    FinishReason,
    LanguageModel,
    PartDelta,
    RateLimitError,
    ReasoningDelta,
    RefusalDelta,
    Settings,
    StartedDelta,
    TextDelta,
    TextPart,
    Tool,
    ToolCallDelta,
    ToolCallPart,
    UserMessage,
)
from god_llm.middleware import Cached, CacheStore, MemoryStore, SQLiteStore
from god_llm.testing import FakeTransport

STORES: Final = ("memory", "sqlite")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> CacheStore:
    """A store of each kind."""
    return MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "cache.db")


def facts(found: AIMessage | Sequence[Delta]) -> object:
    """What must be equal between an answer and its repetition."""
    if isinstance(found, AIMessage):
        return found.model_dump(exclude={"id", "created_at", "metadata"})
    last = found[-1]
    assert isinstance(last, FinishedDelta)
    return [*found[:-1], replace(last, metadata={})]


@pytest.mark.parametrize("again", WAYS)
@pytest.mark.parametrize("way", WAYS)
def test_an_equal_call_is_answered_from_the_store(way: Way, again: Way, store: CacheStore) -> None:
    """The second whole answer is the first one, a stream is replayed as the same deltas, and the two are kept apart."""
    inner = Scripted()
    model = Cached(store)(inner)
    first, second = asked(model, way), asked(model, again)
    same_kind = ("stream" in way) == ("stream" in again)
    assert inner.asked == (1 if same_kind else 2)
    if same_kind:
        assert facts(second) == facts(first)


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_from_the_store_says_so(way: Way) -> None:
    """`metadata["cached"]` is there on a repetition alone."""
    model = Cached()(Scripted())
    marks = []
    for _ in range(2):
        found = asked(model, way)
        last = found if isinstance(found, AIMessage) else found[-1]
        assert isinstance(last, AIMessage | FinishedDelta)
        marks.append((last.metadata or {}).get("cached"))
    assert marks == [None, True]


class Telling(Scripted):
    """Answers with what it is given."""

    def __init__(self, message: AIMessage = ANSWER, deltas: Sequence[Delta] = DELTAS) -> None:
        super().__init__()
        self.message = message
        self.deltas = deltas

    @override
    def respond(self, _: Call, /) -> AIMessage:
        self.asked += 1
        return self.message

    @override
    def stream(self, _: Call, /) -> Generator[Delta, None, None]:
        self.asked += 1
        yield from self.deltas


VARIED: Final[Sequence[Delta]] = (
    StartedDelta("id", "model"),
    ReasoningDelta("hm", 0, signature="s", data="d", id="i", provider_data={"a": [1, None]}),
    TextDelta("text", 1),
    CitationDelta(CitationPart(cited_text="c", raw={"x": 1.5}), 1),
    RefusalDelta("no", 2),
    ToolCallDelta(3, "id", "name", "{", {"b": True}),
    PartDelta(ToolCallPart(id="i", name="n", raw_arguments="{}"), 4),
    FinishedDelta("tool_calls", "raw", {"items": [{"a": "ü"}]}, {"p": 1}),
)


def test_every_kind_of_delta_is_replayed_as_it_was() -> None:
    """Each delta comes back equal and of its own class."""
    model = Cached()(Telling(deltas=VARIED))
    asked(model, "stream")
    replayed = asked(model, "stream")
    assert facts(replayed) == facts(VARIED)


@given(st.lists(st.builds(TextDelta, st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 9))))
def test_any_text_is_replayed_as_it_was(pieces: list[Delta]) -> None:
    """A stream of any texts comes back the same."""
    model = Cached()(Telling(deltas=[*pieces, FinishedDelta("stop")]))
    asked(model, "stream")
    assert facts(asked(model, "stream")) == [*pieces, FinishedDelta("stop")]


def test_a_message_is_repeated_with_all_its_parts() -> None:
    """Parts, tool calls, provider data and metadata come back equal."""
    parts = (TextPart(text="a"), ToolCallPart(id="i", name="n", raw_arguments='{"x": 1}', provider_data={"k": 1}))
    message = ANSWER.model_copy(update={"parts": parts, "content": "a", "metadata": {"items": [1]}})
    model = Cached()(Telling(message))
    asked(model, "respond")
    found = asked(model, "respond")
    assert facts(found) == facts(message)
    assert isinstance(found, AIMessage)
    assert found.metadata == {"items": [1], "cached": True}


TOOL: Final = Tool("clock", "tells the time", {"type": "object", "properties": {}})
OTHERS: Final[dict[str, Call]] = {
    "text": call_of("ho"),
    "model": call_of(model="other"),
    "a setting": call_of(user="ann"),
    "a tool": replace(CALL, settings=Settings(tools=(TOOL,))),
    "another tool": replace(CALL, settings=Settings(tools=(replace(TOOL, name="watch"),))),
    "extra": replace(CALL, settings=Settings(extra={"a": 1})),
    "provider": replace(CALL, provider="openai"),
    "history": replace(CALL, messages=(AIMessage(content="x"), *CALL.messages)),
    "metadata that is sent": replace(CALL, messages=(AIMessage(content="x", metadata={"items": [1]}), *CALL.messages)),
}


def test_calls_that_differ_have_answers_of_their_own() -> None:
    """Another text, model, provider, setting, tool, extra or history is another call; so is another namespace."""
    inner, store = Scripted(), MemoryStore()
    model = Cached(store)(inner)
    for call in (CALL, *OTHERS.values()):
        asked(model, "respond", call)
    asked(Cached(store, namespace="b")(inner), "respond")
    assert inner.asked == len(OTHERS) + 2


def test_ids_times_and_timeouts_make_no_difference() -> None:
    """The same conversation, made again later and asked with another timeout, is the same call."""
    inner = Scripted()
    model = Cached()(inner)
    for number in (1, 2):
        said = AIMessage(
            content="x", created_at=datetime(2026, 1, number, tzinfo=UTC), metadata={"latency": number, "cached": True}
        )
        messages = (UserMessage(content="hi", metadata={"note": number}), said)
        asked(model, "respond", replace(CALL, messages=messages, settings=Settings(timeout=number)))
    assert inner.asked == 1


@pytest.mark.parametrize("way", WAYS)
def test_errors_are_not_kept(way: Way) -> None:
    """After an error the model is asked again."""
    errors = iter([RateLimitError("wait"), None, None])
    inner = Scripted(fault=lambda: next(errors))
    model = Cached()(inner)
    with pytest.raises(RateLimitError):
        asked(model, way)
    asked(model, way)
    asked(model, way)
    assert inner.asked == 2


@pytest.mark.parametrize("reason", ["length", "content_filter", "refusal", "pause", "error", "other", None])
def test_answers_that_did_not_end_well_are_not_kept(reason: FinishReason | None) -> None:
    """Truncated, filtered and refused answers are asked for again, whole and streamed."""
    inner = Telling(ANSWER.model_copy(update={"finish_reason": reason}), [*DELTAS[:-1], FinishedDelta(reason)])
    model = Cached()(inner)
    for _ in range(2):
        asked(model, "respond")
        asked(model, "stream")
    assert inner.asked == 4


def test_a_stream_that_is_left_is_not_kept_unless_it_was_complete() -> None:
    """A stream left in the middle is asked for again; one left after its last delta is kept."""
    inner = Scripted()
    model = Cached()(inner)
    for read in (2, len(DELTAS), len(DELTAS)):
        with closing(model.stream(CALL)) as deltas:
            for _ in range(read):
                next(deltas)
    assert inner.asked == 2


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_equal_calls_at_a_time_make_one_flight(backend: str, store: CacheStore) -> None:
    """Threads and tasks that ask the same at a time share one call."""
    inner = Scripted(seconds=0.05)
    model = Cached(store)(inner)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(aasked, model, "respond")
                group.start_soon(aasked, model, "arespond")

    anyio.run(main, backend=backend)
    assert inner.asked == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_flight_that_is_cancelled_or_fails_leaves_no_one_waiting(backend: str) -> None:
    """Those who waited for a cancelled call make one of their own; those who waited for a failed one make one each."""
    inner = Scripted(seconds=0.05)
    failing = Scripted(seconds=0.05, fault=lambda: RateLimitError("wait"))

    async def fails(model: LanguageModel) -> None:
        with pytest.raises(RateLimitError):
            await model.arespond(CALL)

    async def main() -> None:
        model, other = Cached()(inner), Cached()(failing)
        with anyio.fail_after(2):
            async with anyio.create_task_group() as group:
                leader = anyio.CancelScope()

                async def lead() -> None:
                    with leader:
                        await model.arespond(CALL)

                group.start_soon(lead)
                await anyio.sleep(0.02)
                for _ in range(3):
                    group.start_soon(aasked, model, "arespond")
                    group.start_soon(fails, other)
                await anyio.sleep(0.01)
                leader.cancel()

    anyio.run(main, backend=backend)
    assert (inner.asked, failing.asked) == (2, 3)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_sync_call_inside_an_event_loop_does_not_wait_for_its_tasks(backend: str) -> None:
    """It makes a call of its own: to wait would stop the task that it waits for."""
    inner = Scripted(seconds=0.05)
    model = Cached()(inner)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(aasked, model, "arespond")
            await anyio.sleep(0.02)
            assert asked(model, "respond") is ANSWER

    anyio.run(main, backend=backend)
    assert inner.asked == 2


def test_the_file_has_no_key_and_no_prompt(tmp_path: Path) -> None:
    """The file has the answer, and neither API key, prompt nor response headers."""
    path = tmp_path / "cache.db"
    reply = {
        "content": [{"type": "text", "text": "Oslo"}],
        "stop_reason": "end_turn",
        "response_headers": {"x-request-id": "req-77"},
    }
    llm = ChatAnthropic(
        CustomModel("c"), api_key="sk-secret", transport=FakeTransport(reply), middleware=[Cached(SQLiteStore(path))]
    )
    first, second = llm.generate("a private question"), llm.generate("a private question")
    assert (first.content, second.content, second.provider) == ("Oslo", "Oslo", "anthropic")
    assert first.id != second.id
    written = path.read_bytes()
    assert b"Oslo" in written
    assert not any(text in written for text in (b"sk-secret", b"a private question", b"req-77"))


def test_a_damaged_reply_is_asked_for_again(store: CacheStore) -> None:
    """Bytes that are no reply count as none."""

    class Damaged:
        """Loses what it is given."""

        def get(self, _: str, /) -> bytes | None:
            return b"{"

        def put(self, key: str, reply: bytes, /) -> None:
            store.put(key, reply)

    inner = Scripted()
    model = Cached(Damaged())(inner)
    for way in WAYS:
        assert asked(model, way)
    assert inner.asked == len(WAYS)


def test_a_file_that_is_lost_costs_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """If the file can't be used any more the model is asked, and a warning is logged."""
    path = tmp_path / "cache.db"
    model = Cached(SQLiteStore(path))(Scripted())
    path.write_bytes(b"no database at all, but long enough to be looked at as one" * 40)
    with caplog.at_level(logging.WARNING, "god_llm.cache"):
        assert asked(model, "respond") is ANSWER
    assert {record.name for record in caplog.records} == {"god_llm.cache"}
    with pytest.raises(ConfigurationError):
        SQLiteStore(path)
    with pytest.raises(ConfigurationError):
        SQLiteStore(tmp_path / "missing" / "cache.db")


def test_copies_share_the_store_and_pickles_its_file(tmp_path: Path) -> None:
    """A deep copy is the same object; a pickle finds the same file, or an empty memory."""
    cached = Cached(SQLiteStore(tmp_path / "cache.db"))
    assert copy.deepcopy(cached) is cached
    asked(cached(Scripted()), "respond")
    for kept, other in ((cached, 0), (Cached(), 1)):
        inner = Scripted()
        asked(pickle.loads(pickle.dumps(kept))(inner), "respond")
        assert inner.asked == other
