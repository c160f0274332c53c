"""The chat completions dialect: what is written, what is read, and that a stream says what a whole reply says."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import (
    AIMessage,
    AudioPart,
    BaseMessage,
    CitationPart,
    ContextLengthError,
    Delta,
    DocumentPart,
    FinishedDelta,
    ImagePart,
    MalformedResponseError,
    NamedTool,
    ProviderError,
    RateLimitError,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextDelta,
    TextPart,
    Tool,
    ToolCallPart,
    ToolMessage,
    UnknownPart,
    UnsupportedFeatureError,
    Usage,
    UserMessage,
)
from god_llm.dialects.chat_completions.errors import ErrorCodes
from god_llm.dialects.chat_completions.formatter import ChatCompletionsFormatter, RequestVariant
from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.vocabulary import ReplyVariant
from god_llm.domain.parts import ToolResultPart
from god_llm.domain.plain_json import JsonDict
from god_llm.domain.tools import ResponseSchema
from god_llm.engine.collector import Collector
from god_llm.http.done import DONE

Json = dict[str, object]

WORDS = ErrorCodes("acme", table={"busy": RateLimitError, "too_long": ContextLengthError}, vague={})
REPLY = ReplyVariant("acme", WORDS.failure)
PLAIN = RequestVariant("acme")
PNG = b"\x89PNG"
EVERYTHING = frozenset({"text", "image", "audio", "document"})


def formatted(*messages: BaseMessage, settings: Settings | None = None, variant: RequestVariant = PLAIN) -> Json:
    """The request for a conversation."""
    return ChatCompletionsFormatter(variant).body("m", messages, settings or Settings())


def turns(*messages: BaseMessage, variant: RequestVariant = PLAIN) -> list[Json]:
    """The request's messages."""
    written = formatted(*messages, variant=variant)["messages"]
    assert isinstance(written, list)
    return written


def normalised(reply: Mapping[str, object], variant: ReplyVariant = REPLY) -> AIMessage:
    """A whole reply, read."""
    return ChatCompletionsNormaliser(variant).normalise(reply)


def reply(*messages: Json, finish: str | None = "stop", **more: object) -> Json:
    """A whole reply with one choice a message."""
    choices = [{"index": n, "message": m, "finish_reason": finish} for n, m in enumerate(messages)]
    return {"id": "r1", "model": "acme-1", "choices": choices, **more}


def chunk(delta: Json, finish: str | None = None, index: int = 0, **more: object) -> Json:
    """One event of a stream."""
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"id": "r1", "model": "acme-1", "choices": [choice], **more}


def deltas(events: Sequence[Mapping[str, object]], variant: ReplyVariant = REPLY) -> list[Delta]:
    """All deltas of a stream."""
    decoder = ChatCompletionsNormaliser(variant).decoder()
    found = [delta for event in events for delta in decoder.feed(event)]
    return [*found, *decoder.finish()]


def collected(events: Sequence[Mapping[str, object]], variant: ReplyVariant = REPLY) -> AIMessage:
    """The message that a stream makes."""
    collector = Collector()
    for delta in deltas(events, variant):
        collector.add(delta)
    return collector.message()


def said(message: AIMessage) -> dict[str, object]:
    """Everything about a message but its identity."""
    return message.model_dump(exclude={"id", "created_at"})


def call(ident: str, name: str, arguments: object, **more: object) -> Json:
    """A tool call."""
    return {"id": ident, "type": "function", "function": {"name": name, "arguments": arguments}, **more}


# -- the formatter -------------------------------------------------------------------------------------


def test_a_conversation_keeps_its_order_and_its_roles() -> None:
    """System, user, assistant and tool messages become turns of their roles, in their order."""
    asked = AIMessage(parts=(TextPart(text="Let me see."), ToolCallPart(id="c1", name="sky", raw_arguments='{"a":1}')))
    answered = ToolMessage(content="blue", tool_call_id="c1")
    assert turns(SystemMessage(content="Be brief."), UserMessage(content="Hi"), asked, answered) == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
        {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "sky", "arguments": '{"a":1}'}}],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "blue"},
    ]


