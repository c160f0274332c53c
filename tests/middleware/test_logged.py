"""`Logged`: which records a call has, what they say, and what they never say."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, Literal, TypeAlias, get_args

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

import god_llm.middleware
from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLMException,
    ConnectionFailedError,
    ContextLengthError,
    CustomProvider,
    Delta,
    FinishedDelta,
    MalformedResponseError,
    RateLimitError,
    Settings,
    StartedDelta,
    SystemMessage,
    TextDelta,
    Tool,
    ToolCallDelta,
    ToolCallPart,
    ToolMessage,
    Usage,
    UsageDelta,
    UserMessage,
)
from god_llm.domain.call import Call
from god_llm.domain.parts import ReasoningPart, TextPart
from god_llm.middleware import Logged
from god_llm.protocols import LanguageModel, Middleware

Way: TypeAlias = Literal["respond", "arespond", "stream", "astream"]
WAYS: Final[Sequence[Way]] = get_args(Way)
STREAMS: Final[Sequence[Way]] = ("stream", "astream")

ANSWER: Final = AIMessage(content="hello", finish_reason="stop", usage=Usage(input_tokens=3, output_tokens=5))
DELTAS: Final[Sequence[Delta]] = (
    StartedDelta("id"),
    TextDelta("hel"),
    TextDelta("lo"),
    UsageDelta(Usage(input_tokens=3, output_tokens=5)),
    FinishedDelta("stop"),
)
CALL: Final = Call(
    provider="groq",
    model="some-model",
    messages=(UserMessage(content="hi"),),
    settings=Settings(temperature=0.5, user="somebody"),
)
ENDS: Final = {"answer": logging.INFO, "failure": logging.ERROR, "left": logging.DEBUG}
"""The events that end a call, and their levels."""


class Model:
    """A language model with one answer, or with one exception at some point of it.

    Attributes:
        under_way: streams that were begun and not closed.
    """

    def __init__(
        self,
        answer: AIMessage = ANSWER,
        deltas: Sequence[Delta] = DELTAS,
        *,
        error: BaseException | None = None,
        after: int = 0,
    ) -> None:
        self._answer = answer
        self._deltas = deltas
        self._error = error
        self._after = after
        self._opened: list[object] = []  # held here, no stream is closed by the garbage collector
        self.under_way = 0

    def respond(self, call: Call, /) -> AIMessage:
        """The answer, or the exception."""
        assert call.messages
        if self._error is not None:
            raise self._error
        return self._answer

    async def arespond(self, call: Call, /) -> AIMessage:
        """The same, async."""
        return self.respond(call)

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """The deltas, the exception among them."""
        self._opened.append(deltas := self._stream(call))
        return deltas

    def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """The same, async."""
        self._opened.append(deltas := self._astream(call))
        return deltas

    def _stream(self, call: Call) -> Generator[Delta, None, None]:
        assert call.messages
        self.under_way += 1
        try:
            yield from self._deltas[: self._after] if self._error else self._deltas
            if self._error is not None:
                raise self._error
        finally:
            self.under_way -= 1

    async def _astream(self, call: Call) -> AsyncGenerator[Delta, None]:
        with closing(self._stream(call)) as deltas:
            for delta in deltas:
                yield delta


class Records(logging.Handler):
    """Keeps the records of a logger of its own."""

    def __init__(self, level: int = logging.DEBUG) -> None:
        super().__init__()
        self.logger = logging.Logger("test", level)  # noqa: LOG001 - known to nobody else
        self.logger.addHandler(self)
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def events(self) -> list[object]:
        """What happened."""
        return [vars(record)["event"] for record in self.records]

    @property
    def text(self) -> str:
        """All that a formatter could write of the records."""
        lines = [logging.Formatter().format(record) for record in self.records]
        return json.dumps([lines, *[vars(record) for record in self.records]], default=repr)


@dataclass(frozen=True)
class Outcome:
    """What a caller saw: the answer or the deltas, and the exception."""

    seen: object
    error: BaseException | None = None


def asked(model: LanguageModel, way: Way, call: Call = CALL, take: int | None = None) -> Outcome:
    """One call, of a stream only the first `take` deltas; whatever is raised is caught."""
    seen: list[object] = []
    try:
        match way:
            case "respond":
                seen.append(model.respond(call))
            case "arespond":
                seen.append(asyncio.run(awaited(model, call)))
            case "stream":
                with closing(model.stream(call)) as deltas:
                    seen.extend(islice(deltas, take))
            case "astream":
                asyncio.run(read(model, call, take, seen.append))
    except BaseException as error:  # noqa: BLE001 - interrupts too are outcomes
        return Outcome(seen, error)
    return Outcome(seen)


async def awaited(model: LanguageModel, call: Call) -> AIMessage:
    """One async call."""
    return await model.arespond(call)


async def read(model: LanguageModel, call: Call, take: int | None, see: Callable[[Delta], None]) -> None:
    """The first deltas of an async stream."""
    left = take
    async with aclosing(model.astream(call)) as deltas:
        if left == 0:
            return
        async for delta in deltas:
            see(delta)
            left = None if left is None else left - 1
            if left == 0:
                return


def logged(model: LanguageModel, way: Way, level: int = logging.DEBUG, take: int | None = None) -> Records:
    """The records of one call."""
    records = Records(level)
    asked(Logged(model, logger=records.logger), way, take=take)
    return records


def untimed(record: logging.LogRecord) -> str:
    """A record's message without the time it took."""
    return re.sub(r"\d+\.\d{3} s", "x s", record.getMessage())


