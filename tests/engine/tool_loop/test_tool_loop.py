"""The tool loop: calls are made and answered, limits hold, a run can pause and go on, in every way to drive it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

import anyio
import anyio.lowlevel
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    BaseMessage,
    CallFinished,
    CallStarted,
    ChatModel,
    ConfigurationError,
    CustomModel,
    ImagePart,
    InvalidSettingError,
    NamedTool,
    Run,
    RunEvent,
    RunFinished,
    RunLimitError,
    TextDelta,
    TextPart,
    Tool,
    ToolCallPart,
    ToolContext,
    ToolMessage,
    TurnFinished,
    UnsupportedParameterError,
    Usage,
    UserMessage,
    chat_model,
    tool,
)
from god_llm.testing import FakeGenerator, FakeTransport

Json = dict[str, object]
Way = Callable[..., Run]


def streamed(llm: FakeGenerator, *arguments: object, **options: object) -> Run:
    """The run of the last event."""
    *_, last = llm.run_stream(*arguments, **options)  # type: ignore[arg-type]  # the same as run()
    assert isinstance(last, RunFinished)
    return last.run


def astreamed(llm: FakeGenerator, *arguments: object, **options: object) -> Run:
    """The same, for async code."""

    async def last() -> Run:
        events = [event async for event in llm.arun_stream(*arguments, **options)]  # type: ignore[arg-type]  # the same
        assert isinstance(events[-1], RunFinished)
        return events[-1].run

    return asyncio.run(last())


WAYS: Final[Mapping[str, Way]] = {
    "run": lambda llm, *a, **o: llm.run(*a, **o),
    "arun": lambda llm, *a, **o: asyncio.run(llm.arun(*a, **o)),
    "run_stream": streamed,
    "arun_stream": astreamed,
}
each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())


def calls(*named: tuple[str, Json], ids: bool = True) -> AIMessage:
    """An answer with calls."""
    parts = [
        ToolCallPart.of(id=f"c{n}" if ids else None, name=name, arguments=arguments)
        for n, (name, arguments) in enumerate(named, 1)
    ]
    return AIMessage(parts=tuple(parts), usage=Usage(input_tokens=10, output_tokens=2))


def results(run: Run) -> list[tuple[str, str, bool]]:
    """The results of a run: name, content, whether it failed."""
    found = [message for message in run.messages if isinstance(message, ToolMessage)]
    return [(message.name or "", message.content, message.is_error) for message in found]


def add(a: int, b: int) -> int:
    """The sum of two numbers."""
    return a + b


# -- the loop -----------------------------------------------------------------------------------------------


@each_way
def test_calls_are_made_until_there_are_none(way: Way) -> None:
    """Each call is made with its arguments, its result goes back, and the last answer ends the run."""
    llm = FakeGenerator(calls(("add", {"a": 1, "b": 2})), calls(("add", {"a": 3, "b": 4})), "7")
    run = way(llm, "1 + 2 + 4?", [add])
    assert (run.content, run.turns, run.calls, run.paused) == ("7", 3, 2, False)
    assert results(run) == [("add", "3", False), ("add", "7", False)]
    assert run.usage.input_tokens == 20
    assert [message.role for message in run.messages if isinstance(message, AIMessage | ToolMessage | UserMessage)] == [
        "user", "assistant", "tool", "assistant", "tool", "assistant",
    ]  # fmt: skip


@each_way
def test_a_finished_run_is_a_conversation(way: Way) -> None:
    """The messages of a run, with another question, are a prompt."""
    llm = FakeGenerator(calls(("add", {"a": 1, "b": 2})), "3", "You are welcome.")
    first = way(llm, "1 + 2?", [add])
    second = way(llm, [*first.messages, UserMessage(content="Thanks!")], [add])
    assert second.messages[: len(first.messages)] == first.messages
    assert second.content == "You are welcome."


@each_way
def test_calls_without_ids_get_one(way: Way) -> None:
    """A call without an id and its result have the same made-up id."""
    run = way(FakeGenerator(calls(("add", {"a": 1, "b": 2}), ("add", {"a": 2, "b": 2}), ids=False), "ok"), "?", [add])
    answer = next(message for message in run.messages if isinstance(message, AIMessage))
    ids = [call.id for call in answer.tool_calls]
    assert ids == [message.tool_call_id for message in run.messages if isinstance(message, ToolMessage)]
    assert len({*ids}) == 2


@each_way
def test_unknown_tools_and_bad_arguments_go_back_to_the_model(way: Way) -> None:
    """The model gets a failed result that says what is wrong, and can correct itself."""
    raw = ToolCallPart(id="c9", name="add", raw_arguments="[1")
    wrong = [calls(("sum", {"a": 1})), calls(("add", {"a": "x"})), AIMessage(parts=(raw,))]
    run = way(FakeGenerator(*wrong, "sorry"), "?", [add])
    (_, unknown, _), (_, bad, _), (_, broken, _) = results(run)
    assert unknown == "There is no tool sum; there are add."
    assert "valid integer" in bad
    assert "Missing required argument" in bad
    assert "not a JSON object" in broken
    assert all(failed for _, _, failed in results(run))
    assert run.calls == 0


@each_way
def test_an_exception_is_a_failed_result(way: Way) -> None:
    """What a tool raises goes back to the model."""

    def divide(a: int, b: int) -> float:
        return a / b

    run = way(FakeGenerator(calls(("divide", {"a": 1, "b": 0})), "no"), "?", [divide])
    assert results(run) == [("divide", "ZeroDivisionError: division by zero", True)]


@each_way
def test_a_fatal_exception_ends_the_run(way: Way) -> None:
    """An exception that the tool names as fatal is raised as it is."""

    @tool(fatal=(PermissionError,))
    def erase() -> None:
        raise PermissionError("not yours")

    with pytest.raises(PermissionError, match="not yours"):
        way(FakeGenerator(calls(("erase", {})), "done"), "?", [erase])


# -- arguments and results ------------------------------------------------------------------------------------


class City(BaseModel):
    """A city."""

    name: str
    founded: date


@dataclass
class Point:
    """A place."""

    x: int


SEEN: list[object] = []


def remember(city: City, day: date, price: Decimal, tags: set[str], where: Point | None = None) -> str:
    """Remember these."""
    SEEN[:] = [city, day, price, tags, where]
    return "ok"


@given(st.dates(), st.decimals(0, 10**6, places=2), st.sets(st.text("abc", max_size=3), max_size=3), st.booleans())
def test_arguments_have_the_types_of_the_parameters(day: date, price: Decimal, tags: set[str], placed: bool) -> None:
    """JSON is converted to models, dates, decimals, sets and dataclasses before the tool is called."""
    iso = day.isoformat()
    arguments: Json = {"city": {"name": "Oslo", "founded": iso}, "day": iso, "price": str(price), "tags": sorted(tags)}
    if placed:
        arguments["where"] = {"x": 1}
    run = FakeGenerator(calls(("remember", arguments)), "ok").run("?", [remember])
    assert results(run) == [("remember", "ok", False)]
    assert [City(name="Oslo", founded=day), day, price, tags, Point(1) if placed else None] == SEEN


RESULTS: Final[Sequence[tuple[object, str]]] = [
    ("text", "text"),
    (3, "3"),
    (None, "null"),
    ({"a": [1, None]}, '{"a":[1,null]}'),
    (City(name="Oslo", founded=date(1040, 1, 1)), '{"name":"Oslo","founded":"1040-01-01"}'),
    (Point(2), '{"x":2}'),
    (date(2026, 1, 1), '"2026-01-01"'),
    ([], "[]"),
]


@each_way
@pytest.mark.parametrize(("result", "content"), RESULTS, ids=[content for _, content in RESULTS])
def test_results_of_any_json_able_type_go_back(way: Way, result: object, content: str) -> None:
    """A text goes back as it is, everything else as JSON."""

    def give() -> object:
        return result

    assert results(way(FakeGenerator(calls(("give", {})), "ok"), "?", [give])) == [("give", content, False)]


@each_way
def test_parts_go_back_as_parts(way: Way) -> None:
    """A tool that returns an image, or several parts, sends them to the model."""
    image = ImagePart(data=b"\x89PNG", media_type="image/png")

    def show() -> ImagePart:
        return image

    def explain() -> list[object]:
        return [TextPart(text="This:"), image]

    run = way(FakeGenerator(calls(("show", {}), ("explain", {})), "ok"), "?", [show, explain])
    one, several = [message.parts for message in run.messages if isinstance(message, ToolMessage)]
    assert (one, several) == ((image,), (TextPart(text="This:"), image))


@each_way
def test_a_result_that_is_no_json_is_an_error(way: Way) -> None:
    """The error names the tool and the type."""

    def give() -> object:
        return object()

    with pytest.raises(ConfigurationError, match="'give' returned a object"):
        way(FakeGenerator(calls(("give", {})), "ok"), "?", [give])


# -- functions of any kind ----------------------------------------------------------------------------------


class Shop:
    """A service with a method as a tool."""

    def __init__(self) -> None:
        self.sold: list[str] = []

    def sell(self, item: str) -> str:
        """Sell an item."""
        self.sold.append(item)
        return "sold"


@each_way
def test_bound_methods_are_tools(way: Way) -> None:
    """A bound method is called on its object, and `self` is no parameter."""
    shop = Shop()
    way(FakeGenerator(calls(("sell", {"item": "tea"})), "ok"), "?", [shop.sell])
    assert shop.sold == ["tea"]


@pytest.mark.parametrize("way", [WAYS["arun"], WAYS["arun_stream"]], ids=["arun", "arun_stream"])
@pytest.mark.parametrize("parallel", [True, False])
def test_async_functions_are_tools_of_async_runs(way: Way, parallel: bool) -> None:
    """An async function is awaited; beside a function, in parallel too."""

    async def slow(n: int) -> int:
        await anyio.lowlevel.checkpoint()
        return n * 2

    answer = calls(("slow", {"n": 1}), ("add", {"a": 1, "b": 1}), ("slow", {"n": 3}))
    run = way(FakeGenerator(answer, "ok"), "?", [slow, add], parallel=parallel)
    assert [content for _, content, _ in results(run)] == ["2", "2", "6"]


def test_async_functions_need_an_async_run() -> None:
    """A sync run says which one to use."""

    async def slow() -> None: ...

    with pytest.raises(InvalidSettingError, match=r"arun\(\)"):
        FakeGenerator(calls(("slow", {})), "ok").run("?", [slow])


@each_way
def test_the_context_is_passed_and_never_offered(way: Way) -> None:
    """A tool gets the value of `context=` and its call; the model does not see the parameter."""
    seen: list[object] = []

    def look(context: ToolContext[list[str]], at: str) -> str:
        """Look at something."""
        seen.append((context.value, context.call.id))
        return at

    llm = FakeGenerator(calls(("look", {"at": "sky"})), "blue")
    run = way(llm, "?", [look], context=["services"])
    assert seen == [(["services"], "c1")]
    assert results(run) == [("look", "sky", False)]
    (offered,) = llm.calls[0].settings.tools
    assert [*offered.parameters["properties"]] == ["at"]


@tool(name="plus", description="Adds.")
def renamed(a: int) -> int:
    """Something else."""
    return a + 1


def test_the_decorator_keeps_the_function() -> None:
    """A decorated function can be called, and is offered under the name and description of the decorator."""
    assert renamed(1) == 2
    llm = FakeGenerator(calls(("plus", {"a": 1})), "2")
    assert results(llm.run("?", [renamed])) == [("plus", "2", False)]
    assert (llm.calls[0].settings.tools[0].name, llm.calls[0].settings.tools[0].description) == ("plus", "Adds.")


# -- at the same time, in time --------------------------------------------------------------------------------


@each_way
def test_parallel_calls_are_under_way_together(way: Way) -> None:
    """With `parallel=True` the calls of an answer are made at the same time; the results keep their order."""
    barrier = threading.Barrier(3, timeout=10)

    def meet(n: int) -> int:
        barrier.wait()
        time.sleep(0.01 * (3 - n))
        return n

    meeting: list[tuple[str, Json]] = [("meet", {"n": n}) for n in range(3)]
    answer = calls(*meeting)
    run = way(FakeGenerator(answer, "ok"), "?", [meet], parallel=True)
    assert [content for _, content, _ in results(run)] == ["0", "1", "2"]


@each_way
def test_a_tool_out_of_time_is_a_failed_result(way: Way) -> None:
    """A call that takes longer than the tool's timeout fails, and the run goes on."""
    released = threading.Event()

    @tool(timeout=0.05)
    def stuck() -> None:
        released.wait(10)

    begun = time.perf_counter()
    run = way(FakeGenerator(calls(("stuck", {})), "ok"), "?", [stuck])
    released.set()
    assert results(run) == [("stuck", "The tool did not answer in 0.05 s.", True)]
    assert time.perf_counter() - begun < 5