def test_settings_are_written_only_where_they_are_set() -> None:
    """A setting that is None or empty is not sent; one that is set is sent under the wire's name."""
    assert formatted(UserMessage(content="Hi")).keys() == {"model", "messages"}
    settings = Settings(temperature=0.0, max_tokens=5, top_p=0.5, stop=("END",), seed=0)
    written = formatted(UserMessage(content="Hi"), settings=settings)
    assert {name: written[name] for name in written.keys() - {"messages"}} == {
        "model": "m",
        "temperature": 0.0,
        "max_tokens": 5,
        "top_p": 0.5,
        "stop": ["END"],
        "seed": 0,
    }


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        ("auto", "auto"),
        ("required", "required"),
        ("none", "none"),
        (NamedTool("sky"), {"type": "function", "function": {"name": "sky"}}),
    ],
)
def test_tools_and_their_choice_are_written(choice: NamedTool, written: object) -> None:
    """A tool is a function with its schema; a choice is a word, or names the function."""
    sky = Tool("sky", "The sky's colour.", {"type": "object", "properties": {}})
    request = formatted(UserMessage(content="Hi"), settings=Settings(tools=(sky,), tool_choice=choice))
    parameters = {"type": "object", "properties": {}}
    function = {"name": "sky", "description": "The sky's colour.", "parameters": parameters}
    assert request["tools"] == [{"type": "function", "function": function}]
    assert request["tool_choice"] == written


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "required": ["a"],
                "additionalProperties": False,
            },
            True,
        ),
        ({"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False}, False),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, False),
        ({"$defs": {"D": {"type": "object", "properties": {"a": {}}}}, "anyOf": [{"$ref": "#/$defs/D"}]}, False),
        ({"type": "array", "items": {"type": "integer"}}, False),
    ],
)
def test_a_schema_is_strict_where_the_provider_would_take_it_so(schema: Json, strict: bool) -> None:
    """Strictness is asked for exactly where the schema is in the subset of the strict mode."""
    request = formatted(UserMessage(content="Hi"), settings=Settings(response_schema=ResponseSchema("Answer", schema)))
    assert request["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "Answer", "schema": schema, "strict": strict},
    }


def test_pictures_documents_and_sound_are_blocks() -> None:
    """Each kind of part that a provider takes has its block; data goes as base64."""
    parts = (
        TextPart(text="Look."),
        ImagePart(data=PNG, media_type="image/png", detail="low"),
        ImagePart(url="https://example.org/a.png"),
        DocumentPart(data=b"%PDF", media_type="application/pdf"),
        DocumentPart(data=b"%PDF", media_type="application/pdf", name="paper.pdf"),
        AudioPart(data=b"RIFF", media_type="audio/wav"),
    )
    encoded = base64.b64encode(b"%PDF").decode()
    (turn,) = turns(UserMessage(parts=parts), variant=RequestVariant("acme", takes=EVERYTHING))
    assert turn["content"] == [
        {"type": "text", "text": "Look."},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_b64(PNG)}", "detail": "low"}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {
            "type": "file",
            "file": {"filename": "document.pdf", "file_data": f"data:application/pdf;base64,{encoded}"},
        },
        {"type": "file", "file": {"filename": "paper.pdf", "file_data": f"data:application/pdf;base64,{encoded}"}},
        {"type": "input_audio", "input_audio": {"data": _b64(b"RIFF"), "format": "wav"}},
    ]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    "part",
    [
        DocumentPart(url="https://example.org/a.pdf"),
        AudioPart(url="https://example.org/a.wav"),
        AudioPart(data=b"OggS", media_type="audio/ogg"),
        ReasoningPart(text="hm"),
        UnknownPart(kind="novel", raw={}),
    ],
)
def test_what_the_wire_cannot_say_of_a_user_is_refused(part: AudioPart) -> None:
    """A part that no block is for is refused before anything is sent."""
    with pytest.raises(UnsupportedFeatureError, match="acme"):
        turns(UserMessage(parts=(part,)), variant=RequestVariant("acme", takes=EVERYTHING))


