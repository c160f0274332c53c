"""The Responses API's formatter, normaliser and decoder: what is written, what is read, and what goes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import (
    AIMessage,
    AudioPart,
    BaseMessage,
    CitationPart,
    ContentFilterError,
    Delta,
    DocumentPart,
    ImagePart,
    MalformedResponseError,
    NamedTool,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    ReasoningDelta,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextDelta,
    TextPart,
    Tool,
    ToolCallDelta,
    ToolCallPart,
    ToolMessage,
    UnknownPart,
    UnsupportedFeatureError,
    UserMessage,
)
from god_llm.domain.messages import Conversation
from god_llm.domain.parts import ToolResultPart
from god_llm.domain.plain_json import JsonDict, JsonValue
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.collector import Collector
from god_llm.plugins.openai.responses.formatter import OpenAIResponsesFormatter
from god_llm.plugins.openai.responses.normaliser import OpenAIResponsesNormaliser

MODEL = "gpt-5"
Json = dict[str, object]
Fullness = Literal["every event", "items only", "end only"]


def formatted(*messages: BaseMessage, settings: Settings | None = None) -> Json:
    """The request for a conversation."""
    return {**OpenAIResponsesFormatter().format(MODEL, messages, settings or Settings())}


def items(*messages: BaseMessage) -> object:
    """The request's `input`."""
    return formatted(*messages)["input"]


def text_item(*texts: str, phase: str | None = None, annotations: Sequence[Json] = ()) -> Json:
    """A message item; the annotations are of its first text."""
    content: list[Json] = [{"type": "output_text", "text": text, "annotations": []} for text in texts]
    if content:
        content[0]["annotations"] = list(annotations)
    item: Json = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}
    return item if phase is None else {**item, "phase": phase}


def call_item(name: str, arguments: str, **more: object) -> Json:
    """A function call."""
    call: Json = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": name, "arguments": arguments}
    return {**call, "status": "completed", **more}


def thought(*summary: str, **more: object) -> Json:
    """A reasoning item."""
    said = [{"type": "summary_text", "text": text} for text in summary]
    return {"type": "reasoning", "id": "rs_1", "summary": said, **more}


def reply(*output: Json, **more: object) -> Json:
    """A whole response."""
    usage = {
        "input_tokens": 7,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 12,
    }
    ends: Json = {"status": "completed", "error": None, "incomplete_details": None, "usage": usage}
    head: Json = {"id": "resp_1", "object": "response", "model": "gpt-x", "output": list(output)}
    return {**head, **ends, "service_tier": "default", **more}


def events(whole: Json, fullness: Fullness = "every event", *, shown: bool = True) -> list[Json]:
    """A stream that says the same as a whole response, the whole again at its end or not."""
    start: Json = {**whole, "status": "in_progress", "output": [], "usage": None}
    out: list[Json] = [{"type": "response.created", "response": start}]
    out.append({"type": "response.in_progress", "response": start})
    output = whole["output"]
    assert isinstance(output, list)
    for place, item in enumerate(output):
        inner = item_events(item) if fullness == "every event" else []
        if fullness != "end only":
            inner.append({"type": "response.output_item.done", "item": item})
        out.extend({"output_index": place, **event} for event in inner)
    end = whole if shown else {**whole, "output": []}
    return [*out, {"type": f"response.{whole['status']}", "response": end}]


def item_events(item: Json) -> list[Json]:
    """The events of one item before it is done."""
    empty: dict[str, Json] = {
        "message": {"content": []},
        "reasoning": {"summary": []},
        "function_call": {"arguments": ""},
    }
    started = {**item, "status": "in_progress", **empty.get(str(item["type"]), {})}
    out: list[Json] = [{"type": "response.output_item.added", "item": started}]
    match item:
        case {"type": "message", "content": list() as content}:
            for place, piece in enumerate(content):
                out.extend({"content_index": place, **event} for event in content_events(piece))
        case {"type": "reasoning", "summary": list() as summary}:
            for place, piece in enumerate(summary):
                found = pieces("response.reasoning_summary_text.delta", piece["text"])
                out.extend({"summary_index": place, **event} for event in found)
            shown = item.get("content")
            for place, piece in enumerate(shown if isinstance(shown, list) else []):
                found = pieces("response.reasoning_text.delta", piece["text"])
                out.extend({"content_index": place, **event} for event in found)
        case {"type": "function_call", "arguments": str() as arguments}:
            out += pieces("response.function_call_arguments.delta", arguments)
            out.append({"type": "response.function_call_arguments.done", "arguments": arguments})
        case _:
            out.append({"type": "response.web_search_call.searching"})
    return out


