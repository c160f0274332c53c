"""What a model said goes back to it: for generated replies of each wire, and for every recorded one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import (
    AIMessage,
    BaseMessage,
    ChatModel,
    CustomModel,
    SystemMessage,
    Tool,
    ToolCallPart,
    ToolMessage,
    UserMessage,
    chat_model,
)
from god_llm.testing import FakeTransport

Json = dict[str, object]

CORPUS: Final = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "cases"


class UnansweredError(Exception):
    """Ends a call once its request is written."""


class Wire(NamedTuple):
    """One API: its full name of a model, the turns of a reply, and the own turns of a request."""

    name: str
    api: str
    said: Callable[[Json], list[Json]]
    returned: Callable[[Json], list[Json]]


def objects(value: object) -> list[Json]:
    """A list of JSON objects."""
    assert isinstance(value, list)
    return value


def own_blocks(request: Json) -> list[Json]:
    """The blocks of the assistant's turns."""
    turns = [turn for turn in objects(request["messages"]) if turn["role"] == "assistant"]
    return [block for turn in turns for block in objects(turn["content"])]


def own_messages(request: Json) -> list[Json]:
    """The assistant's messages."""
    return [message for message in objects(request["messages"]) if message["role"] == "assistant"]


def own_items(request: Json) -> list[Json]:
    """The input items that the model wrote."""
    items = objects(request["input"])
    return [item for item in items if item.get("role") != "user" and item.get("type") != "function_call_output"]


def first_choice(reply: Json) -> list[Json]:
    """The message of the first choice."""
    return [choice["message"] for choice in objects(reply["choices"])[:1]]  # type: ignore[misc]  # recorded JSON


WIRES: Final[Mapping[tuple[str, str], Wire]] = {
    ("anthropic", "messages"): Wire("anthropic", "", lambda r: objects(r["content"]), own_blocks),
    ("bedrock", "converse"): Wire(
        "bedrock",
        "",
        lambda r: objects(r["output"]["message"]["content"]),  # type: ignore[index]  # recorded JSON
        own_blocks,
    ),
    ("openai", "responses"): Wire("openai", "responses", lambda r: objects(r["output"]), own_items),
    ("openai", "chat_completions"): Wire("openai", "chat_completions", first_choice, own_messages),
    ("groq", "chat_completions"): Wire("groq", "", first_choice, own_messages),
    ("ollama", "api_chat"): Wire("ollama", "", lambda r: [r["message"]], own_messages),  # type: ignore[list-item]
}

ALLOWED: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    # A message and a call without reasoning beside them go back without their ids, which is accepted everywhere.
    ("openai", "responses"): frozenset({"id", "status", "content"}),
    # The wire has no field for them in a request.
    ("openai", "chat_completions"): frozenset({"annotations"}),
    ("groq", "chat_completions"): frozenset({"executed_tools", "annotations"}),
}
"""Fields of a reply that do not go back, for each wire: this list may only shrink."""


def facade(wire: Wire, reply: object) -> tuple[ChatModel[str], FakeTransport[Json]]:
    """A facade that gets this reply, and its transport."""
    transport: FakeTransport[Json] = FakeTransport(reply)  # type: ignore[arg-type]  # a reply or an error
    options = {"api": wire.api} if wire.api else {}
    llm = chat_model(CustomModel(f"{wire.name}:m"), transport=transport, **options)
    assert isinstance(llm, ChatModel)
    return llm, transport


def sent_back(wire: Wire, message: AIMessage) -> Json:
    """The request that continues a conversation after a message."""
    llm, transport = facade(wire, UnansweredError())
    calls = message.tool_calls
    results: list[BaseMessage] = [
        ToolMessage(content="done", tool_call_id=c.id or f"call_{n}", name=c.name) for n, c in enumerate(calls, 1)
    ]
    tools = [
        Tool(name, "", {"type": "object", "properties": {}}) for name in dict.fromkeys(call.name for call in calls)
    ]
    history: list[BaseMessage] = [UserMessage(content="hi"), message, *(results or [UserMessage(content="Go on.")])]
    with pytest.raises(UnansweredError):
        llm.with_tools(*tools).generate(history)
    return dict(transport.requests[-1])