@pytest.mark.parametrize(
    "part",
    [DocumentPart(data=b"%PDF", media_type="application/pdf"), AudioPart(data=b"RIFF", media_type="audio/wav")],
)
def test_a_part_that_this_provider_does_not_take_is_refused(part: AudioPart) -> None:
    """What a variant does not list is refused, though the wire has a block for it."""
    with pytest.raises(UnsupportedFeatureError):
        turns(UserMessage(parts=(part,)))


def test_results_inside_a_user_message_are_turns_of_their_own() -> None:
    """A result of a tool leaves the user message that holds it, and the words around keep their places."""
    parts = (TextPart(text="a"), ToolResultPart(tool_call_id="c1", content="r"), TextPart(text="b"))
    assert turns(UserMessage(parts=parts)) == [
        {"role": "user", "content": "a"},
        {"role": "tool", "tool_call_id": "c1", "content": "r"},
        {"role": "user", "content": "b"},
    ]
    assert turns(UserMessage(parts=parts[1:2])) == [{"role": "tool", "tool_call_id": "c1", "content": "r"}]


def test_a_result_that_is_not_text_is_refused() -> None:
    """The wire takes text alone as a tool's result."""
    picture = ImagePart(data=PNG, media_type="image/png")
    with pytest.raises(UnsupportedFeatureError, match="text"):
        turns(ToolMessage(parts=(picture,), tool_call_id="c1"))


def test_an_earlier_refusal_goes_where_the_provider_has_it() -> None:
    """A refusal has its field, or is said as text where there is none."""
    refused = AIMessage(parts=(RefusalPart(text="I can't."),))
    assert turns(refused) == [{"role": "assistant", "content": None, "refusal": "I can't."}]
    assert turns(refused, variant=RequestVariant("acme", refusals=False)) == [
        {"role": "assistant", "content": "I can't."}
    ]


def test_reasoning_goes_back_only_to_the_model_that_wrote_it() -> None:
    """Reasoning is sent where the provider takes it and the model is the same, else left out."""
    thought = ReasoningPart(text="hm")
    own = AIMessage(parts=(thought, TextPart(text="42")), provider="acme", model="m")
    taking = RequestVariant("acme", reasoning_field="reasoning")
    assert turns(own, variant=taking) == [{"role": "assistant", "content": "42", "reasoning": "hm"}]
    assert turns(own) == [{"role": "assistant", "content": "42"}]
    for other in (own.model_copy(update={"model": "n"}), own.model_copy(update={"provider": "other"})):
        assert turns(other, variant=taking) == [{"role": "assistant", "content": "42"}]
    assert turns(AIMessage(parts=(thought,), provider="other")) == [{"role": "assistant", "content": ""}]


def test_own_parts_go_back_as_they_came() -> None:
    """Custom calls, legacy calls and sound of the provider's own go back; what has no field is left out."""
    custom: Json = {"id": "c1", "type": "custom", "custom": {"name": "x", "input": "1+1"}}
    answer = normalised(
        reply(
            {
                "content": "It is.",
                "annotations": [{"type": "url_citation", "url_citation": {"url": "https://example.org"}}],
                "tool_calls": [custom],
                "function_call": {"name": "f", "arguments": "{}"},
                "executed_tools": [{"index": 0, "type": "search"}],
                "audio": {"id": "a1", "data": "", "transcript": "it is"},
            }
        )
    ).model_copy(update={"provider": "acme"})
    assert turns(answer) == [
        {
            "role": "assistant",
            "content": "It is.",
            "audio": {"id": "a1"},
            "function_call": {"name": "f", "arguments": "{}"},
            "tool_calls": [custom],
        }
    ]


@pytest.mark.parametrize(
    "part",
    [
        UnknownPart(kind="custom", raw={}),
        ServerToolPart(kind="search", raw={}),
        ToolCallPart(id=None, name="x"),
        ImagePart(data=PNG, media_type="image/png"),
    ],
)
def test_other_parts_of_an_answer_are_refused(part: ImagePart) -> None:
    """Another provider's own parts, a call without an id and pictures can't be said for the assistant."""
    with pytest.raises(UnsupportedFeatureError):
        turns(AIMessage(parts=(part,), provider="other"))