def content_events(piece: Json) -> list[Json]:
    """The events of one content part of a message."""
    if piece["type"] == "refusal":
        return pieces("response.refusal.delta", str(piece["refusal"]))
    out = pieces("response.output_text.delta", str(piece["text"]))
    annotations = piece["annotations"]
    assert isinstance(annotations, list)
    noted = [{"type": "response.output_text.annotation.added", "annotation": note} for note in annotations]
    return [*out, *noted, {"type": "response.output_text.done", "text": piece["text"]}]


def pieces(kind: str, text: str) -> list[Json]:
    """A text, three characters to an event."""
    return [{"type": kind, "delta": text[at : at + 3]} for at in range(0, len(text), 3)]


def deltas(stream: Sequence[Json]) -> list[Delta]:
    """What a stream's events bring."""
    decoder = OpenAIResponsesNormaliser().decoder()
    return [*(delta for event in stream for delta in decoder.feed(event)), *decoder.finish()]


def collected(stream: Sequence[Json]) -> AIMessage:
    """The message that a stream's events make."""
    collector = Collector()
    for delta in deltas(stream):
        collector.add(delta)
    return collector.message()


def normalised(whole: Json) -> AIMessage:
    """The message of a whole response."""
    return OpenAIResponsesNormaliser().normalise(whole)


def own(whole: Json) -> AIMessage:
    """The message of a whole response as the engine hands it out."""
    return normalised(whole).model_copy(update={"provider": "openai"})


def said(message: AIMessage) -> Json:
    """What a message says, without its identity."""
    return message.model_dump(exclude={"id", "created_at"})


