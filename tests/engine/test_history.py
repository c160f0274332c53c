"""Any conversation that an application stores is sent in a form that the provider accepts, or refused before that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from god_llm import (
    AIMessage,
    BaseMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CitationPart,
    CustomModel,
    ImagePart,
    PromptError,
    ReasoningPart,
    ServerToolPart,
    SystemMessage,
    TextPart,
    ToolCallPart,
    ToolMessage,
    ToolResultPart,
    UnsupportedFeatureError,
    UserMessage,
)
from god_llm.domain.tools import Tool
from god_llm.engine.chat import ChatModel
from god_llm.testing import FakeTransport

Facade: TypeAlias = ChatModel[str, Any, Any]  # Any: requests and extras of the six APIs have nothing in common
Block: TypeAlias = tuple[str, str, str]
"""One thing that a request says: its role, its kind, and its id or text."""

MODEL: Final = CustomModel("m")
LOOK: Final = Tool("look", "Look.", {"type": "object", "properties": {}})
PNG: Final = ImagePart(data=b"\x89PNG\r\n\x1a\n", media_type="image/png")
NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")


APIS: Final[Mapping[str, Callable[[], Facade]]] = {
    "responses": lambda: ChatOpenAI(MODEL, transport=FakeTransport({})),
    "chat_completions": lambda: ChatOpenAI(MODEL, api="chat_completions", transport=FakeTransport({})),
    "groq": lambda: ChatGroq(MODEL, transport=FakeTransport({})),
    "anthropic": lambda: ChatAnthropic(MODEL, transport=FakeTransport({})),
    "bedrock": lambda: ChatBedrock(MODEL, transport=FakeTransport({})),
    "ollama": lambda: ChatOllama(MODEL, transport=FakeTransport({})),
}
every_api = pytest.mark.parametrize("api", APIS)


def request_of(
    api: str, messages: Sequence[BaseMessage], *, tools: bool = True, **given: object
) -> Mapping[str, object]:
    """The request that a facade sends for a conversation."""
    llm = APIS[api]()
    transport = llm.transport
    assert isinstance(transport, FakeTransport)
    asked = llm.with_tools(LOOK) if tools else llm
    try:
        asked.generate(messages, **given)  # type: ignore[arg-type]  # settings by name
    except PromptError:
        raise
    except Exception:  # noqa: BLE001 - the scripted reply is no answer of any provider
        pass
    request: Mapping[str, object]
    (request,) = transport.requests
    return request


# -- what each wire says, read independently of the formatters --------------------------------------------------


def chat_blocks(request: Mapping[str, object]) -> Iterator[Block]:
    """The blocks of a chat completions or an Ollama request."""
    for turn in request["messages"]:  # type: ignore[attr-defined]  # JSON
        role, content = turn["role"], turn.get("content")
        if role == "tool":
            yield role, "result", turn.get("tool_call_id", "")
            continue
        pieces = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        for piece in pieces:
            yield role, piece["type"], piece.get("text", "")
        for call in turn.get("tool_calls") or ():
            arguments = call["function"]["arguments"]
            assert isinstance(json.loads(arguments) if isinstance(arguments, str) else arguments, dict)
            yield role, f"call {call['function']['name']}", call.get("id", "")


def responses_blocks(request: Mapping[str, object]) -> Iterator[Block]:
    """The blocks of a Responses request."""
    for item in request["input"]:  # type: ignore[attr-defined]  # JSON
        match item.get("type"):
            case "function_call":
                assert isinstance(json.loads(item["arguments"]), dict)
                yield "assistant", f"call {item['name']}", item["call_id"]
            case "function_call_output":
                yield "tool", "result", item["call_id"]
            case _:
                content = item["content"]
                for piece in [{"type": "text", "text": content}] if isinstance(content, str) else content:
                    yield item["role"], piece["type"], piece.get("text", "")


def anthropic_blocks(request: Mapping[str, object]) -> Iterator[Block]:
    """The blocks of a Messages request."""
    for turn in request["messages"]:  # type: ignore[attr-defined]  # JSON
        for block in turn["content"]:
            match block["type"]:
                case "tool_use":
                    assert isinstance(block["input"], dict)
                    yield turn["role"], f"call {block['name']}", block["id"]
                case "tool_result":
                    assert not (block.get("is_error") and not block["content"]), "an error without content"
                    yield "tool", "result", block["tool_use_id"]
                case kind:
                    assert kind != "text" or block["text"].strip(), "blank text"
                    yield turn["role"], kind, block.get("text", "")


def bedrock_blocks(request: Mapping[str, object]) -> Iterator[Block]:
    """The blocks of a Converse request."""
    before = ""
    for turn in request["messages"]:  # type: ignore[attr-defined]  # JSON
        assert turn["role"] != before, "turns must alternate"
        before = turn["role"]
        for block in turn["content"]:
            ((kind, value),) = block.items()
            match kind:
                case "toolUse":
                    assert "toolConfig" in request
                    yield turn["role"], f"call {value['name']}", value["toolUseId"]
                case "toolResult":
                    assert "toolConfig" in request
                    yield "tool", "result", value["toolUseId"]
                case _:
                    assert kind != "text" or value.strip(), "blank text"
                    yield turn["role"], kind, value if isinstance(value, str) else ""


BLOCKS: Final[Mapping[str, Callable[[Mapping[str, object]], Iterator[Block]]]] = {
    "responses": responses_blocks,
    "chat_completions": chat_blocks,
    "groq": chat_blocks,
    "anthropic": anthropic_blocks,
    "bedrock": bedrock_blocks,
    "ollama": chat_blocks,
}


def check_calls(blocks: Sequence[Block], *, named: bool) -> None:
    """Each call has an id of its own and its result directly after the answer; no result is without a call."""
    waiting: list[str] = []
    seen: set[str] = set()
    for role, kind, word in blocks:
        if kind.startswith("call "):
            assert not named or NAME.fullmatch(kind.removeprefix("call ")), kind
            assert word, "no id"
            assert word not in seen, word
            seen.add(word)
            waiting.append(word)
        elif kind == "result":
            assert word in waiting, f"a result of {word!r}, and waiting are {waiting}"
            waiting.remove(word)
        elif role != "assistant":
            assert not waiting, f"{role} {kind} before the results of {waiting}"
    assert not waiting, "the conversation ends with calls"


# -- conversations ---------------------------------------------------------------------------------------------

TEXTS: Final = st.sampled_from(["Hello.", "", " \n", "Ünï"])
IDS: Final = st.sampled_from([None, "", "c1", "c2", "functions.look:0", "functions_look_0", "x" * 90])
NAMES: Final = st.sampled_from(["look", "browser.tabs.open", "", "x" * 80, "$a b"])
ARGUMENTS: Final = st.sampled_from(["{}", "", "null", '{"a": 1}', '{"a": ', "[1]", '"text"'])
AUTHORS: Final = st.sampled_from([None, "openai", "anthropic", "groq", "ollama", "bedrock"])
ASIDES: Final[Sequence[Sequence[BaseMessage]]] = (
    [],
    [UserMessage(content="Hm.")],
    [UserMessage(content=" ")],
    [SystemMessage(content="Be brief.")],
    [UserMessage(content="Hm."), SystemMessage(content="Be brief.")],
)
RESULTS: Final = st.sampled_from(["all", "none", "some", "reversed", "in one message", "with a picture", "twice"])


@st.composite
def answers(draw: st.DrawFn) -> AIMessage:
    """An answer of some model, with calls or without."""
    calls = draw(st.lists(st.builds(ToolCallPart, id=IDS, name=NAMES, raw_arguments=ARGUMENTS), max_size=3))
    return AIMessage(provider=draw(AUTHORS), parts=(TextPart(text=draw(TEXTS)), *calls))


def arranged(results: Sequence[ToolMessage], how: str) -> list[BaseMessage]:
    """The results of one answer as an application may have stored them."""
    match how:
        case "none":
            return []
        case "some":
            return [*results[1:]]
        case "reversed":
            return [*reversed(results)]
        case "twice":
            return [*results, *results]
        case "with a picture":
            return [each for result in results for each in (result, UserMessage(parts=(PNG,)))]
        case "in one message":
            parts = [ToolResultPart(tool_call_id=r.tool_call_id, content=r.content) for r in results]
            return [UserMessage(parts=(*parts[:1], PNG, *parts[1:]))]
        case _:
            return [*results]


@st.composite
def conversations(draw: st.DrawFn) -> list[BaseMessage]:
    """A conversation as applications store them: it begins and ends with a user's question."""
    messages: list[BaseMessage] = [UserMessage(content="Go.")]
    for _ in range(draw(st.integers(0, 4))):
        answer = draw(answers())
        results = [
            ToolMessage(tool_call_id=call.id or "", name=call.name, content=draw(TEXTS), is_error=draw(st.booleans()))
            for call in answer.tool_calls
        ]
        messages.extend([answer, *arranged(results, draw(RESULTS))])
        messages.extend(draw(st.sampled_from(ASIDES)))
    if draw(st.booleans()):
        messages.insert(1, ToolMessage(tool_call_id="gone", content="a result whose call was cut off"))
    return [*messages, UserMessage(content="And now?")]