def test_it_is_a_language_model_and_a_middleware() -> None:
    """The class itself, or a partial of it, wraps a model."""
    middleware: Middleware = Logged
    custom: Middleware = partial(Logged, logger=logging.getLogger("mine"))
    model: LanguageModel = Logged(Model())
    assert isinstance(model, LanguageModel)
    assert middleware(custom(Model())).respond(CALL) is ANSWER


def test_the_package_resolves_its_names_and_no_others() -> None:
    """A middleware is loaded on first use; a misspelt name is an AttributeError."""
    assert god_llm.middleware.Logged is Logged
    with pytest.raises(AttributeError, match="Loged"):
        getattr(god_llm.middleware, "Loged")  # noqa: B009 - mypy rejects the attribute, as it should


# -- records -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_has_two_records(way: Way) -> None:
    """The request at DEBUG with its size, the answer at INFO with finish reason, token counts and seconds."""
    request, answer = logged(Model(), way).records
    assert (request.levelno, answer.levelno) == (logging.DEBUG, logging.INFO)
    assert request.getMessage() == "groq some-model: request (messages: 1, settings: temperature, user)"
    assert untimed(answer) == (
        "groq some-model: answer after x s (finish reason stop, input tokens 3, output tokens 5)"
    )
    fields = {name: vars(answer)[name] for name in ("event", "provider", "model", "streamed", "finish_reason")}
    assert fields == {
        "event": "answer",
        "provider": "groq",
        "model": "some-model",
        "streamed": way in STREAMS,
        "finish_reason": "stop",
    }
    assert (vars(answer)["input_tokens"], vars(answer)["output_tokens"]) == (3, 5)
    assert 0 <= vars(answer)["seconds"] < 10


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_is_an_error(way: Way) -> None:
    """Class, status, code and request id are logged; text, body and traceback are not."""
    error = ContextLengthError("too long: secret", status_code=400, code="too_long", request_id="req-1", body="secret")
    records = logged(Model(error=error, after=2), way)
    _, failure = records.records
    assert (failure.levelno, failure.exc_info) == (logging.ERROR, None)
    assert untimed(failure) == (
        "groq some-model: ContextLengthError after x s (status 400, code too_long, request req-1)"
    )
    assert "secret" not in records.text


@pytest.mark.parametrize("way", WAYS)
def test_an_interrupt_is_no_failure(way: Way) -> None:
    """What interrupts a call is not an error of it: DEBUG."""
    records = logged(Model(error=KeyboardInterrupt(), after=2), way)
    assert [record.levelno for record in records.records] == [logging.DEBUG, logging.DEBUG]
    assert records.events == ["request", "left"]


@pytest.mark.parametrize("way", STREAMS)
@pytest.mark.parametrize("take", range(1, len(DELTAS) + 1))
def test_a_stream_left_early_is_left_and_the_one_inside_is_closed(way: Way, take: int) -> None:
    """A reader who leaves before the last delta has no answer; whoever leaves after it has."""
    records, model = Records(), Model()
    outer = Logged(model, logger=records.logger)

    async def left() -> int:
        await read(outer, CALL, take, lambda _: None)
        return model.under_way

    if way == "astream":
        assert asyncio.run(left()) == 0
    else:
        asked(outer, way, take=take)
        assert model.under_way == 0
    assert records.events == ["request", "answer" if take == len(DELTAS) else "left"]


