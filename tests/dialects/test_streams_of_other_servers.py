"""Streams of servers that number, name and end their tool calls and items in ways of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import to_json

from god_llm import AIMessage, ChatOpenAI, CustomModel, StreamInterruptedError
from god_llm.testing import FakeTransport

Json = dict[str, object]

DONE: Json = {"type": "[DONE]"}


def streamed(events: Sequence[Mapping[str, object]], api: str = "chat_completions") -> AIMessage:
    """The message that a stream makes."""
    transport, model = FakeTransport(list(events)), CustomModel("m")
    responses = ChatOpenAI(model, transport=transport)
    llm = responses if api == "responses" else ChatOpenAI(model, api="chat_completions", transport=transport)
    with llm.stream("Go.") as stream:
        for _ in stream:
            pass
    return stream.message


def chunk(*calls: Json, finish: str | None = None) -> Json:
    """A chunk of a stream with fragments of tool calls."""
    return {"choices": [{"index": 0, "delta": {"tool_calls": list(calls)} if calls else {}, "finish_reason": finish}]}


CALLS = st.lists(
    st.tuples(st.sampled_from(["look", "add"]), st.dictionaries(st.text("ab", min_size=1), st.integers(), max_size=2)),
    min_size=1,
    max_size=4,
)
NUMBERING = st.sampled_from(["in order", "gaps", "all zero", "missing"])
IDS = st.sampled_from(["own", "empty", "missing", "new with each fragment"])
CUTS = st.lists(st.integers(0, 12), max_size=3)


def fragments(text: str, cuts: Sequence[int]) -> list[str]:
    """The text in pieces, cut at these places; the first may be empty."""
    places = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    return [text[low:high] for low, high in pairwise(places)] or [text]


@given(CALLS, NUMBERING, IDS, CUTS, st.booleans())
def test_calls_are_told_apart_by_index_id_and_name(
    calls: list[tuple[str, Json]], numbering: str, ids: str, cuts: list[int], late: bool
) -> None:
    """However a server numbers its calls, each arrives once, in order, with its name and arguments."""
    events: list[Json] = []
    wanted: list[tuple[str, str]] = []
    for place, (name, arguments) in enumerate(calls):
        text = to_json(arguments).decode()
        wanted.append((name, text))
        pieces = [*([""] if late else []), *fragments(text, cuts)]
        named_at = 1 if late and ids == "own" and numbering != "missing" else 0
        for number, piece in enumerate(pieces):
            fragment: Json = {"function": {"name": name if number == named_at else "", "arguments": piece}}
            if numbering != "missing":
                fragment["index"] = {"in order": place, "gaps": place * 3 + 1, "all zero": 0}[numbering]
            if ids != "missing":
                own = f"c{place}" if number == 0 else None
                fragment["id"] = {"own": own, "empty": "", "new with each fragment": f"c{place}-{number}"}[ids]
            events.append(chunk(fragment))
    message = streamed([*events, chunk(finish="tool_calls"), DONE])
    assert [(call.name, call.raw_arguments) for call in message.tool_calls] == wanted


@given(CALLS, st.booleans())
def test_a_name_that_comes_with_each_fragment_is_one_call(calls: list[tuple[str, Json]], numbered: bool) -> None:
    """A repeated name begins no call as long as the arguments before it are not complete."""
    events: list[Json] = []
    for place, (name, arguments) in enumerate(calls):
        text = to_json(arguments).decode()
        for piece in (text[:1], text[1:]):
            fragment: Json = {"function": {"name": name, "arguments": piece}}
            events.append(chunk({**fragment, "index": place} if numbered else fragment))
    message = streamed([*events, chunk(finish="tool_calls"), DONE])
    assert [call.name for call in message.tool_calls] == [name for name, _ in calls]


def test_a_stream_without_done_is_complete_with_its_finish_reason() -> None:
    """A finish reason for each choice and the end of the body are an end; without one the stream was interrupted."""
    text: Json = {"choices": [{"index": 0, "delta": {"content": "Hi."}}]}
    assert streamed([text, chunk(finish="stop")]).finish_reason == "stop"
    with pytest.raises(StreamInterruptedError, match="without a finish reason"):
        streamed([text])
    two: Json = {"choices": [{"index": 0, "finish_reason": "stop"}, {"index": 1, "delta": {"content": "Hi."}}]}
    with pytest.raises(StreamInterruptedError):
        streamed([text, two])


@given(st.lists(st.sampled_from(["one ", "two ", "three "]), min_size=1, max_size=4), st.booleans())
def test_fields_that_a_server_attached_grow_as_the_whole_reply_has_them(texts: list[str], split: bool) -> None:
    """OpenRouter's `reasoning_details` arrive in fragments, by index; the message keeps them joined."""
    pieces = texts if split else ["".join(texts)]
    events: list[Json] = [
        {"choices": [{"index": 0, "delta": {"reasoning_details": [{"type": "reasoning.text", "text": t, "index": 0}]}}]}
        for t in pieces
    ]
    sealed: Json = {"type": "reasoning.encrypted", "data": "b3BhcXVl", "index": 1}
    events.append({"choices": [{"index": 0, "delta": {"reasoning_details": [sealed]}}]})
    message = streamed([*events, chunk(finish="stop"), DONE])
    whole = {"type": "reasoning.text", "text": "".join(texts), "index": 0}
    assert message.provider_data == {"reasoning_details": [whole, sealed]}