@every_api
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(messages=conversations(), tools=st.booleans())
def test_any_history_is_sent_in_a_form_that_the_provider_accepts(
    api: str, messages: list[BaseMessage], tools: bool
) -> None:
    """Whatever ids, names, arguments and results a stored conversation has, the request keeps the provider's rules."""
    blocks = list(BLOCKS[api](request_of(api, messages, tools=tools)))
    check_calls(blocks, named=api != "ollama")  # Ollama takes any name


@every_api
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(messages=conversations())
def test_a_longer_history_begins_with_the_shorter_one(api: str, messages: list[BaseMessage]) -> None:
    """A request for a conversation begins with the request for the conversation before: prompt caches depend on it."""
    whole = list(BLOCKS[api](request_of(api, messages)))
    for length in range(1, len(messages)):
        if is_result(messages[length]) or not isinstance(messages[length - 1], UserMessage):
            continue  # results that come late are moved to their calls
        try:
            shorter = list(BLOCKS[api](request_of(api, messages[:length])))
        except PromptError:
            continue
        if not any(map(is_result, before_the_next_answer(messages[length:]))):
            assert whole[: len(shorter)] == shorter


def is_result(message: BaseMessage) -> bool:
    """Whether a message has a result of a tool."""
    if isinstance(message, UserMessage):
        return any(isinstance(part, ToolResultPart) for part in message.parts)
    return isinstance(message, ToolMessage)