def without_absence(value: object) -> object:
    """JSON without the fields that say nothing, and arguments parsed."""
    if isinstance(value, dict):
        kept = {name: without_absence(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        return [without_absence(item) for item in value]
    return value


def lost(wire: tuple[str, str], before: Sequence[Json], after: Sequence[Json]) -> Iterator[str]:
    """What of a reply is not in the request after it."""
    allowed = ALLOWED.get(wire, frozenset())
    for said in before:
        plain = without_absence(said)
        assert isinstance(plain, dict)
        wanted = {name: value for name, value in plain.items() if name not in allowed}
        if not any(_holds(turn, wanted) for turn in map(without_absence, after)):
            yield json.dumps(wanted)[:200]


def _holds(turn: object, wanted: Mapping[str, object]) -> bool:
    return isinstance(turn, dict) and all(_same(turn.get(name), value) for name, value in wanted.items())


def _same(found: object, wanted: object) -> bool:
    """Equal, where a list's or an object's own numbering (`index`) does not count."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(_same(found.get(name), value) for name, value in wanted.items() if name != "index")
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(_same, found, wanted))
    return found == wanted


# -- generated replies ------------------------------------------------------------------------------------

TEXTS: Final = st.text("abc äß\n", min_size=1, max_size=20).filter(str.strip)
NAMES: Final = st.text("abcdef_", min_size=1, max_size=12)
ARGUMENTS: Final = st.dictionaries(
    NAMES, st.one_of(st.integers(), TEXTS, st.none(), st.lists(st.integers())), max_size=3
)
IDS: Final = st.uuids().map(lambda ident: f"id_{ident.hex[:20]}")
ATTACHED: Final = st.dictionaries(
    st.sampled_from(["x_signature", "x_note"]), st.one_of(TEXTS, st.integers(1)), max_size=2
)


def anthropic_blocks() -> st.SearchStrategy[Json]:
    """A block of Anthropic's of any kind."""
    thinking = st.builds(lambda t, s: {"type": "thinking", "thinking": t, "signature": s}, TEXTS, IDS)
    hidden = st.builds(lambda d: {"type": "redacted_thinking", "data": d}, IDS)
    call = st.builds(
        lambda i, n, a, x: {"type": "tool_use", "id": i, "name": n, "input": a, "caller": {"type": "direct"}, **x},
        IDS, NAMES, ARGUMENTS, ATTACHED,
    )  # fmt: skip
    search = st.builds(
        lambda i: {"type": "server_tool_use", "id": i, "name": "web_search", "input": {"query": "sky"}}, IDS
    )
    new = st.builds(lambda x: {"type": "block_of_tomorrow", **x}, ATTACHED)
    return st.one_of(st.builds(lambda t: {"type": "text", "text": t}, TEXTS), thinking, hidden, call, search, new)


@given(st.lists(anthropic_blocks(), min_size=1, max_size=6))
def test_the_blocks_of_anthropic_go_back(blocks: list[Json]) -> None:
    """Text, thinking with signatures, calls with what is attached, server tools and unknown blocks go back in order."""
    reply = {"id": "m", "model": "m", "role": "assistant", "content": blocks, "stop_reason": "end_turn"}
    wire = WIRES["anthropic", "messages"]
    message = facade(wire, reply)[0].generate("hi")
    assert own_blocks(sent_back(wire, message)) == blocks


@given(st.lists(st.tuples(IDS, NAMES, ARGUMENTS, ATTACHED), max_size=3), st.one_of(st.just(""), TEXTS), ATTACHED, TEXTS)
def test_the_fields_of_a_compatible_server_go_back(
    calls: list[tuple[str, str, Json, Json]], text: str, attached: Json, thought: str
) -> None:
    """A message of chat completions goes back with its reasoning, its calls and what the server attached to each."""
    written = [
        {"id": i, "type": "function", "function": {"name": n, "arguments": json.dumps(a)}, **x} for i, n, a, x in calls
    ]
    said: Json = {"role": "assistant", "content": text, "reasoning_content": thought, "tool_calls": written, **attached}
    wire = WIRES["openai", "chat_completions"]
    reply = {"id": "r", "model": "m", "choices": [{"index": 0, "message": said, "finish_reason": "stop"}]}
    message = facade(wire, reply)[0].generate("hi")
    (turn,) = own_messages(sent_back(wire, message))
    assert without_absence(turn) == without_absence(said)


@given(st.lists(TEXTS, min_size=1, max_size=4), IDS, st.booleans())
def test_the_summaries_of_reasoning_go_back_apart(summaries: list[str], ident: str, sealed: bool) -> None:
    """A reasoning item of Responses goes back with its summaries as they were cut, and its sealed content."""
    item: Json = {"type": "reasoning", "id": ident, "summary": [{"type": "summary_text", "text": t} for t in summaries]}
    if sealed:
        item["encrypted_content"] = "sealed"
    output = [item, {"type": "message", "id": "msg", "role": "assistant", "status": "completed",
                     "content": [{"type": "output_text", "text": "So.", "annotations": []}]}]  # fmt: skip
    wire = WIRES["openai", "responses"]
    message = facade(wire, {"id": "r", "model": "m", "status": "completed", "output": output})[0].generate("hi")
    assert own_items(sent_back(wire, message)) == output


def test_the_container_of_anthropic_goes_on() -> None:
    """The next request names the container in which the answer ran code."""
    reply = {"id": "m", "content": [{"type": "text", "text": "done"}], "stop_reason": "end_turn",
             "container": {"id": "container_1", "expires_at": "2026-11-27T00:00:00Z"}}  # fmt: skip
    wire = WIRES["anthropic", "messages"]
    message = facade(wire, reply)[0].generate("hi")
    assert sent_back(wire, message)["container"] == "container_1"


# -- the prefix law -----------------------------------------------------------------------------------------


def conversations() -> st.SearchStrategy[list[BaseMessage]]:
    """Conversations in which every prefix that ends with a user's message or a result can be sent."""

    def turn(number: int, text: str, calls: int) -> list[BaseMessage]:
        ids = [f"call_{number}_{n}" for n in range(calls)]
        parts = tuple(ToolCallPart.of(id=ident, name="look", arguments={"at": text}) for ident in ids)
        answer = AIMessage(content=text) if not calls else AIMessage(parts=parts)
        return [UserMessage(content=text), answer, *(ToolMessage(content="ok", tool_call_id=ident) for ident in ids)]

    turns = st.lists(st.tuples(TEXTS, st.integers(0, 3)), min_size=1, max_size=4)
    return turns.map(
        lambda said: [SystemMessage(content="Be brief."), *(m for n, (t, c) in enumerate(said) for m in turn(n, t, c))]
    )


def turns_of(wire: Wire, messages: Sequence[BaseMessage]) -> list[object]:
    """The turns of a request, with the blocks of a turn beside each other, as they stand in its bytes."""
    llm, transport = facade(wire, UnansweredError())
    with pytest.raises(UnansweredError):
        llm.with_tools(Tool("look", "Look.", {"type": "object", "properties": {}})).generate(messages)
    request = dict(transport.requests[-1])
    found = objects(request["input" if "input" in request else "messages"])
    return [
        each
        for turn in found
        for each in ([turn["role"], *turn["content"]] if isinstance(turn.get("content"), list) else [turn])  # type: ignore[misc]  # blocks
    ]


@pytest.mark.parametrize("wire", WIRES.values(), ids=lambda wire: f"{wire.name}-{wire.api}")
@given(conversation=conversations())
def test_a_longer_conversation_begins_with_the_shorter_one(wire: Wire, conversation: list[BaseMessage]) -> None:
    """The request for a conversation begins with the request for its beginning, so that the provider's cache holds."""
    ends = [n for n, m in enumerate(conversation, 1) if isinstance(m, UserMessage)]
    requests = [turns_of(wire, conversation[:end]) for end in ends]
    whole = turns_of(wire, [*conversation, UserMessage(content="Go on.")])
    for request in requests:
        assert whole[: len(request)] == request


# -- recorded replies -----------------------------------------------------------------------------------------


@cache
def recorded() -> Mapping[str, tuple[tuple[str, str], Json]]:
    """The recorded whole replies by name, with their wire."""
    found: dict[str, tuple[tuple[str, str], Json]] = {}
    for path in sorted(CORPUS.rglob("*.json")) if CORPUS.is_dir() else []:
        if path.name.endswith(".expected.json") or path.name == "index.json":
            continue
        case = json.loads(path.read_text(encoding="utf-8"))
        wire = (case["provider"], case["endpoint"])
        body = case["response"].get("body")
        if wire in WIRES and not case["stream"] and case["response"]["status"] == 200 and isinstance(body, str | dict):
            reply = json.loads(body) if isinstance(body, str) else body
            if not reply.get("error") and reply.get("status") not in {"failed", "queued"}:
                found[path.stem] = (wire, reply)
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no recorded exchanges beside the project")
@pytest.mark.parametrize("name", recorded())
def test_a_recorded_answer_goes_back(name: str) -> None:
    """Every recorded answer is accepted by its own formatter, and the request holds what the provider had sent."""
    key, reply = recorded()[name]
    wire = WIRES[key]
    message = facade(wire, reply)[0].generate("hi")
    request = sent_back(wire, message)
    before = wire.said(reply)
    if key == ("bedrock", "converse"):  # models that sign take back only what they signed, the others take none
        before = [block for block in before if "reasoningContent" not in block]
    if key[0] == "anthropic":
        before = [block for block in before if block.get("type") != "text" or str(block["text"]).strip()]
    assert list(lost(key, before, wire.returned(request))) == []