def item_events(item: Json, number: int, delta: Json, begun: Json) -> list[Json]:
    """The events of one item of a response."""
    return [
        {"type": "response.output_item.added", "output_index": number, "item": {**item, **begun}},
        {"output_index": number, "item_id": item["id"], "content_index": 0, **delta},
        {"type": "response.output_item.done", "output_index": number, "item": item},
    ]


@st.composite
def responses(draw: st.DrawFn) -> tuple[list[Json], list[Json]]:
    """A stream of the Responses API with odd numbers and ids, and its items."""
    kinds = draw(st.lists(st.sampled_from(["message", "function_call"]), min_size=1, max_size=4))
    numbering, ids = (
        draw(st.sampled_from(["in order", "gaps", "all zero"])),
        draw(st.sampled_from(["same", "new", "none"])),
    )
    events: list[Json] = []
    items: list[Json] = []
    for place, kind in enumerate(kinds):
        number = {"in order": place, "gaps": place * 2 + 1, "all zero": 0}[numbering]
        if draw(st.booleans()):
            events.append({"type": "response.output_item.added", "output_index": number, "item": None})
        if kind == "message":
            content = [{"type": "output_text", "text": f"text {place}. ", "annotations": []}]
            item: Json = {"type": kind, "id": f"m{place}", "role": "assistant", "content": content}
            own = item_events(
                item, number, {"type": "response.output_text.delta", "delta": f"text {place}. "}, {"content": []}
            )
        else:
            item = {"type": kind, "id": f"f{place}", "call_id": f"c{place}", "name": "look", "arguments": "{}"}
            arguments: Json = {"type": "response.function_call_arguments.delta", "delta": "{}"}
            own = item_events(item, number, arguments, {"arguments": ""})
        if ids == "none":
            own = [{k: v for k, v in event.items() if k != "item_id"} for event in own]
        events.extend(own)
        items.append({**item, "id": f"other{place}"} if ids == "new" else item)
    return events, items


@given(responses())
def test_items_are_told_apart_by_id_before_number(both: tuple[list[Json], list[Json]]) -> None:
    """Gaps, repeated numbers, null items and changed ids: each text and each call arrives once, in order."""
    events, items = both
    end = {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": items}}
    message = streamed([*events, end], "responses")
    texts = [item["content"][0]["text"] for item in items if item["type"] == "message"]  # type: ignore[index]  # JSON
    assert message.content == "".join(texts)
    assert [call.id for call in message.tool_calls] == [i["call_id"] for i in items if i["type"] == "function_call"]