def test_cancelling_leaves_no_task() -> None:
    """A cancelled async run cancels its tools."""
    ended: list[str] = []

    async def forever() -> None:
        try:
            await anyio.sleep_forever()
        finally:
            ended.append("cancelled")

    async def main() -> None:
        llm = FakeGenerator(calls(("forever", {}), ("forever", {})), "ok")
        with anyio.move_on_after(0.05):
            await llm.arun("?", [forever], parallel=True)
        assert ended == ["cancelled", "cancelled"]
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


# -- limits ---------------------------------------------------------------------------------------------------

LIMITS: Final[Mapping[str, int]] = {"max_turns": 3, "max_calls": 3, "max_total_tokens": 36}


@each_way
@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_ends_the_run_with_the_transcript(way: Way, name: str) -> None:
    """A model that calls for ever is stopped; the error has the transcript, which is a conversation."""
    llm = FakeGenerator(*[calls(("add", {"a": 1, "b": 1}))] * 9)
    with pytest.raises(RunLimitError, match=name) as caught:
        way(llm, "?", [add], **{name: LIMITS[name]})
    assert caught.value.run is not None
    assert caught.value.run.turns in {3, 4}
    assert Run.model_validate_json(caught.value.run.model_dump_json()) == caught.value.run


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_below_one_is_refused(name: str) -> None:
    """The error names the limit."""
    with pytest.raises(InvalidSettingError, match=name):
        FakeGenerator("hi").run("?", [add], **{name: 0})  # type: ignore[arg-type]  # one of three