def test_a_message_of_another_class_is_refused() -> None:
    """A message that has no role on the wire is refused."""
    with pytest.raises(UnsupportedFeatureError, match="BaseMessage"):
        turns(BaseMessage(content="Hi"))


def test_arguments_that_were_never_sent_are_an_empty_object() -> None:
    """A call whose arguments are empty goes back as `{}`, which the wire insists on."""
    (turn,) = turns(AIMessage(parts=(ToolCallPart(id="c1", name="now"),)))
    assert turn == {"role": "assistant", "content": None, "tool_calls": [call("c1", "now", "{}")]}


# -- whole replies -------------------------------------------------------------------------------------


def test_everything_in_a_message_becomes_a_part_in_our_order() -> None:
    """Each field of a message becomes its part: reasoning first, citations after the text, tools last."""
    annotation: JsonDict = {
        "type": "url_citation",
        "url_citation": {"url": "u", "title": "t", "start_index": 1, "end_index": 2},
    }
    message: Json = {
        "content": "Blue <think>no</think>",
        "reasoning": "hm",
        "refusal": "but no",
        "annotations": [annotation],
        "audio": {"id": "a1", "data": _b64(b"RIFF...."), "transcript": "blue"},
        "function_call": {"name": "f", "arguments": "{}"},
        "tool_calls": [call("c1", "sky", '{"a": 1}'), {"id": "c2", "type": "custom", "custom": {"name": "x"}}],
        "executed_tools": [{"index": 0, "type": "search", "output": "found"}],
    }
    assert normalised(reply(message)).parts == (
        ReasoningPart(text="hm", provider_data={"field": "reasoning"}),
        TextPart(text="Blue <think>no</think>"),
        CitationPart(title="t", url="u", start=1, end=2, raw=annotation),
        RefusalPart(text="but no"),
        AudioPart(id="a1", data=b"RIFF....", media_type="audio/wav", transcript="blue"),
        UnknownPart(kind="function_call", raw={"name": "f", "arguments": "{}"}),
        ToolCallPart(id="c1", name="sky", raw_arguments='{"a": 1}'),
        UnknownPart(kind="custom", raw={"id": "c2", "type": "custom", "custom": {"name": "x"}}),
        ServerToolPart(kind="search", raw={"index": 0, "type": "search", "output": "found"}),
    )


def test_a_reply_has_its_identity_usage_and_facts() -> None:
    """Id, model, counts and the provider's facts are read; a count that was not sent is None."""
    counts = {
        "prompt_tokens": 10,
        "completion_tokens": 4,
        "prompt_tokens_details": {"cached_tokens": 6},
        "completion_tokens_details": {"reasoning_tokens": 0},
    }
    answer = normalised(reply({"content": "Hi"}, usage=counts, service_tier="flex", system_fingerprint=None))
    assert (answer.response_id, answer.response_model) == ("r1", "acme-1")
    assert answer.usage == Usage(input_tokens=10, output_tokens=4, cache_read_tokens=6, reasoning_tokens=0)
    assert answer.metadata == {"service_tier": "flex"}
    assert normalised(reply({"content": "Hi"})).usage is None


@pytest.mark.parametrize(
    ("raw", "message", "unified"),
    [
        ("stop", {"content": "a"}, "stop"),
        ("length", {"content": ""}, "length"),
        ("tool_calls", {"tool_calls": [call("c", "x", "{}")]}, "tool_calls"),
        ("stop", {"tool_calls": [call("c", "x", "{}")]}, "tool_calls"),
        ("function_call", {"function_call": {"name": "x", "arguments": ""}}, "tool_calls"),
        ("content_filter", {"content": None}, "content_filter"),
        ("stop", {"refusal": "No."}, "refusal"),
        ("eos", {"content": "a"}, "other"),
        (None, {"content": "a"}, None),
    ],
)
def test_finish_reasons_are_unified(raw: str | None, message: Json, unified: str | None) -> None:
    """The provider's reason is kept and put in our words; calls and refusals count more than `stop`."""
    answer = normalised(reply(message, finish=raw))
    assert (answer.finish_reason, answer.raw_finish_reason) == (unified, raw)


