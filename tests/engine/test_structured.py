"""Structured answers: any type, in each mode, at each API; what is wrong with an answer that holds no value."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Annotated, Final, Generic, Literal, NamedTuple, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel
from typing_extensions import TypedDict

from god_llm import (
    Answer,
    AnswerMode,
    ChatBedrock,
    ChatModel,
    CustomModel,
    InvalidSettingError,
    NoValue,
    StructuredAnswerError,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    chat_model,
)
from god_llm.testing import FakeGenerator, FakeTransport

Json = dict[str, object]
T = TypeVar("T")

PAGE: Final = Path(__file__).parents[2] / "docs" / "structured-answers.md"


class City(BaseModel):
    """A city."""

    name: str
    founded: date | None = None


class Page(BaseModel, Generic[T]):
    """Items of any type."""

    items: list[T]


@dataclass
class Point:
    """A place."""

    x: int
    y: int = 0


class Row(TypedDict):
    """A row of a table."""

    name: str


class Colour(Enum):
    """A colour."""

    RED = "red"
    BLUE = "blue"


class Case(NamedTuple):
    """A type, the JSON that a model writes for it, and the value."""

    kind: object
    written: object
    value: object


CASES: Final[Mapping[str, Case]] = {
    "model": Case(City, {"name": "Oslo", "founded": "1040-01-01"}, City(name="Oslo", founded=date(1040, 1, 1))),
    "generic model": Case(Page[int], {"items": [1, 2]}, Page[int](items=[1, 2])),
    "dataclass": Case(Point, {"x": 1, "y": 2}, Point(1, 2)),
    "TypedDict": Case(Row, {"name": "a"}, {"name": "a"}),
    "enum": Case(Colour, "red", Colour.RED),
    "Literal": Case(Literal["yes", "no"], "no", "no"),
    "union": Case(City | Point, {"x": 3, "y": 0}, Point(3, 0)),
    "Optional": Case(int | None, None, None),
    "list": Case(list[City], [{"name": "Oslo", "founded": None}], [City(name="Oslo")]),
    "dict": Case(dict[str, int], {"a": 1}, {"a": 1}),
    "int": Case(int, 7, 7),
    "bool": Case(bool, written=True, value=True),
    "text": Case(str, "hello", "hello"),
}
"""Kind of type -> an example."""

MODES: Final[Sequence[AnswerMode]] = ("schema", "tool", "prompt")


class Api(NamedTuple):
    """An API: a full name of a model, and the replies with a text and with a call."""

    name: str
    api: str
    text: Callable[[str], Json]
    call: Callable[[str, Json], Json]


def chat(message: Json) -> Json:
    """A whole reply of chat completions."""
    return {"id": "r", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}


def chat_call(name: str, arguments: Json) -> Json:
    """A reply of chat completions with a call."""
    function = {"name": name, "arguments": json.dumps(arguments)}
    return chat({"content": None, "tool_calls": [{"id": "c1", "type": "function", "function": function}]})


def responses(item: Json) -> Json:
    """A whole response."""
    return {"id": "r", "model": "m", "status": "completed", "output": [item]}


APIS: Final[Mapping[str, Api]] = {
    "OpenAI Responses": Api(
        "openai",
        "responses",
        lambda text: responses(
            {
                "type": "message",
                "role": "assistant",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }
        ),
        lambda name, arguments: responses(
            {"type": "function_call", "call_id": "c1", "name": name, "arguments": json.dumps(arguments)}
        ),
    ),
    "OpenAI chat completions": Api("openai", "chat_completions", lambda text: chat({"content": text}), chat_call),
    "Groq": Api("groq", "", lambda text: chat({"content": text}), chat_call),
    "Anthropic": Api(
        "anthropic",
        "",
        lambda text: {"id": "m", "content": [{"type": "text", "text": text}], "stop_reason": "end_turn"},
        lambda name, arguments: {
            "id": "m",
            "content": [{"type": "tool_use", "id": "c1", "name": name, "input": arguments}],
            "stop_reason": "tool_use",
        },
    ),
    "Ollama": Api(
        "ollama",
        "",
        lambda text: {"message": {"role": "assistant", "content": text}, "done": True, "done_reason": "stop"},
        lambda name, arguments: {
            "message": {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"function": {"name": name, "arguments": arguments}}],
            },
            "done": True,
        },
    ),
    "Bedrock": Api(
        "bedrock",
        "",
        lambda text: {
            "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
            "stopReason": "end_turn",
        },
        lambda name, arguments: {
            "output": {
                "message": {
                    "role": "assistant",
                    "content": [{"toolUse": {"toolUseId": "c1", "name": name, "input": arguments}}],
                }
            },
            "stopReason": "tool_use",
        },
    ),
}

REFUSED: Final = frozenset(
    {
        *((kind, "Ollama", "tool") for kind in CASES),  # Ollama can't be made to call a tool
        ("dict", "Anthropic", "schema"),  # its schemas name every key
        ("dict", "Bedrock", "schema"),
    }
)
"""Type, API and mode that are refused before sending."""


def facade(api: Api, *replies: Json) -> tuple[ChatModel[str], FakeTransport[Json]]:
    """A facade that gets these replies, and its transport."""
    transport: FakeTransport[Json] = FakeTransport(*replies)
    options = {"api": api.api} if api.api else {}
    llm = chat_model(CustomModel(f"{api.name}:m"), transport=transport, **options)
    assert isinstance(llm, ChatModel)
    return llm, transport


def reply_of(api: Api, case: Case, mode: AnswerMode) -> Json:
    """The reply of a model that answers as it was asked to."""
    is_object = isinstance(case.written, dict) and case.kind is not City | Point
    wrapped = case.written if is_object else {"value": case.written}
    match mode:
        case "schema":
            return api.text(json.dumps(wrapped))
        case "tool":
            assert isinstance(wrapped, dict)
            return api.call("answer", wrapped)
        case "prompt":
            return api.text(f"Here it is:\n```json\n{json.dumps(wrapped)}\n```\nAnything else?")


@pytest.mark.parametrize("sync", [True, False], ids=["sync", "async"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("column", APIS)
@pytest.mark.parametrize("kind", CASES)
def test_each_type_in_each_mode_at_each_api(kind: str, column: str, mode: AnswerMode, sync: bool) -> None:
    """The value has its type, whatever the type, the mode and the API are; the request asks for it."""
    api, case = APIS[column], CASES[kind]
    llm, transport = facade(api, reply_of(api, case, mode))
    if (kind, column, mode) in REFUSED:
        with pytest.raises((UnsupportedParameterError, UnsupportedFeatureError)):
            llm.answer_as(case.kind, "Which?", mode=mode)  # type: ignore[arg-type]  # any type of the table
        return
    if sync:
        answer: Answer[object] = llm.answer_as(case.kind, "Which?", mode=mode)  # type: ignore[arg-type]  # the same
    else:
        answer = asyncio.run(llm.aanswer_as(case.kind, "Which?", mode=mode))  # type: ignore[arg-type]  # the same
    assert answer.value == case.value
    assert type(answer.value) is type(case.value)
    assert answer.message.provider == api.name
    request = str(transport.requests[-1])
    assert ("JSON schema" in request) is (mode == "prompt")
    assert ("Give the answer" in request) is (mode == "tool")


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "Oslo"}',
        '```json\n{"name": "Oslo"}\n```',
        '```\n{"name": "Oslo"}\n```',
        'Sure! {"name": "Oslo"} is the one.',
        'First ```json\n{"name": "Bergen"}\n``` no, wait:\n```JSON\n{"name": "Oslo"}\n```',
    ],
)
def test_json_is_found_in_words(text: str) -> None:
    """In the mode `prompt`, the JSON is taken out of fences and out of the words around it."""
    llm, _ = facade(APIS["Groq"], chat({"content": text}))
    assert llm.generate_as(City, "Which?", mode="prompt") == City(name="Oslo")


def ended(message: Json, finish: str) -> Json:
    """A reply that ends so."""
    return {"id": "r", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": finish}]}


REASONS: Final[Mapping[NoValue, Json]] = {
    "refusal": ended({"content": None, "refusal": "I won't."}, "stop"),
    "length": ended({"content": '{"name": "Os'}, "length"),
    "content_filter": ended({"content": ""}, "content_filter"),
    "tool_call": chat_call("other", {}),
    "empty": chat({"content": " "}),
    "validation": chat({"content": '{"name": 3}'}),
}


@pytest.mark.parametrize("reason", REASONS)
def test_an_answer_without_a_value_says_why(reason: NoValue) -> None:
    """The error has the reason and the message."""
    llm, _ = facade(APIS["OpenAI chat completions"], REASONS[reason])
    with pytest.raises(StructuredAnswerError, match=reason) as caught:
        llm.generate_as(City, "Which?")
    assert caught.value.reason == reason
    assert caught.value.partial is not None
    assert (caught.value.provider, caught.value.partial.model) == ("openai", "m")


def counted(reply: Json) -> Json:
    """The reply with token counts."""
    return {**reply, "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12}}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_an_answer_that_does_not_fit_is_asked_for_again(mode: AnswerMode, wrong: int) -> None:
    """The next question has the last answer and what is wrong with it, `reasks` times at most; usage is summed."""
    api, bad, good = APIS["Groq"], Case(City, {"name": 3}, None), CASES["model"]
    replies = [counted(reply_of(api, bad, mode))] * wrong + [counted(reply_of(api, good, mode))]
    llm, transport = facade(api, *replies)
    answer = llm.answer_as(City, "Which?", mode=mode, reasks=2)
    assert answer.value == good.value
    assert answer.message.usage is not None
    assert answer.message.usage.input_tokens == 10 * (wrong + 1)
    assert len(transport.requests) == wrong + 1
    assert ("Input should be a valid string" in str(transport.requests[-1])) is (wrong > 0)


def test_the_last_attempt_raises() -> None:
    """After `reasks` attempts the error of the last one is raised, and a refusal is never asked again."""
    llm, transport = facade(APIS["Groq"], *[chat({"content": "{}"})] * 2)
    with pytest.raises(StructuredAnswerError, match="validation"):
        llm.generate_as(City, "Which?", reasks=1)
    assert len(transport.requests) == 2
    llm, transport = facade(APIS["OpenAI chat completions"], REASONS["refusal"])
    with pytest.raises(StructuredAnswerError, match="refusal"):
        llm.generate_as(City, "Which?", reasks=5)
    assert len(transport.requests) == 1
    with pytest.raises(InvalidSettingError, match="reasks"):
        llm.generate_as(City, "Which?", reasks=-1)


def test_a_validator_of_the_users_own_is_asked_again() -> None:
    """A value that the user's validator refuses is followed by another question with the validator's words."""

    def even(number: int) -> int:
        if number % 2:
            raise ValueError("must be even")
        return number

    llm, transport = facade(APIS["Groq"], chat({"content": '{"value": 3}'}), chat({"content": '{"value": 4}'}))
    assert llm.generate_as(Annotated[int, AfterValidator(even)], "Which?", reasks=1) == 4
    assert "must be even" in str(transport.requests[-1])


@pytest.mark.parametrize("kind", [{"type": "object"}, 3, "City", object(), lambda x: x, Callable])
def test_what_is_no_type_is_refused(kind: object) -> None:
    """A schema that pydantic can't validate is an error before anything is sent."""
    llm, transport = facade(APIS["Groq"], chat({"content": "{}"}))
    with pytest.raises(InvalidSettingError, match="can't be the type of an answer"):
        llm.generate_as(kind, "Which?")  # type: ignore[arg-type]  # what is tested
    assert not transport.requests