@pytest.mark.parametrize("way", STREAMS)
def test_a_stream_that_is_never_read_has_no_records(way: Way) -> None:
    """Nothing is asked before the first delta is."""
    assert logged(Model(), way, take=0).events == []


@pytest.mark.parametrize("way", STREAMS)
def test_a_stream_has_its_last_record_when_it_ends(way: Way) -> None:
    """While deltas come there is the request alone."""
    records = Records()
    model = Logged(Model(), logger=records.logger)

    async def last() -> list[object]:
        events = []
        async with aclosing(model.astream(CALL)) as deltas:
            async for _ in deltas:
                events = records.events
        return events

    if way == "astream":
        assert asyncio.run(last()) == ["request"]
    else:
        assert [records.events for _ in model.stream(CALL)][-1] == ["request"]
    assert records.events == ["request", "answer"]


class Stalling(Model):
    """Never answers."""

    @override
    async def arespond(self, call: Call, /) -> AIMessage:
        await trio.sleep_forever() if in_trio() else await asyncio.Event().wait()
        raise AssertionError

    @override
    async def _astream(self, call: Call) -> AsyncGenerator[Delta, None]:
        self.under_way += 1
        try:
            yield DELTAS[0]
            yield TextDelta((await self.arespond(call)).content)
        finally:
            self.under_way -= 1


def in_trio() -> bool:
    """Whether this runs under trio."""
    try:
        trio.lowlevel.current_task()
    except RuntimeError:
        return False
    return True


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
@pytest.mark.parametrize("streamed", [False, True])
def test_a_cancelled_call_is_left(loop: str, *, streamed: bool) -> None:
    """Cancelling is passed on, closes the stream inside and is a DEBUG record, on asyncio and on trio."""
    records, model = Records(), Stalling()
    outer = Logged(model, logger=records.logger)

    async def whole() -> None:
        await outer.arespond(CALL)

    async def stream() -> None:
        async with aclosing(outer.astream(CALL)) as deltas:
            async for _ in deltas:
                pass

    call = stream if streamed else whole

    async def cancelled_on_trio() -> None:
        with trio.move_on_after(0.01) as scope:
            await call()
        assert scope.cancelled_caught

    async def cancelled_on_asyncio() -> None:
        task = asyncio.create_task(call())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    if loop == "trio":
        trio.run(cancelled_on_trio)
    else:
        asyncio.run(cancelled_on_asyncio())
    assert records.events == ["request", "left"]
    assert model.under_way == 0


# -- levels ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("level", "events"),
    [
        (logging.DEBUG, ["request", "answer", "request", "failure", "request", "left"]),
        (logging.INFO, ["answer", "failure"]),
        (logging.WARNING, ["failure"]),
        (logging.CRITICAL, []),
    ],
)
def test_a_level_shows_its_records(way: Way, level: int, events: list[str]) -> None:
    """Each level has the records of its own and those above."""
    models = (Model(), Model(error=RateLimitError()), Model(error=KeyboardInterrupt()))
    assert [event for model in models for event in logged(model, way, level).events] == events


def test_no_work_is_done_when_everything_is_off() -> None:
    """Above ERROR the generator of a stream is the inner model's own."""

    class Recognisable(Model):
        @override
        def stream(self, call: Call, /) -> Generator[Delta, None, None]:
            return kept

    kept = Model().stream(CALL)
    assert Logged(Recognisable(), logger=Records(logging.CRITICAL).logger).stream(CALL) is kept
    assert Logged(Recognisable(), logger=Records(logging.ERROR).logger).stream(CALL) is not kept


def test_the_default_logger_is_the_one_of_calls(caplog: pytest.LogCaptureFixture) -> None:
    """An application configures `god_llm.calls`, or `god_llm` for all layers."""
    with caplog.at_level(logging.INFO, "god_llm"):
        Logged(Model()).respond(CALL)
    assert [(record.name, record.levelno) for record in caplog.records] == [("god_llm.calls", logging.INFO)]