def test_finish_details_stand_in_for_a_missing_reason() -> None:
    """A choice that has no finish reason but details gives their type."""
    choice = {"index": 0, "message": {"content": "a"}, "finish_details": {"type": "max_tokens"}}
    answer = normalised({"id": "r1", "model": "m", "choices": [choice]})
    assert (answer.finish_reason, answer.raw_finish_reason) == ("length", "max_tokens")


def test_of_several_choices_the_lowest_is_the_message_and_none_is_lost() -> None:
    """The choice with the lowest index is the message, wherever it stands; the others are in the metadata."""
    later = {"index": 3, "message": {"content": "c", "tool_calls": [call("c1", "x", "{}")]}, "finish_reason": "stop"}
    first = {"index": 1, "message": {"content": "b"}, "finish_reason": "length"}
    answer = normalised({"id": "r1", "model": "m", "choices": [later, first]})
    assert (answer.content, answer.finish_reason) == ("b", "length")
    assert answer.metadata == {
        "choices": [
            {
                "index": 3,
                "content": "c",
                "parts": [
                    {"type": "text", "text": "c"},
                    {"type": "tool_call", "id": "c1", "name": "x", "raw_arguments": "{}"},
                ],
                "raw_finish_reason": "stop",
            }
        ]
    }


def test_content_in_blocks_is_text_and_the_rest_is_kept() -> None:
    """Text blocks make the text; a block of another type is kept whole."""
    blocks = [{"type": "text", "text": "a"}, {"type": "novel", "x": 1}, {"type": "text", "text": "b"}]
    answer = normalised(reply({"content": blocks}))
    assert answer.parts == (TextPart(text="ab"), UnknownPart(kind="novel", raw={"type": "novel", "x": 1}))


def test_arguments_as_an_object_are_read_too() -> None:
    """Arguments that a server sends as an object are the same call."""
    assert normalised(reply({"tool_calls": [call("c1", "x", {"a": 1})]})).tool_calls[0].arguments == {"a": 1}


@pytest.mark.parametrize(
    ("sound", "kind"),
    [(b"RIFF1234WAVE", "audio/wav"), (b"ID3.", "audio/mpeg"), (b"OggS", "audio/ogg"), (b"\0\1\0\1", "audio/pcm")],
)
def test_the_format_of_sound_is_told_by_its_first_bytes(sound: bytes, kind: str) -> None:
    """The wire does not name the format: known headers do, and headless sound is PCM."""
    (part,) = normalised(reply({"audio": {"id": "a1", "data": _b64(sound)}})).parts
    assert part == AudioPart(id="a1", data=sound, media_type=kind)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"choices": None},
        {"choices": {}},
        {"choices": [{"index": 0}]},
        {"choices": [{"message": {"content": 3}}]},
        {"choices": [{"message": {"content": "a"}, "finish_reason": 3}]},
        {"choices": [{"message": {"tool_calls": [{"function": "x"}]}}]},
        {"choices": [{"message": {"audio": {"data": "é"}}}]},
        {"choices": [], "usage": [1]},
        {"choices": [], "usage": {"prompt_tokens": "many"}},
    ],
)
def test_a_reply_of_another_shape_is_malformed(wrong: Json) -> None:
    """A field of a type that is not documented raises, whichever it is."""
    with pytest.raises(MalformedResponseError):
        normalised(wrong)


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.integers() | st.text(), st.lists), max_size=4))
def test_no_reply_breaks_the_normaliser(noise: Json) -> None:
    """Whatever JSON comes, it is a message or one of our errors."""
    try:
        normalised({**noise, "choices": [noise]})
    except (MalformedResponseError, ProviderError):
        return


def attached(unknown: Json) -> Json | None:
    """The fields with a value: an empty text is as good as none."""
    return {name: value for name, value in unknown.items() if value != ""} or None