def before_the_next_answer(messages: Sequence[BaseMessage]) -> Iterator[BaseMessage]:
    """The messages up to the model's next answer."""
    return takewhile(lambda message: not isinstance(message, AIMessage), messages)


@every_api
def test_a_conversation_does_not_end_with_open_calls(api: str) -> None:
    """Calls without results at the end are refused before anything is sent, and the text names them."""
    call = AIMessage(parts=(ToolCallPart(id="c1", name="look"), ToolCallPart(id="c2", name="look")))
    with pytest.raises(PromptError, match=r"look \(c2\); append a ToolMessage"):
        request_of(api, [UserMessage(content="Go."), call, ToolMessage(tool_call_id="c1", content="seen")])


WRONG_ROLES: Final = [
    UserMessage(parts=(TextPart(text="a"), ToolCallPart(id="c", name="look"))),
    UserMessage(parts=(TextPart(text="a"), ReasoningPart(text="hm"))),
    ToolMessage(tool_call_id="c", parts=(ReasoningPart(text="hm"),)),
    AIMessage(parts=(ToolResultPart(tool_call_id="c", content="x"),)),
]


@every_api
@pytest.mark.parametrize("message", WRONG_ROLES, ids=lambda m: f"{type(m).__name__}-{m.parts[-1].type}")
def test_a_part_in_the_wrong_role_is_refused(api: str, message: BaseMessage) -> None:
    """A part that belongs to another role is an error, and is dropped by no provider."""
    with pytest.raises(UnsupportedFeatureError, match="can't hold a"):
        request_of(api, [UserMessage(content="Go."), message, UserMessage(content="And?")])


FOREIGN: Final = AIMessage(
    provider="somebody",
    parts=(
        ReasoningPart(text="hm", signature="sealed"),
        ServerToolPart(kind="web_search_call", raw={"type": "web_search_call", "query": "sky"}),
        TextPart(text="Blue."),
        CitationPart(title="Sky", url="https://example.org/sky"),
    ),
)


@every_api
def test_foreign_parts_follow_one_rule(api: str) -> None:
    """Another provider's server tools are refused, dropped or sent as text, as `foreign=` says."""
    messages = [UserMessage(content="Go."), FOREIGN, UserMessage(content="And?")]
    with pytest.raises(UnsupportedFeatureError, match='foreign="drop"'):
        request_of(api, messages)
    dropped = json.dumps(request_of(api, messages, foreign="drop"))
    assert "Blue." in dropped
    assert "web_search_call" not in dropped
    told = json.dumps(request_of(api, messages, foreign="as_text"))
    for word in ("[Reasoning] hm", "[web_search_call]", "sky", "Blue.", "[Source: Sky https://example.org/sky]"):
        assert word in told
    assert "sealed" not in told


@every_api
def test_half_of_a_surrogate_pair_is_refused(api: str) -> None:
    """Text that UTF-8 can't encode is an error before anything is sent, wherever it is in the request."""
    for messages in (
        [UserMessage(content="A smile: \ud83d")],
        [SystemMessage(content="\udc00"), UserMessage(content="Hi.")],
    ):
        with pytest.raises(PromptError, match="surrogate"):
            request_of(api, messages)


@every_api
def test_a_request_without_history_is_as_the_messages_say(api: str) -> None:
    """The messages themselves are never changed."""
    call = AIMessage(provider="somebody", parts=(ToolCallPart(id="a.b", name="look me", raw_arguments="null"),))
    messages = [UserMessage(content="Go."), call, ToolMessage(tool_call_id="a.b", content="")]
    before = [message.model_dump() for message in messages]
    request_of(api, messages)
    assert [message.model_dump() for message in messages] == before


def test_results_answer_calls_that_the_provider_stored() -> None:
    """With `previous_response_id` the calls are at OpenAI: their results are sent as results."""
    messages = [ToolMessage(tool_call_id="c1", content="seen")]
    request = request_of("responses", messages, extra={"previous_response_id": "resp_1"})
    assert list(responses_blocks(request)) == [("tool", "result", "c1")]
    assert next(responses_blocks(request_of("responses", messages)))[:2] == ("user", "input_text")


def test_a_model_that_refuses_prefill_is_not_asked_to_go_on() -> None:
    """Claude models that refuse a conversation ending with the assistant's message are known, at both providers."""
    messages = [UserMessage(content="Go."), AIMessage(content="The answer is")]
    for llm in (
        ChatAnthropic("claude-opus-5-5", transport=FakeTransport({})),
        ChatBedrock("anthropic.claude-opus-5-5", transport=FakeTransport({})),
    ):
        with pytest.raises(UnsupportedFeatureError, match="can't continue an assistant's message"):
            llm.generate(messages)