# -- approval ---------------------------------------------------------------------------------------------------


@tool(needs_approval=True)
def pay(amount: int) -> str:
    """Pay."""
    return f"paid {amount}"


DECIDED: Final[Mapping[str, tuple[bool | str, str, bool]]] = {
    "yes": (True, "paid 5", False),
    "no": (False, "The user refused this call.", True),
    "no, because": ("too much", "The user refused this call: too much", True),
}


@each_way
@pytest.mark.parametrize("decision", DECIDED)
def test_a_run_pauses_for_approval_and_goes_on_from_json(way: Way, decision: str) -> None:
    """Before a call that needs approval the run pauses; stored as JSON, it goes on as it was decided."""
    answer = calls(("add", {"a": 2, "b": 3}), ("pay", {"amount": 5}))
    paused = way(FakeGenerator(answer), "?", [add, pay])
    assert paused.paused
    assert [call.name for call in paused.waiting] == ["add", "pay"]
    assert paused.calls == 0
    stored = Run.model_validate_json(paused.model_dump_json())
    decided, content, failed = DECIDED[decision]
    run = way(FakeGenerator("done"), stored, [add, pay], decisions={"c2": decided})
    assert results(run) == [("add", "5", False), ("pay", content, failed)]
    assert (run.content, run.turns, run.paused) == ("done", 2, False)