@given(st.dictionaries(st.text(min_size=1).map("x_{}".format), st.integers() | st.text(), max_size=4))
def test_unknown_fields_pass(unknown: Json) -> None:
    """A field that we don't know changes nothing, at any depth; one of the message is kept, to go back with it."""
    plain = reply({"content": "Hi"})
    choice = {"index": 0, "message": {"content": "Hi", **unknown}, "finish_reason": "stop", **unknown}
    answer = normalised({**plain, **unknown, "choices": [choice]})
    assert said(answer) == {**said(normalised(plain)), "provider_data": attached(unknown)}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"message": "slow", "code": "busy"}}, RateLimitError),
        ({"error": {"message": "slow", "type": "too_long", "code": 400}}, ContextLengthError),
        ({"error": "it broke"}, ProviderError),
        ({"object": "error", "message": "slow", "code": "busy"}, RateLimitError),
    ],
)
def test_an_error_with_status_200_is_an_error(body: Json, kind: type[ProviderError]) -> None:
    """A reply or an event that reports an error raises it, by its code or type."""
    for read in (normalised, lambda event: deltas([event])):
        with pytest.raises(kind) as caught:
            read(body)
        assert type(caught.value) is kind


# -- streams -------------------------------------------------------------------------------------------

TEXT = st.text(max_size=12)
SOME = st.text(min_size=1, max_size=12)
CALLS = st.lists(
    st.one_of(
        st.builds(lambda name, arguments: ("function", name, arguments), SOME, TEXT),
        st.builds(lambda name, given: ("custom", name, given), SOME, TEXT),
    ),
    max_size=3,
)


@st.composite
def messages(draw: st.DrawFn) -> Json:
    """A whole message with anything in it."""
    message: Json = {"role": "assistant", "content": draw(st.none() | TEXT)}
    for name in ("reasoning", "refusal"):
        message[name] = draw(st.none() | TEXT)
    if draw(st.booleans()):
        message["annotations"] = [
            {"type": "url_citation", "url_citation": {"url": url}} for url in draw(st.lists(TEXT, max_size=2))
        ]
    if draw(st.booleans()):
        message["function_call"] = {"name": draw(SOME), "arguments": draw(TEXT)}
    if draw(st.booleans()):
        data = _b64(draw(st.binary(max_size=9)))
        message["audio"] = {"id": "a1", "data": data, "transcript": draw(TEXT)}
    calls = [
        {"id": f"c{n}", "type": kind, kind: {"name": name, "arguments" if kind == "function" else "input": given}}
        for n, (kind, name, given) in enumerate(draw(CALLS))
    ]
    tools = [{"index": n, "type": "search", "output": out} for n, out in enumerate(draw(st.lists(TEXT, max_size=2)))]
    return {**message, "tool_calls": calls, "executed_tools": tools}


def pieces(draw: st.DrawFn, text: object) -> list[str]:
    """A text, cut anywhere."""
    assert isinstance(text, str)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=3)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def cut_up(draw: st.DrawFn, message: Json) -> list[Json]:
    """The deltas that say what a message says."""
    found: list[Json] = [{"role": "assistant", "content": ""}]
    for name in ("reasoning", "content", "refusal"):
        if message[name] is not None:
            found += [{name: piece} for piece in pieces(draw, message[name])]
    found += [{"annotations": [note]} for note in _listed(message.get("annotations"))]
    for n, whole in enumerate(_listed(message["tool_calls"])):
        kind = str(whole["type"])
        inner = whole[kind]
        assert isinstance(inner, dict)
        field = "arguments" if kind == "function" else "input"
        first: Json = {"index": n, "id": whole["id"], "type": kind, kind: {"name": inner["name"], field: ""}}
        more: list[Json] = [{"index": n, kind: {field: piece}} for piece in pieces(draw, inner[field])]
        found += [{"tool_calls": [piece]} for piece in (first, *more)]
    legacy, audio = message.get("function_call"), message.get("audio")
    if isinstance(legacy, dict):
        found.append({"function_call": {"name": legacy["name"], "arguments": ""}})
        found += [{"function_call": {"arguments": piece}} for piece in pieces(draw, legacy["arguments"])]
    if isinstance(audio, dict):
        found.append({"audio": {"id": audio["id"]}})
        found += [{"audio": {"data": piece}} for piece in pieces(draw, audio["data"])]
        found += [{"audio": {"transcript": piece}} for piece in pieces(draw, audio["transcript"])]
    for tool in _listed(message["executed_tools"]):
        started = {name: value for name, value in tool.items() if name != "output"}
        found += [{"executed_tools": [started]}, {"executed_tools": [tool]}]
    return found