TEXTS = st.text(max_size=12)
NOTE: Json = {
    "type": "url_citation",
    "title": "T",
    "url": "https://example.org",
    "start_index": 0,
    "end_index": 3,
}
CONTENTS = st.one_of(
    st.builds(
        lambda text, notes: {"type": "output_text", "text": text, "annotations": notes},
        TEXTS,
        st.lists(st.just(NOTE), max_size=2),
    ),
    TEXTS.map(lambda text: {"type": "refusal", "refusal": text}),
)
PHASES = st.sampled_from([{}, {"phase": "commentary"}, {"phase": "final_answer"}])
ITEMS: st.SearchStrategy[Json] = st.one_of(
    st.builds(lambda content, phase: {**text_item(), "content": content, **phase}, st.lists(CONTENTS), PHASES),
    st.builds(lambda texts, sealed: thought(*texts, **sealed), st.lists(TEXTS, max_size=3), st.just({})),
    TEXTS.map(lambda sealed: thought("why", encrypted_content=sealed)),
    TEXTS.map(lambda text: thought(content=[{"type": "reasoning_text", "text": text}])),
    TEXTS.map(lambda text: call_item("f", text)),
    st.just(call_item("f", "{}", namespace="n")),
    st.just({"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}}),
    st.just({"type": "custom_tool_call", "id": "ctc_1", "call_id": "c", "name": "sh", "input": "ls"}),
    st.just({"type": "something_new", "id": "x_1"}),
)


def numbered_ids(output: list[Json]) -> list[Json]:
    """The items with ids of their own, as OpenAI's always have."""
    ids = ("id", "call_id")
    return [{k: f"{v}_{place}" if k in ids else v for k, v in item.items()} for place, item in enumerate(output)]


OUTPUTS = st.lists(ITEMS, max_size=5).map(numbered_ids)


class TestFormatter:
    """A conversation as a request."""

    def test_order_is_kept(self) -> None:
        """System messages stay where they were said."""
        assert formatted(
            SystemMessage(content="Be brief."), UserMessage(content="hi"), SystemMessage(content="Be briefer.")
        ) == {
            "model": MODEL,
            "input": [
                {"role": "system", "content": "Be brief."},
                {"role": "user", "content": "hi"},
                {"role": "system", "content": "Be briefer."},
            ],
        }

    def test_settings(self) -> None:
        """Each setting has its place in the request."""
        tool = Tool("f", "does f", {"type": "object", "properties": {}})
        settings = Settings(temperature=0.2, max_tokens=90, top_p=0.5, tools=(tool,), tool_choice="required")
        request = formatted(UserMessage(content="hi"), settings=settings)
        assert {name: request[name] for name in request if name not in ("model", "input")} == {
            "max_output_tokens": 90,
            "temperature": 0.2,
            "top_p": 0.5,
            "tools": [
                {
                    "type": "function",
                    "name": "f",
                    "description": "does f",
                    "parameters": {"type": "object", "properties": {}},
                    "strict": False,
                }
            ],
            "tool_choice": "required",
        }

    def test_a_named_tool(self) -> None:
        """The choice of one tool names it."""
        request = formatted(UserMessage(content="hi"), settings=Settings(tool_choice=NamedTool("f")))
        assert request["tool_choice"] == {"type": "function", "name": "f"}

    @pytest.mark.parametrize(
        ("schema", "strict"),
        [
            (
                {
                    "type": "object",
                    "properties": {"a": {"type": "string"}},
                    "required": ["a"],
                    "additionalProperties": False,
                },
                True,
            ),
            ({"type": "object", "properties": {"a": {}}, "additionalProperties": False}, False),
            ({"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "string"}}]}, False),
        ],
    )
    def test_schemas_are_strict_where_they_can_be(self, schema: Json, strict: bool) -> None:
        """A schema is strict if it is in the subset of the strict mode."""
        request = formatted(UserMessage(content="hi"), settings=Settings(response_schema=ResponseSchema("R", schema)))
        wanted = {"type": "json_schema", "name": "R", "schema": schema, "strict": strict}
        assert request["text"] == {"format": wanted}

    def test_media(self) -> None:
        """Images and documents go as data URLs or URLs, and a document's data always has a file name."""
        parts = (
            TextPart(text="see"),
            ImagePart(data=b"\x01", media_type="image/png", detail="low"),
            ImagePart(url="https://example.org/a.png"),
            DocumentPart(data=b"\x02", media_type="application/pdf"),
            DocumentPart(data=b"\x02", media_type="application/pdf", name="Report.pdf"),
            DocumentPart(url="https://example.org/a.pdf"),
        )
        pdf = "data:application/pdf;base64,Ag=="
        content = [
            {"type": "input_text", "text": "see"},
            {"type": "input_image", "image_url": "data:image/png;base64,AQ==", "detail": "low"},
            {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "auto"},
            {"type": "input_file", "filename": "document.pdf", "file_data": pdf},
            {"type": "input_file", "filename": "Report.pdf", "file_data": pdf},
            {"type": "input_file", "file_url": "https://example.org/a.pdf"},
        ]
        assert items(UserMessage(parts=parts)) == [{"role": "user", "content": content}]

    def test_tool_results(self) -> None:
        """A result is text, or a list where it has more than text; inside a user message it is an item of its own."""
        image = ImagePart(url="https://example.org/a.png")
        result = ToolResultPart(tool_call_id="c", content="3")
        seen = {"type": "input_image", "image_url": "https://example.org/a.png", "detail": "auto"}
        assert items(
            ToolMessage(tool_call_id="a", content="1"),
            ToolMessage(tool_call_id="b", parts=(image,)),
            UserMessage(parts=(TextPart(text="so"), result, TextPart(text="then"))),
            UserMessage(parts=(result,)),
        ) == [
            {"type": "function_call_output", "call_id": "a", "output": "1"},
            {"type": "function_call_output", "call_id": "b", "output": [seen]},
            {"role": "user", "content": [{"type": "input_text", "text": "so"}]},
            {"type": "function_call_output", "call_id": "c", "output": "3"},
            {"role": "user", "content": [{"type": "input_text", "text": "then"}]},
            {"type": "function_call_output", "call_id": "c", "output": "3"},
        ]

    def test_the_result_of_a_custom_tool(self) -> None:
        """The answer to a call of a custom tool has the type of its own."""
        call: Json = {"type": "custom_tool_call", "id": "ctc_1", "call_id": "c", "name": "sh", "input": "ls"}
        written = items(own(reply(call)), ToolMessage(tool_call_id="c", content="a.txt"))
        assert written == [call, {"type": "custom_tool_call_output", "call_id": "c", "output": "a.txt"}]

    @pytest.mark.parametrize(
        "message",
        [
            UserMessage(parts=(AudioPart(data=b"\x01", media_type="audio/wav"),)),
            AIMessage(provider="anthropic", parts=(ServerToolPart(kind="web_search_tool_result", raw={}),)),
            AIMessage(provider="anthropic", parts=(UnknownPart(kind="new", raw={}),)),
            AIMessage(provider="openai", parts=(UnknownPart(kind="custom", raw={}),)),
            AIMessage(provider="openai", parts=(AudioPart(id="audio_1"),)),
            AIMessage(provider="ollama", parts=(ToolCallPart(name="f"),)),
            BaseMessage(content="of no role"),
        ],
    )
    def test_what_cannot_be_said_is_refused(self, message: BaseMessage) -> None:
        """Sound, others' items, calls without id and messages of no role raise before anything is sent."""
        with pytest.raises(UnsupportedFeatureError, match="openai"):
            formatted(message)


class TestReplay:
    """What the model said goes back."""

    def test_foreign_answers(self) -> None:
        """Another provider's text and calls are said, its reasoning and citations are not."""
        parts = (
            ReasoningPart(text="hm", signature="s", data="d", id="i"),
            TextPart(text="Hello "),
            CitationPart(title="t"),
            TextPart(text="there"),
            ToolCallPart(id="a", name="f"),
            RefusalPart(text="no"),
        )
        assert items(AIMessage(provider="anthropic", parts=parts)) == [
            {"type": "message", "role": "assistant", "content": "Hello there"},
            {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"},
            {"type": "message", "role": "assistant", "content": "no"},
        ]

    def test_items_tied_to_reasoning_go_back_as_they_came(self) -> None:
        """Ids, phases, namespaces, annotations and the borders between messages survive a turn and its storage."""
        output: list[Json] = [
            thought("why", encrypted_content="sealed"),
            {**text_item("Let me ", "see.", phase="commentary", annotations=[NOTE]), "id": "msg_a"},
            {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
            thought(),
            {**text_item("Now.", phase="final_answer"), "id": "msg_b"},
            call_item("f", '{"x": 1}', namespace="n"),
        ]
        (stored,) = Conversation.validate_json(Conversation.dump_json((own(reply(*output)),)))
        assert items(stored) == output

    def test_every_kind_of_content_goes_back(self) -> None:
        """Refusals, and kinds of content that this version does not know, keep their place in their message."""
        content = [{"type": "refusal", "refusal": "no"}, {"type": "output_song", "notes": [1]}]
        output = [thought(), {**text_item(), "content": content}]
        message = own(reply(*output))
        assert [part.type for part in message.parts] == ["reasoning", "refusal", "unknown"]
        assert items(message) == output

    def test_a_message_that_was_changed_goes_back_without_ids(self) -> None:
        """Parts that do not fit the items any more are said without ids; reasoning needs to be sealed then."""
        message = own(reply(thought("why", encrypted_content="sealed"), text_item("a"), text_item("b")))
        changed = message.model_copy(update={"parts": (*message.parts[:2], TextPart(text="!"), TextPart(text="?"))})
        assert items(changed) == [
            {
                "type": "reasoning",
                "summary": [{"type": "summary_text", "text": "why"}],
                "encrypted_content": "sealed",
            },
            {"type": "message", "role": "assistant", "content": "a!?"},
        ]

    def test_reasoning_of_another_turn_is_not_tied(self) -> None:
        """Reasoning that was exchanged does not go back under the id of the one that led to the answer."""
        message = own(reply(thought("why"), text_item("a")))
        changed = message.model_copy(update={"parts": (ReasoningPart(text="x", id="rs_9"), *message.parts[1:])})
        assert items(changed) == [
            {"type": "reasoning", "id": "rs_9", "summary": [{"type": "summary_text", "text": "x"}]},
            {"type": "message", "role": "assistant", "content": "a"},
        ]

    @pytest.mark.parametrize("heads", [None, 3, [{}], [{"type": "message"}], [{"type": "function_call"}], []])
    def test_heads_that_are_none_do_no_harm(self, heads: object) -> None:
        """Whatever an application keeps in `metadata` under our name, the message can be said."""
        message = AIMessage(content="hi", provider="openai", metadata={"items": heads})
        assert items(message) == [{"type": "message", "role": "assistant", "content": "hi"}]

    def test_reasoning_that_only_openai_holds(self) -> None:
        """Reasoning goes back by its id where it is not sealed, and not at all where it has neither."""
        thought = (ReasoningPart(text="a", id="rs_1"), ReasoningPart(text="b"))
        by_id = AIMessage(provider="openai", parts=(*thought, TextPart(text="c")))
        assert items(by_id) == [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "a"}]},
            {"type": "message", "role": "assistant", "content": "c"},
        ]

    def test_simple_answers_keep_no_heads(self) -> None:
        """Where nothing is lost without ids, `metadata` is not burdened with them."""
        message = own(reply(text_item("hi"), call_item("f", "{}")))
        assert message.metadata == {"service_tier": "default"}
        assert items(message) == [
            {"type": "message", "role": "assistant", "content": "hi"},
            {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"},
        ]

    @given(OUTPUTS)
    def test_everything_goes_back(self, output: list[Json]) -> None:
        """Whatever the model said, can be said to it again, and no call or item of OpenAI's own is lost."""
        written = items(own(reply(*output)))
        assert isinstance(written, list)
        kept = [item for item in output if item["type"] not in ("message", "reasoning")]
        found = [item for item in written if item.get("type") not in (None, "message", "reasoning")]
        assert [item["type"] for item in found] == [item["type"] for item in kept]


class TestNormaliser:
    """A whole response."""

    def test_a_response_with_everything(self) -> None:
        """Each item becomes its parts, in order, and counts keep their meaning."""
        message = normalised(
            reply(
                thought("one", "", "two", encrypted_content="sealed"),
                text_item("Let me see.", phase="commentary"),
                {"type": "web_search_call", "id": "ws_1", "status": "completed"},
                text_item("Hello ", "there", annotations=[NOTE]),
                call_item("f", '{"x": 1}'),
            )
        )
        assert (message.content, message.reasoning) == ("Let me see.Hello there", "one\n\ntwo")
        kinds = ["reasoning", "text", "server_tool", "text", "citation", "text", "tool_call"]
        assert [part.type for part in message.parts] == kinds
        summaries: list[JsonValue] = [{"type": "summary_text", "text": text} for text in ("one", "", "two")]
        attached: JsonDict = {"summary": list(summaries)}
        assert message.parts[0] == ReasoningPart(text="one\n\ntwo", data="sealed", id="rs_1", provider_data=attached)
        citation = message.parts[4]
        assert isinstance(citation, CitationPart)
        assert (citation.title, citation.url, citation.start, citation.end) == ("T", "https://example.org", 0, 3)
        (call,) = message.tool_calls
        assert (call.id, call.name, call.arguments) == ("call_1", "f", {"x": 1})
        assert (message.finish_reason, message.raw_finish_reason) == ("tool_calls", "completed")
        assert message.usage is not None
        assert (message.usage.input_tokens, message.usage.output_tokens) == (7, 5)
        assert (message.usage.cache_read_tokens, message.usage.cache_write_tokens) == (4, None)
        assert message.usage.reasoning_tokens == 2
        assert (message.response_id, message.response_model) == ("resp_1", "gpt-x")

    @pytest.mark.parametrize(
        ("status", "why", "reason", "raw"),
        [
            ("completed", None, "stop", "completed"),
            ("incomplete", {"reason": "max_output_tokens"}, "length", "max_output_tokens"),
            ("incomplete", {"reason": "content_filter"}, "content_filter", "content_filter"),
            ("incomplete", None, "other", "incomplete"),
            ("queued", None, "other", "queued"),
            ("in_progress", None, "other", "in_progress"),
            (None, None, None, None),
        ],
    )
    def test_finish_reasons(self, status: str | None, why: Json | None, reason: str | None, raw: str | None) -> None:
        """The status, or what made the response incomplete, is the raw reason."""
        message = normalised(reply(text_item("hi"), status=status, incomplete_details=why))
        assert (message.finish_reason, message.raw_finish_reason) == (reason, raw)

    def test_a_queued_response_is_empty(self) -> None:
        """A response that has not begun has neither parts nor usage."""
        message = normalised(reply(status="queued", usage=None))
        assert (message.parts, message.usage, message.content) == ((), None, "")

    def test_a_refusal_is_a_part(self) -> None:
        """A refusal is not text, and is the reason of a response that is completed."""
        refusal = {"type": "refusal", "refusal": "I can't."}
        message = normalised(reply({**text_item(), "content": [refusal]}))
        assert (message.content, message.refusal, message.finish_reason) == ("", "I can't.", "refusal")

    def test_custom_tools_are_not_functions(self) -> None:
        """Calls that have no JSON arguments, and calls for the application's own tools, are not in `tool_calls`."""
        custom: Json = {"type": "custom_tool_call", "call_id": "c", "name": "sh", "input": "ls"}
        search: Json = {"type": "tool_search_call", "call_id": "s", "execution": "client", "arguments": {}}
        message = normalised(reply(custom, search))
        assert message.tool_calls == ()
        assert [part.type for part in message.parts] == ["unknown", "unknown"]
        assert message.finish_reason == "stop"

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            ({"code": "server_error", "message": "sorry"}, ProviderUnavailableError),
            ({"code": "rate_limit_exceeded", "message": "slow"}, RateLimitError),
            ({"code": "bio_policy", "message": "no"}, ContentFilterError),
            (None, ProviderError),
        ],
    )
    def test_a_failed_response_raises(self, error: Json | None, kind: type[ProviderError]) -> None:
        """A response that failed is an error of its code's class, whole or streamed, never an empty message."""
        whole = reply(status="failed", error=error)
        with pytest.raises(kind) as found:
            normalised(whole)
        assert str(found.value)
        with pytest.raises(kind):
            deltas(events(whole))

    @pytest.mark.parametrize(
        "wrong", [{}, {"output": "text"}, {"output": [1]}, {"output": [], "usage": 3}, {"output": [], "id": 5}]
    )
    def test_another_shape_is_malformed(self, wrong: Json) -> None:
        """A reply of another shape raises, naming no key of the dictionary it is not."""
        with pytest.raises(MalformedResponseError):
            normalised(wrong)


class TestDecoder:
    """A stream, event by event."""

    @given(OUTPUTS, st.sampled_from(["every event", "items only", "end only"]))
    def test_streamed_equals_whole(self, output: list[Json], fullness: Fullness) -> None:
        """A stream makes the message that the whole response makes, however few events it has."""
        whole = reply(*output)
        assert said(collected(events(whole, fullness))) == said(normalised(whole))

    @given(OUTPUTS, st.sampled_from(["every event", "items only"]))
    def test_an_end_without_output(self, output: list[Json], fullness: Fullness) -> None:
        """Where the last event shows no output, the items that were done stand."""
        whole = reply(*output)
        assert said(collected(events(whole, fullness, shown=False))) == said(normalised(whole))

    @given(OUTPUTS, st.sampled_from(["every event", "items only", "end only"]))
    def test_text_deltas_are_the_content(self, output: list[Json], fullness: Fullness) -> None:
        """The text deltas alone say the whole content, once and in order."""
        whole = reply(*output)
        found = [delta.text for delta in deltas(events(whole, fullness)) if isinstance(delta, TextDelta)]
        assert "".join(found) == normalised(whole).content

    @given(st.lists(TEXTS, max_size=4))
    def test_reasoning_deltas_are_the_reasoning(self, summaries: list[str]) -> None:
        """The reasoning deltas alone say the whole reasoning, a blank line between its paragraphs."""
        found = deltas(events(reply(thought(*summaries))))
        text = "".join(delta.text for delta in found if isinstance(delta, ReasoningDelta))
        assert text == "\n\n".join(summary for summary in summaries if summary)

    @given(OUTPUTS, st.data())
    def test_any_cut_raises(self, output: list[Json], data: st.DataObject) -> None:
        """A stream that stops anywhere before its last event is interrupted."""
        stream = events(reply(*output))
        cut = data.draw(st.integers(0, len(stream) - 1))
        with pytest.raises(StreamInterruptedError):
            deltas(stream[:cut])

    def test_an_incomplete_response(self) -> None:
        """`response.incomplete` ends a stream as well, with its reason."""
        whole = reply(text_item("Hel"), status="incomplete", incomplete_details={"reason": "max_output_tokens"})
        message = collected(events(whole))
        assert (message.content, message.finish_reason) == ("Hel", "length")

    def test_a_call_is_announced_before_its_arguments(self) -> None:
        """The first delta of a call has its id and name, the next ones its arguments as they come."""
        found = [d for d in deltas(events(reply(call_item("f", '{"x":1}')))) if isinstance(d, ToolCallDelta)]
        assert (found[0].id, found[0].name) == ("call_1", "f")
        assert [delta.arguments for delta in found] == ["", '{"x', '":1', "}"]

    def test_the_last_event_has_the_last_word(self) -> None:
        """Where the end differs from what came before, the message is what the end says."""
        stream = events(reply(thought("why", encrypted_content="early"), text_item("Hullo"), call_item("f", "{")))
        end = reply(thought("Because", encrypted_content="late"), text_item("Hello!"), call_item("f", "{}"))
        stream[-1] = {"type": "response.completed", "response": end}
        assert said(collected(stream)) == said(normalised(end))

    @pytest.mark.parametrize("last", ["Hello", "Hello!", "Bye"])
    def test_a_correction_can_be_corrected(self, last: str) -> None:
        """Text that was replaced once is not continued from what was replaced."""
        stream = events(reply(text_item("Hullo")), shown=False)
        stream[-2] = {"type": "response.output_item.done", "output_index": 0, "item": text_item("Hello")}
        stream[-1] = {"type": "response.completed", "response": reply(text_item(last))}
        assert said(collected(stream)) == said(normalised(reply(text_item(last))))

    def test_items_are_told_apart_by_their_ids_too(self) -> None:
        """A server that names the items in place of numbering them is read in the order in which it names them."""
        first, second = {"id": "msg_1", **text_item("Hello")}, {"id": "msg_2", **text_item("there")}
        stream: list[Json] = [
            {"type": "response.output_item.added", "item": {**first, "content": []}},
            {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "Hel"},
            {"type": "response.output_text.delta", "item_id": "msg_2", "delta": "there"},
            {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "lo"},
            {"type": "response.output_item.done", "item": first},
            {"type": "response.completed", "response": reply(first, second)},
        ]
        assert said(collected(stream)) == said(normalised(reply(first, second)))

    def test_items_may_interleave(self) -> None:
        """Parts are ordered by their place in the output, not by when they came."""
        stream: list[Json] = [
            {"type": "response.output_text.delta", "output_index": 1, "content_index": 1, "delta": "c"},
            {"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "b"},
            {"type": "response.output_text.delta", "output_index": 0, "content_index": 0, "delta": "a"},
            {"type": "response.completed", "response": {"status": "completed"}},
        ]
        assert collected(stream).content == "abc"

    @pytest.mark.parametrize(
        ("event", "kind"),
        [
            ({"type": "error", "code": "rate_limit_exceeded", "message": "slow", "param": None}, RateLimitError),
            ({"type": "error", "error": {"code": "server_error", "message": "sorry"}}, ProviderUnavailableError),
            ({"error": {"message": "sorry"}}, ProviderError),
        ],
    )
    def test_an_error_in_the_stream_raises(self, event: Json, kind: type[ProviderError]) -> None:
        """An error event is an error of its code's class, in either of its shapes."""
        decoder = OpenAIResponsesNormaliser().decoder()
        decoder.feed(events(reply())[0])
        with pytest.raises(kind):
            decoder.feed(event)

    @pytest.mark.parametrize("event", [{}, {"type": 3}, {"type": "response.something.new", "item": 3}])
    def test_unknown_events_pass(self, event: Json) -> None:
        """An event that this version does not know brings nothing, whatever its fields."""
        assert list(OpenAIResponsesNormaliser().decoder().feed(event)) == []

    @pytest.mark.parametrize(
        "event",
        [
            {"type": "response.output_text.delta", "delta": "a"},
            {"type": "response.output_text.delta", "output_index": 0, "delta": 3},
            {"type": "response.output_item.done", "output_index": 0, "item": "x"},
            {"type": "response.completed", "response": "x"},
        ],
    )
    def test_another_shape_is_malformed(self, event: Json) -> None:
        """A known event without its fields raises."""
        with pytest.raises(MalformedResponseError):
            OpenAIResponsesNormaliser().decoder().feed(event)