def test_nothing_is_printed_by_itself() -> None:
    """Without any configuration of logging, a failure prints nothing: logging's last resort is not reached."""
    program = """
import sys
sys.path.insert(0, sys.argv[1])
from test_logged import CALL, Logged, Model, RateLimitError
try:
    Logged(Model(error=RateLimitError("no"))).respond(CALL)
except RateLimitError:
    print("raised")
"""
    ran = subprocess.run(
        [sys.executable, "-c", program, __file__.rpartition("/")[0]], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("raised\n", "")


# -- what is never said, and what is never changed -----------------------------------------------------------------

SECRET: Final = "sk-5ENTINEL\u2013text"
ERRORS: Final[Sequence[Callable[[], BaseException]]] = (
    lambda: AuthenticationError(f"bad key {SECRET}", status_code=401, body={"error": SECRET}, code=SECRET),
    lambda: RateLimitError(SECRET, status_code=429, request_id=SECRET, body=SECRET),
    lambda: ConnectionFailedError(f"https://host/?key={SECRET}"),
    lambda: MalformedResponseError(SECRET),
    lambda: BaseLLMException(SECRET),
    lambda: ValueError(SECRET),
    lambda: KeyboardInterrupt(SECRET),
    lambda: asyncio.CancelledError(SECRET),
)


def raised(make: Callable[[], BaseException]) -> BaseException:
    """A fresh exception."""
    return make()


CALLS: Final = st.builds(
    lambda messages, settings: Call(provider=CustomProvider("any"), model="m", messages=messages, settings=settings),
    st.lists(
        st.sampled_from(
            [
                SystemMessage(content=SECRET),
                UserMessage(content=SECRET),
                AIMessage(parts=(ToolCallPart(id="1", name="look", raw_arguments=json.dumps({"at": SECRET})),)),
                ToolMessage(tool_call_id="1", name="look", content=SECRET),
            ]
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(
        [
            Settings(),
            Settings(stop=(SECRET,), user=SECRET, request_metadata={SECRET: SECRET}, temperature=0.5),
            Settings(tools=(Tool(SECRET, SECRET, {"type": SECRET}),), extra={"key": SECRET}),
        ]
    ),
)
ANSWERS: Final = st.builds(
    lambda parts, reason, usage: AIMessage(
        parts=tuple(parts), finish_reason=reason, usage=usage, response_id=SECRET, metadata={"said": SECRET}
    ),
    st.lists(
        st.sampled_from(
            [
                TextPart(text=SECRET),
                ReasoningPart(text=SECRET, signature=SECRET),
                ToolCallPart(id=SECRET, name=SECRET, raw_arguments=SECRET),
            ]
        )
    ),
    st.sampled_from(["stop", "length", None]),
    st.none() | st.just(Usage(input_tokens=1)),
)
STREAMED: Final[st.SearchStrategy[list[Delta]]] = st.lists(
    st.sampled_from(
        [
            StartedDelta(SECRET, SECRET),
            TextDelta(SECRET),
            ToolCallDelta(0, SECRET, SECRET, SECRET),
            UsageDelta(Usage(output_tokens=2)),
            FinishedDelta("stop", SECRET, {"said": SECRET}),
        ]
    ),
    max_size=5,
)
MODELS: Final = st.fixed_dictionaries(
    {
        "answer": ANSWERS,
        "deltas": STREAMED,
        "error": st.none() | st.sampled_from(ERRORS).map(raised),
        "after": st.integers(0, 5),
    }
)


@given(
    call=CALLS,
    parts=MODELS,
    way=st.sampled_from(WAYS),
    take=st.none() | st.integers(1, 6),
    level=st.sampled_from([logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL]),
)
def test_wrapping_changes_nothing_and_says_no_secret(
    call: Call, parts: dict[str, object], way: Way, take: int | None, level: int
) -> None:
    """Results and exceptions are the inner model's own objects; each call ends in one record; no content is in any."""
    records = Records(level)
    bare, wrapped = made(parts), made(parts)
    expected = asked(bare, way, call, take)
    found = asked(Logged(wrapped, logger=records.logger), way, call, take)
    assert found.error is expected.error
    assert identities(found.seen) == identities(expected.seen)
    assert (bare.under_way, wrapped.under_way) == (0, 0)
    assert "5ENTINEL" not in records.text
    ends = [record for record in records.records if vars(record)["event"] in ENDS]
    assert all(record.levelno == ENDS[vars(record)["event"]] for record in ends)
    assert len(ends) == 1 if level == logging.DEBUG else len(ends) <= 1


def made(parts: dict[str, object]) -> Model:
    """A model of these parts."""
    return Model(**parts)  # type: ignore[arg-type]  # the strategy's names and types are the constructor's


def identities(seen: object) -> list[int]:
    """Which objects these are."""
    assert isinstance(seen, list)
    return [id(each) for each in seen]