def _listed(value: object) -> list[Json]:
    return value if isinstance(value, list) else []


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[Json], Json]:
    """A stream, its choices in any order, and the whole reply that says the same."""
    answers = draw(st.lists(messages(), min_size=1, max_size=2))
    finish = draw(st.sampled_from(["stop", "length", "tool_calls", "function_call", "content_filter"]))
    usage = {"prompt_tokens": 3, "completion_tokens": 2}
    queues = [[chunk(delta, index=n) for delta in cut_up(draw, message)] for n, message in enumerate(answers)]
    for n, queue in enumerate(queues):
        queue.append(chunk({}, finish, index=n))
    events: list[Json] = []
    while any(queues):
        events.append(draw(st.sampled_from([queue for queue in queues if queue])).pop(0))
    events.append({"id": "r1", "model": "acme-1", "choices": [], "usage": usage, "system_fingerprint": "fp"})
    return events, reply(*answers, finish=finish, usage=usage, system_fingerprint="fp")


@given(streams())
def test_a_stream_says_what_the_whole_reply_says(both: tuple[list[Json], Json]) -> None:
    """Cut anywhere, its choices in any order, a stream collects to the message of the whole reply."""
    events, whole = both
    assert said(collected([*events, DONE])) == said(normalised(whole))


STREAM: list[Mapping[str, object]] = [
    chunk({"role": "assistant", "content": ""}),
    chunk({"content": "He"}),
    chunk({"content": "llo"}),
    chunk({"tool_calls": [call("c1", "x", "", index=0)]}),
    chunk({}, "tool_calls"),
    {"id": "r1", "model": "acme-1", "choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
    DONE,
]


FINISH = 4
"""The place of the chunk with the finish reason."""


@pytest.mark.parametrize("length", range(len(STREAM)))
def test_a_stream_without_its_end_raises(length: int) -> None:
    """Cut before its finish reason a stream is interrupted; before `[DONE]` where the provider always sends that."""
    with pytest.raises(StreamInterruptedError):
        deltas(STREAM[:length], REPLY._replace(needs_done=True))
    if length <= FINISH:
        with pytest.raises(StreamInterruptedError):
            deltas(STREAM[:length])
    else:
        assert collected(STREAM[:length]).finish_reason == "tool_calls"
    assert isinstance(deltas(STREAM)[-1], FinishedDelta)


def test_text_is_handed_out_as_it_comes() -> None:
    """Each piece of text is a delta of its own, and an empty one is none."""
    assert [delta.text for delta in deltas(STREAM) if isinstance(delta, TextDelta)] == ["He", "llo"]


def test_an_error_in_a_stream_raises_after_what_came() -> None:
    """Deltas before an error event are handed out, then the error is raised."""
    decoder = ChatCompletionsNormaliser(REPLY).decoder()
    assert [delta.text for delta in decoder.feed(chunk({"content": "a"})) if isinstance(delta, TextDelta)] == ["a"]
    with pytest.raises(RateLimitError):
        tuple(decoder.feed({"error": {"code": "busy", "message": "slow"}}))


def test_another_id_under_the_same_index_is_another_call() -> None:
    """Servers that send every call with index 0 are read by the ids; the same id goes on with its call."""
    events = [
        chunk({"tool_calls": [call("c1", "a", '{"n"', index=0)]}),
        chunk({"tool_calls": [{"index": 0, "id": "c1", "function": {"arguments": ":1}"}}]}),
        chunk({"tool_calls": [call("c2", "a", "{}", index=0), call("c3", "b", "", index=0)]}, "stop"),
        DONE,
    ]
    answer = collected(events)
    assert [(c.id, c.name, c.raw_arguments) for c in answer.tool_calls] == [
        ("c1", "a", '{"n":1}'),
        ("c2", "a", "{}"),
        ("c3", "b", ""),
    ]
    assert answer.finish_reason == "tool_calls"


def test_calls_can_interleave() -> None:
    """Pieces of several calls are told apart by their index."""
    events = [
        chunk({"tool_calls": [call("c1", "a", "", index=0), call("c2", "b", "", index=1)]}),
        chunk({"tool_calls": [{"index": 1, "function": {"arguments": "[2"}}]}),
        chunk({"tool_calls": [{"index": 0, "function": {"arguments": "[1"}}]}),
        chunk({"tool_calls": [{"index": 1, "function": {"arguments": "]"}}]}),
        DONE,
    ]
    assert [c.raw_arguments for c in collected(events).tool_calls] == ["[1", "[2]"]


def test_the_last_usage_stands() -> None:
    """Counts that come twice are not added, and a null takes nothing away, nor the finish reason."""
    early, late = {"prompt_tokens": 1, "completion_tokens": 1}, {"prompt_tokens": 5, "completion_tokens": 7}
    events = [chunk({"content": "a"}, usage=early), chunk({}, "stop", usage=late), chunk({}, usage=None), DONE]
    answer = collected(events)
    assert (answer.usage, answer.finish_reason) == (Usage(input_tokens=5, output_tokens=7), "stop")


def test_a_lone_choice_with_another_number_is_the_message() -> None:
    """Where no choice 0 comes, the lowest one is handed out at the end."""
    events = [chunk({"content": "b"}, index=2), chunk({"content": "a"}, "stop", index=1), DONE]
    answer = collected(events)
    assert (answer.content, answer.finish_reason) == ("a", "stop")
    assert answer.metadata == {
        "choices": [{"index": 2, "content": "b", "parts": [{"type": "text", "text": "b"}], "raw_finish_reason": None}]
    }


def test_the_first_id_and_model_stand() -> None:
    """Empty names (Azure's first chunk) are passed over, and later ids (Groq compound) change nothing."""
    events: list[Mapping[str, object]] = [
        {"id": "", "model": "", "choices": []},
        chunk({"content": "a"}),
        {**chunk({"content": "b"}), "id": "r2"},
        DONE,
    ]
    answer = collected(events)
    assert (answer.response_id, answer.response_model) == ("r1", "acme-1")


@given(st.dictionaries(st.text(min_size=1).map("x_{}".format), st.integers() | st.text(), max_size=3))
def test_unknown_events_and_fields_pass(unknown: Json) -> None:
    """An event that we don't know brings nothing, and a field that we don't know changes nothing."""
    known = {**chunk({"content": "a", **unknown}, "stop"), **unknown}
    strange: list[Mapping[str, object]] = [known, unknown, {"choices": None, **unknown}, DONE]
    plain = collected([chunk({"content": "a"}, "stop"), DONE])
    assert said(collected(strange)) == {**said(plain), "provider_data": attached(unknown)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"choices": {}},
        {"choices": [{"delta": "a"}]},
        {"choices": [{"delta": {"content": 3}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": "first"}]}}]},
        {"choices": [], "usage": "many"},
    ],
)
def test_an_event_of_another_shape_is_malformed(wrong: Json) -> None:
    """A field of a type that is not documented raises."""
    with pytest.raises(MalformedResponseError):
        deltas([wrong, DONE])


def test_sound_in_pieces_is_one_part() -> None:
    """Pieces that are each base64 on their own, padding and all, make the same sound as one text cut anywhere."""
    sound = b"RIFF-and-more"
    apart = [{"id": "a1", "data": _b64(sound[:5])}, {"data": _b64(sound[5:])}, {"transcript": "hi"}]
    text = _b64(sound)
    cut = [{"id": "a1", "data": text[:5]}, {"data": text[5:]}, {"transcript": "hi"}]
    want = (AudioPart(id="a1", data=sound, media_type="audio/wav", transcript="hi"),)
    for audio in (apart, cut):
        events: list[Mapping[str, object]] = [chunk({"audio": piece}) for piece in audio]
        assert collected([*events, DONE]).parts == want