@each_way
@pytest.mark.parametrize("decisions", [{}, {"c1": True}, {"c2": True, "c7": True}])
def test_a_paused_run_needs_each_decision(way: Way, decisions: Mapping[str, bool]) -> None:
    """A decision that is missing, or of a call that does not wait, is refused; no call is made."""
    paused = way(FakeGenerator(calls(("add", {"a": 2, "b": 3}), ("pay", {"amount": 5}))), "?", [add, pay])
    with pytest.raises(InvalidSettingError, match=r"c2|c7"):
        way(FakeGenerator("done"), paused, [add, pay], decisions=decisions)


@each_way
def test_the_limit_of_calls_holds_after_a_pause(way: Way) -> None:
    """The calls that were decided count, too."""
    paused = way(FakeGenerator(calls(("add", {"a": 2, "b": 3}), ("pay", {"amount": 5}))), "?", [add, pay])
    with pytest.raises(RunLimitError, match="max_calls"):
        way(FakeGenerator("done"), paused, [add, pay], decisions={"c2": True}, max_calls=1)


# -- events -----------------------------------------------------------------------------------------------------


def test_the_events_tell_the_run() -> None:
    """Deltas, the end of each turn, the start and the end of each call come in order; closing ends the run."""
    llm = FakeGenerator(calls(("add", {"a": 1, "b": 2})), "three")
    events: Iterator[RunEvent] = llm.run_stream("?", [add])
    kinds = [
        type(event)
        for event in events
        if isinstance(event, TextDelta | CallStarted | CallFinished | TurnFinished | RunFinished)
    ]
    assert kinds == [TurnFinished, CallStarted, CallFinished, TextDelta, TurnFinished, RunFinished]
    left = FakeGenerator(calls(("add", {"a": 1, "b": 2})), "three").run_stream("?", [add])
    next(left)
    left.close()


# -- before anything is sent ------------------------------------------------------------------------------------


class Query(BaseModel):
    """A schema without a function."""

    text: str


def _positional(a: int, /) -> int:
    return a