def test_a_mode_that_is_none_is_refused() -> None:
    """The error lists the modes."""
    llm, _ = facade(APIS["Groq"], chat({"content": "{}"}))
    with pytest.raises(InvalidSettingError, match="'schema', 'tool', 'prompt'"):
        llm.generate_as(City, "Which?", mode="json")  # type: ignore[arg-type]  # what is tested


def test_a_tool_of_the_users_own_keeps_its_name() -> None:
    """In the mode `tool`, a tool on offer that is named like the added one is refused before sending."""

    def answer() -> None:
        """A tool of the user's."""

    llm, transport = facade(APIS["Groq"], chat({"content": "{}"}))
    with pytest.raises(InvalidSettingError, match="rename the tool"):
        llm.with_tools(answer).generate_as(City, "Which?", mode="tool")
    assert not transport.requests


@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_a_model_without_json_schemas_is_asked_by_a_tool() -> None:
    """The default mode is the first one that the model is known to have."""
    transport: FakeTransport[Json] = FakeTransport(APIS["Bedrock"].call("answer", {"name": "Oslo"}))
    llm = ChatBedrock("us.anthropic.claude-sonnet-4-20250514-v1:0", transport=transport)  # type: ignore[arg-type]  # plain JSON
    assert llm.generate_as(City, "Which?") == City(name="Oslo")
    assert "toolChoice" in str(transport.requests[-1])


@given(st.recursive(st.integers() | st.text(max_size=5) | st.none(), lambda inner: st.lists(inner, max_size=3)))
def test_whatever_json_a_model_writes_is_a_value_or_a_typed_error(written: object) -> None:
    """No answer makes anything but a value or a `StructuredAnswerError`."""
    for mode in MODES[::2]:
        llm, _ = facade(APIS["Groq"], chat({"content": json.dumps(written)}))
        with suppress(StructuredAnswerError):
            assert isinstance(llm.generate_as(list[int], "Which?", mode=mode), list)


def test_a_fake_answers_with_any_type() -> None:
    """`FakeGenerator` gives a scripted text as a value of the type."""
    assert FakeGenerator('{"value": [1, 2]}').generate_as(list[int], "Which?") == [1, 2]


def test_the_page_names_every_type_mode_and_api() -> None:
    """The table in docs/structured-answers.md has a line for each type and a column for each API, with the modes."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    head, rows = next(row for row in table if row[0] == "type"), [row for row in table if row[0] in CASES]
    assert head[1:] == [*APIS]
    assert [row[0] for row in rows] == [*CASES]
    for row in rows:
        assert row[1:] == [", ".join(m for m in MODES if (row[0], c, m) not in REFUSED) for c in APIS]