@each_way
@pytest.mark.parametrize(
    ("tools", "message"),
    [
        ([Query], "has no function"),
        ([Tool("look", "", {"type": "object", "properties": {}})], "has no function"),
        ([add, add], "two tools are named 'add'"),
        ([lambda x: x], "has no name"),
        ([_positional], "can't be offered"),
        (["add"], "no function"),
        ([], "needs a tool"),
    ],
)
def test_what_is_no_tool_is_refused(way: Way, tools: Sequence[object], message: str) -> None:
    """A schema without a function, two tools of one name, and what has no signature are refused before sending."""
    llm = FakeGenerator("hi")
    with pytest.raises((InvalidSettingError, UnsupportedParameterError), match=message):
        way(llm, "?", tools)
    assert not llm.calls


@each_way
def test_a_forced_choice_holds_for_the_first_answer(way: Way) -> None:
    """A choice that forces a call does not force one in every turn, which would never end."""
    llm = FakeGenerator(calls(("add", {"a": 1, "b": 2})), "3")
    way(llm, "?", [add], choice=NamedTool("add"), temperature=0.1)
    choices = [call.settings.tool_choice for call in llm.calls]
    assert choices == [NamedTool("add"), None]
    assert [call.settings.temperature for call in llm.calls] == [0.1, 0.1]


# -- every API --------------------------------------------------------------------------------------------------


class Wire(NamedTuple):
    """One API with its replies: a call of `add`, then a text."""

    name: str
    api: str
    replies: tuple[Json, Json]


def chat(message: Json) -> Json:
    """A reply of chat completions."""
    return {"id": "r", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


ADDING: Final[Json] = {"a": 1, "b": 2}
FUNCTION: Final[Json] = {"name": "add", "arguments": json.dumps(ADDING)}
CHAT: Final = (
    chat({"tool_calls": [{"id": "c1", "type": "function", "function": FUNCTION}]}),
    chat({"content": "three"}),
)


def responses(item: Json) -> Json:
    """A whole response."""
    return {"id": "r", "status": "completed", "output": [item]}


def claude(block: Json) -> Json:
    """A reply of Anthropic's."""
    return {"id": "m", "content": [block], "stop_reason": "end_turn"}


def ollama(message: Json) -> Json:
    """A reply of Ollama's."""
    return {"message": {"role": "assistant", **message}, "done": True}


def converse(block: Json) -> Json:
    """A reply of Bedrock's."""
    return {"output": {"message": {"role": "assistant", "content": [block]}}}


WIRES: Final[Mapping[str, Wire]] = {
    "responses": Wire(
        "openai",
        "responses",
        (
            responses({"type": "function_call", "call_id": "c1", **FUNCTION}),
            responses({"type": "message", "content": [{"type": "output_text", "text": "three"}]}),
        ),
    ),
    "chat_completions": Wire("openai", "chat_completions", CHAT),
    "groq": Wire("groq", "", CHAT),
    "anthropic": Wire(
        "anthropic",
        "",
        (
            claude({"type": "tool_use", "id": "c1", "name": "add", "input": ADDING}),
            claude({"type": "text", "text": "three"}),
        ),
    ),
    "ollama": Wire(
        "ollama",
        "",
        (
            ollama({"tool_calls": [{"function": {"name": "add", "arguments": ADDING}}]}),
            ollama({"content": "three"}),
        ),
    ),
    "bedrock": Wire(
        "bedrock",
        "",
        (
            converse({"toolUse": {"toolUseId": "c1", "name": "add", "input": ADDING}}),
            converse({"text": "three"}),
        ),
    ),
}


@pytest.mark.parametrize("way", [WAYS["run"], WAYS["arun"]], ids=["run", "arun"])
@pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES.keys())
def test_a_run_works_at_each_api(wire: Wire, way: Way) -> None:
    """At each API the second request has the call and its result."""
    transport: FakeTransport[Json] = FakeTransport(*wire.replies)
    options = {"api": wire.api} if wire.api else {}
    llm = chat_model(CustomModel(f"{wire.name}:m"), transport=transport, **options)
    assert isinstance(llm, ChatModel)
    run = way(llm, "1 + 2?", [add])
    assert (run.content, results(run)) == ("three", [("add", "3", False)])
    second = repr(transport.requests[1])
    assert "add" in second
    assert "'3'" in second or '"3"' in second


def test_a_run_works_under_trio() -> None:
    """`arun` needs no asyncio: it runs on trio too, where the model does."""

    async def main() -> Run:
        return await FakeGenerator(calls(("add", {"a": 1, "b": 2})), "3").arun("?", [add], parallel=True)

    assert anyio.run(main, backend="trio").content == "3"


def test_a_conversation_keeps_its_system_messages() -> None:
    """The prompt of a run is any conversation."""
    prompt: list[BaseMessage] = [UserMessage(content="1 + 2?")]
    assert FakeGenerator("3").run(prompt, [add]).messages[0] == prompt[0]
