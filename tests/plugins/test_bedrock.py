"""Bedrock's four parts, each on its own, and together against a loopback server."""

from __future__ import annotations

import base64
import json
import pickle
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Final

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr
from typing_extensions import override

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLMException,
    BaseMessage,
    ChatBedrock,
    CitationPart,
    ConfigurationError,
    ConnectionFailedError,
    CustomModel,
    Delta,
    DocumentPart,
    ImagePart,
    InvalidAPIKeyError,
    InvalidRequestError,
    InvalidSettingError,
    MalformedResponseError,
    MissingAPIKeyError,
    NamedTool,
    NotFoundError,
    PermissionDeniedError,
    PromptError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    ReasoningPart,
    ServerToolPart,
    Settings,
    StreamInterruptedError,
    SystemMessage,
    TextPart,
    TimeoutExceededError,
    Tool,
    ToolCallPart,
    ToolMessage,
    ToolResultPart,
    UnknownPart,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.auth import AWSAuth, CallbackAuth
from god_llm.domain.tools import ResponseSchema, ToolChoice
from god_llm.engine.collector import Collector
from god_llm.http.threads import AHEAD, Threads
from god_llm.plugins.bedrock import BedrockFormatter, BedrockNormaliser, BedrockTransport
from god_llm.plugins.bedrock.errors import reported
from god_llm.plugins.bedrock.wire import Event, Reply
from god_llm.protocols import AuthSource
from god_llm.testing.simulator import Answer, Call, Delay, Drop, Fail, Raw, Simulator, Truncate
from god_llm.testing.simulator.server import LoopbackServer
from god_llm.testing.simulator.server import Reply as HttpReply
from god_llm.testing.simulator.server import Request as HttpRequest

MODEL: Final = "amazon.nova-lite-v1:0"
BACKENDS: Final = pytest.mark.parametrize("backend", ["asyncio", "trio"])
Json = dict[str, object]


def formatted(*messages: BaseMessage, settings: Settings | None = None) -> Mapping[str, object]:
    """The request for a conversation."""
    return BedrockFormatter().format(MODEL, messages, settings or Settings())


def turns(*messages: BaseMessage) -> object:
    """The request's `messages`."""
    return formatted(*messages)["messages"]


def reply(*content: Json, **more: object) -> Json:
    """A whole reply, as boto3 gives it."""
    usage = {"inputTokens": 3, "outputTokens": 5, "totalTokens": 10, "cacheReadInputTokens": 2}
    ends: Json = {"stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 7}}
    metadata = {"RequestId": "req-1", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}
    message = {"role": "assistant", "content": list(content)}
    return {"ResponseMetadata": metadata, "output": {"message": message}, **ends, **more}


def blocks_of(whole: Json) -> list[Json]:
    """The content blocks of a whole reply."""
    match whole:
        case {"output": {"message": {"content": list(blocks)}}}:
            return blocks
        case _:
            raise AssertionError(whole)


def events(whole: Json, cut: int = 3) -> list[Json]:
    """The stream that says the same as a whole reply, its texts cut in pieces."""
    out: list[Json] = [{"ResponseMetadata": whole["ResponseMetadata"], "messageStart": {"role": "assistant"}}]
    for index, block in enumerate(blocks_of(whole)):
        for name, body in block_events(block, cut):
            out.append({name: {**body, "contentBlockIndex": index}})
    out.append({"messageStop": {"stopReason": whole["stopReason"]}})
    return [*out, {"metadata": {name: whole[name] for name in ("usage", "metrics", "trace") if name in whole}}]


def pieces(text: str, cut: int) -> list[str]:
    """A text in pieces."""
    return [text[at : at + cut] for at in range(0, len(text), cut)]


def block_events(block: Json, cut: int) -> Iterator[tuple[str, Json]]:
    """The events of one block."""
    start: Json | None = None
    deltas: list[Json]
    match block:
        case {"text": str(text)}:
            deltas = [{"text": piece} for piece in pieces(text, cut)]
        case {"citationsContent": {"content": [{"text": str(text)}], "citations": list(citations)}}:
            deltas = [{"text": piece} for piece in pieces(text, cut)]
            deltas += [{"citation": citation} for citation in citations]
        case {"reasoningContent": {"reasoningText": {"text": str(text), "signature": str(signature)}}}:
            deltas = [{"reasoningContent": {"text": piece}} for piece in pieces(text, cut)]
            deltas += [{"reasoningContent": {"signature": piece}} for piece in pieces(signature, cut)]
        case {"reasoningContent": {"redactedContent": bytes(data)}}:
            deltas = [{"reasoningContent": {"redactedContent": data[n : n + cut]}} for n in range(0, len(data), cut)]
        case {"toolUse": {"input": given, **use}}:
            start = {"toolUse": use}
            deltas = [{"toolUse": {"input": piece}} for piece in pieces(json.dumps(given), cut)] if given else []
        case {"toolResult": {"content": list(content), **result}}:
            start = {"toolResult": result}
            deltas = [{"toolResult": [piece]} for piece in content]
        case {"image": {"format": kind, "source": {"bytes": bytes(data)}}}:
            start = {"image": {"format": kind}}
            deltas = [{"image": {"source": {"bytes": data[n : n + cut]}}} for n in range(0, len(data), cut)]
        case _:
            start, deltas = block, []
    if start is not None:
        yield "contentBlockStart", {"start": start}
    for delta in deltas:
        yield "contentBlockDelta", {"delta": delta}
    yield "contentBlockStop", {}


def collected(stream: Sequence[Json]) -> AIMessage:
    """The message that a stream's events make."""
    decoder, collector = BedrockNormaliser().decoder(), Collector()
    for event in stream:
        for delta in decoder.feed(event):
            collector.add(delta)
    for delta in decoder.finish():
        collector.add(delta)
    return collector.message()


def said(message: AIMessage) -> Json:
    """What a message says, without its identity."""
    return message.model_dump(exclude={"id", "created_at"})


CITATION: Final[dict[str, JsonValue]] = {
    "title": "Notes",
    "source": "notes.txt",
    "sourceContent": [{"text": "it "}, {"text": "rains"}],
    "location": {"documentChar": {"documentIndex": 0, "start": 4, "end": 12}},
}

texts = st.text(min_size=1, max_size=12)
data = st.binary(min_size=1, max_size=12)
values = st.dictionaries(texts, st.one_of(texts, st.integers(), st.booleans(), st.lists(texts)), max_size=3)
blocks = st.lists(
    st.one_of(
        st.builds(lambda text: {"text": text}, texts),
        st.builds(lambda t, s: {"reasoningContent": {"reasoningText": {"text": t, "signature": s}}}, texts, texts),
        st.builds(lambda blob: {"reasoningContent": {"redactedContent": blob}}, data),
        st.builds(lambda n, i: {"toolUse": {"toolUseId": "t1", "name": n, "input": i}}, texts, values),
        st.builds(
            lambda i: {"toolUse": {"toolUseId": "s1", "name": "run", "type": "server_tool_use", "input": i}}, values
        ),
        st.builds(
            lambda text, value: {
                "toolResult": {"toolUseId": "s1", "type": "run", "content": [{"text": text}, {"json": value}]}
            },
            texts,
            values,
        ),
        st.builds(
            lambda text, n: {"citationsContent": {"content": [{"text": text}], "citations": [CITATION] * n}},
            texts,
            st.integers(1, 2),
        ),
        st.builds(lambda blob: {"image": {"format": "png", "source": {"bytes": blob}}}, data),
        st.just({"SDK_UNKNOWN_MEMBER": {"name": "hologram"}}),
    ),
    max_size=5,
)


EMPTY: Final[Json] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
"""The schema of an object without properties, in every provider's subset."""


class TestFormatter:
    """What is written for a conversation."""

    def test_text_and_instructions(self) -> None:
        """Leading instructions go apart, a text becomes a turn, and nothing is sent that was not asked for."""
        request = formatted(SystemMessage(content="Be brief."), SystemMessage(content=" "), UserMessage(content="hi"))
        assert request == {
            "modelId": MODEL,
            "system": [{"text": "Be brief."}],
            "messages": [{"role": "user", "content": [{"text": "hi"}]}],
        }

    def test_settings(self) -> None:
        """Each setting has Bedrock's name."""
        settings = Settings(
            temperature=0.2,
            max_tokens=9,
            top_p=0.5,
            stop=("END",),
            tools=(Tool("f", "Does f.", {"type": "object"}), Tool("g", "", {"type": "object"})),
            tool_choice="auto",
            response_schema=ResponseSchema("City", EMPTY),
        )
        request = formatted(UserMessage(content="hi"), settings=settings)
        config = {"maxTokens": 9, "temperature": 0.2, "topP": 0.5, "stopSequences": ["END"]}
        assert request["inferenceConfig"] == config
        assert request["toolConfig"] == {
            "tools": [
                {"toolSpec": {"name": "f", "description": "Does f.", "inputSchema": {"json": {"type": "object"}}}},
                {"toolSpec": {"name": "g", "inputSchema": {"json": {"type": "object"}}}},
            ],
            "toolChoice": {"auto": {}},
        }
        schema = {"jsonSchema": {"schema": json.dumps(EMPTY, separators=(",", ":")), "name": "City"}}
        assert request["outputConfig"] == {"textFormat": {"type": "json_schema", "structure": schema}}

    @pytest.mark.parametrize(
        ("choice", "written"), [("required", {"any": {}}), (NamedTool("f"), {"tool": {"name": "f"}})]
    )
    def test_tool_choices(self, choice: ToolChoice, written: Json) -> None:
        """A choice has Bedrock's word."""
        settings = Settings(tools=(Tool("f", "", {}),), tool_choice=choice)
        config = formatted(UserMessage(content="hi"), settings=settings)["toolConfig"]
        assert isinstance(config, dict)
        assert config["toolChoice"] == written

    def test_choice_none(self) -> None:
        """`none` leaves the tools out, and is refused where Bedrock would insist on them."""
        settings = Settings(tools=(Tool("f", "", {}),), tool_choice="none")
        assert "toolConfig" not in formatted(UserMessage(content="hi"), settings=settings)
        result = ToolMessage(content="8", tool_call_id="t1")
        with pytest.raises(UnsupportedParameterError, match="none"):
            formatted(UserMessage(content="hi"), result, settings=settings)

    def test_a_tool_choice_without_tools_is_refused(self) -> None:
        """A choice is refused, never dropped."""
        with pytest.raises(UnsupportedParameterError):
            formatted(UserMessage(content="hi"), settings=Settings(tool_choice="required"))

    def test_turns_alternate(self) -> None:
        """Results of tools and the user's next words share one turn; messages that say nothing are left out."""
        call = ToolCallPart.of(id="t1", name="f", arguments={"x": 1})
        assert turns(
            UserMessage(content="a"),
            AIMessage(parts=()),
            UserMessage(content="b"),
            AIMessage(parts=(TextPart(text="\n\n"), call)),
            ToolMessage(content="8", tool_call_id="t1", is_error=True),
            ToolMessage(content="", tool_call_id="t2"),
            UserMessage(parts=(ToolResultPart(tool_call_id="t3", content="9"), TextPart(text="go on"))),
        ) == [
            {"role": "user", "content": [{"text": "a"}, {"text": "b"}]},
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {"x": 1}}}]},
            {
                "role": "user",
                "content": [
                    {"toolResult": {"toolUseId": "t1", "content": [{"text": "8"}], "status": "error"}},
                    {"toolResult": {"toolUseId": "t2", "content": []}},
                    {"toolResult": {"toolUseId": "t3", "content": [{"text": "9"}]}},
                    {"text": "go on"},
                ],
            },
        ]

    def test_media(self) -> None:
        """Pictures and documents go as bytes with a format, or as an address in S3; names are made fit and unique."""
        assert turns(
            UserMessage(
                parts=(
                    TextPart(text="look"),
                    ImagePart(data=b"png", media_type="image/png"),
                    ImagePart(url="s3://bucket/cat.JPG"),
                    DocumentPart(data=b"pdf", media_type="application/pdf", name="Q1 report_v2.pdf"),
                    DocumentPart(data=b"txt", media_type="text/plain; charset=utf-8"),
                    DocumentPart(url="s3://bucket/notes", media_type="text/markdown"),
                )
            )
        ) == [
            {
                "role": "user",
                "content": [
                    {"text": "look"},
                    {"image": {"format": "png", "source": {"bytes": b"png"}}},
                    {"image": {"format": "jpeg", "source": {"s3Location": {"uri": "s3://bucket/cat.JPG"}}}},
                    {"document": {"format": "pdf", "name": "Q1 report-v2-pdf", "source": {"bytes": b"pdf"}}},
                    {"document": {"format": "txt", "name": "document", "source": {"bytes": b"txt"}}},
                    {
                        "document": {
                            "format": "md",
                            "name": "document 2",
                            "source": {"s3Location": {"uri": "s3://bucket/notes"}},
                        }
                    },
                ],
            }
        ]

    @given(st.lists(st.text(max_size=220), min_size=1, max_size=4))
    def test_document_names(self, names: list[str]) -> None:
        """Whatever a document is called, Bedrock takes its name, and no two are alike."""
        parts = [DocumentPart(data=b"x", media_type="text/csv", name=name) for name in names]
        request = turns(UserMessage(content="go"), UserMessage(parts=tuple(parts)))
        assert isinstance(request, list)
        written = [block["document"]["name"] for block in request[0]["content"][1:]]
        assert len({*written}) == len(names)
        for name in written:
            assert 1 <= len(name) <= 200
            assert all(letter.isascii() and (letter.isalnum() or letter in " -()[]") for letter in name)
            assert "  " not in name

    @pytest.mark.parametrize(
        "message",
        [
            UserMessage(parts=(ImagePart(url="https://example.com/cat.png"),)),
            UserMessage(parts=(ImagePart(data=b"x", media_type="image/tiff"),)),
            UserMessage(parts=(DocumentPart(data=b"x", media_type="application/pdf"),)),
            UserMessage(parts=(TextPart(text="a"), DocumentPart(data=b"x", media_type="application/zip"))),
            AIMessage(parts=(ToolCallPart.of(id=None, name="f", arguments={}),)),
            AIMessage(parts=(ServerToolPart(kind="web_search", raw={"type": "web_search"}),), provider="openai"),
            AIMessage(parts=(UnknownPart(kind="SDK_UNKNOWN_MEMBER", raw={"SDK_UNKNOWN_MEMBER": {"name": "x"}}),),
                      provider="bedrock"),
            BaseMessage(content="hi"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_said_is_refused(self, message: BaseMessage) -> None:
        """A part that Bedrock can't take is refused."""
        with pytest.raises(UnsupportedFeatureError):
            formatted(message)

    def test_reasoning(self) -> None:
        """Signed and withheld reasoning goes back to Bedrock; unsigned and foreign reasoning is left out."""
        parts = (
            ReasoningPart(text="hm", signature="sig"),
            ReasoningPart(data=base64.b64encode(b"hidden").decode()),
            ReasoningPart(text="unsigned"),
            TextPart(text="so"),
        )
        assert turns(AIMessage(parts=parts, provider="bedrock")) == [
            {
                "role": "assistant",
                "content": [
                    {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "sig"}}},
                    {"reasoningContent": {"redactedContent": b"hidden"}},
                    {"text": "so"},
                ],
            }
        ]
        assert turns(AIMessage(parts=parts, provider="anthropic")) == [
            {"role": "assistant", "content": [{"text": "so"}]}
        ]

    @given(blocks)
    def test_blocks_go_back_whole(self, content: list[Json]) -> None:
        """What Bedrock said goes back as it came, but for blank text and what boto3 did not know."""
        known = [block for block in content if "SDK_UNKNOWN_MEMBER" not in block]
        sent = [block for block in known if str(block.get("text", "x")).strip()]
        sent = [block for block in sent if blank_citation(block) is False]
        message = BedrockNormaliser().normalise(reply(*sent)).model_copy(update={"provider": "bedrock"})
        answers = turns(UserMessage(content="hi"), message)
        assert isinstance(answers, list)
        assert answers[1:] == ([{"role": "assistant", "content": sent}] if sent else [])


def blank_citation(block: Json) -> bool:
    """Whether a block has citations of blank text."""
    match block:
        case {"citationsContent": {"content": [{"text": str(text)}]}}:
            return not text.strip()
        case _:
            return False


class TestNormaliser:
    """What is read from a reply, and from a stream."""

    def test_a_reply_with_everything(self) -> None:
        """Every field of a reply has its place in the message."""
        message = BedrockNormaliser().normalise(
            reply(
                {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
                {"reasoningContent": {"redactedContent": b"\x00\x01"}},
                {"text": " It "},
                {"citationsContent": {"content": [{"text": "rains"}, {"text": "."}], "citations": [CITATION]}},
                {"toolUse": {"toolUseId": "t1", "name": "f", "input": {"x": [1, "é"]}}},
                {"toolUse": {"toolUseId": "s1", "name": "run", "type": "server_tool_use", "input": {}}},
                {"toolResult": {"toolUseId": "s1", "content": [{"image": {"source": {"bytes": b"x"}}}]}},
                {"image": {"format": "png", "source": {"bytes": b"png"}}},
                {"video": {"format": "mp4", "source": {"bytes": b"v"}}},
                serviceTier={"type": "flex"},
                performanceConfig={"latency": "optimized"},
                trace={"guardrail": {"actionReason": "none"}},
                additionalModelResponseFields={"stop_sequence": "END"},
            )
        )
        assert message.parts == (
            ReasoningPart(text="hm", signature="s"),
            ReasoningPart(data="AAE="),
            TextPart(text=" It "),
            TextPart(text="rains."),
            CitationPart(cited_text="it rains", title="Notes", url="notes.txt", start=4, end=12, raw=CITATION),
            ToolCallPart.of(id="t1", name="f", arguments={"x": [1, "é"]}),
            ServerToolPart(kind="toolUse", id="s1", name="run", raw=message.parts[6].raw),  # type: ignore[union-attr]
            ServerToolPart(
                kind="toolResult",
                id="s1",
                raw={"toolResult": {"toolUseId": "s1", "content": [{"image": {"source": {"bytes": "eA=="}}}]}},
            ),
            ImagePart(data=b"png", media_type="image/png"),
            UnknownPart(kind="video", raw={"video": {"format": "mp4", "source": {"bytes": "dg=="}}}),
        )
        assert message.content == " It rains."
        assert (message.finish_reason, message.raw_finish_reason) == ("tool_calls", "end_turn")
        assert (message.response_id, message.response_model) == ("req-1", None)
        assert message.usage is not None
        assert message.usage.model_dump(exclude_none=True) == {
            "input_tokens": 5,
            "output_tokens": 5,
            "cache_read_tokens": 2,
        }
        assert message.metadata == {
            "latency_ms": 7,
            "service_tier": "flex",
            "performance": "optimized",
            "trace": {"guardrail": {"actionReason": "none"}},
            "additional_fields": {"stop_sequence": "END"},
        }
        assert AIMessage.model_validate_json(message.model_dump_json()) == message

    @pytest.mark.parametrize(
        ("raw", "unified"),
        [
            ("end_turn", "stop"),
            ("stop_sequence", "stop"),
            ("max_tokens", "length"),
            ("model_context_window_exceeded", "length"),
            ("tool_use", "tool_calls"),
            ("guardrail_intervened", "content_filter"),
            ("content_filtered", "content_filter"),
            ("malformed_tool_use", "error"),
            ("brand_new", "other"),
        ],
    )
    def test_finish_reasons(self, raw: str, unified: str) -> None:
        """Bedrock's word becomes ours and stays beside it."""
        message = BedrockNormaliser().normalise(reply({"text": "x"}, stopReason=raw))
        assert (message.finish_reason, message.raw_finish_reason) == (unified, raw)

    @pytest.mark.parametrize(
        "wrong", [{}, {"output": {}}, {"output": {"message": {}}}, {"output": {"message": {"content": "x"}}},
                  reply({"text": "x"}, usage={"inputTokens": "many"}), {"message": "<html>"},
                  reply({"reasoningContent": {"redactedContent": "not base64"}})]
    )  # fmt: skip
    def test_another_shape_is_malformed(self, wrong: Json) -> None:
        """A reply of another shape is a typed error."""
        with pytest.raises(MalformedResponseError):
            BedrockNormaliser().normalise(wrong)

    @given(blocks, st.integers(1, 20))
    def test_streamed_equals_whole(self, content: list[Json], cut: int) -> None:
        """A stream and a whole reply that say the same make the same message."""
        whole = reply(*content, trace={"promptRouter": {"invokedModelId": "m"}})
        assert said(collected(events(whole, cut))) == said(BedrockNormaliser().normalise(whole))

    @given(blocks, st.data())
    def test_any_cut_raises(self, content: list[Json], draw: st.DataObject) -> None:
        """A stream without `messageStop` is never taken for an answer."""
        stream = events(reply(*content))
        end = draw.draw(st.integers(0, len(stream) - 2))
        with pytest.raises(StreamInterruptedError):
            collected(stream[:end])

    @pytest.mark.parametrize(
        "block",
        [
            {"citationsContent": None, "text": "hi"},
            {"toolResult": None, "toolUse": {"toolUseId": "s1", "name": "run", "type": "server_tool_use", "input": {}}},
            {"image": None, "hologram": {"format": "h1"}},
        ],
    )
    def test_null_is_nothing(self, block: Json) -> None:
        """A member that is null is as one that is not there, in blocks, in events and beside them."""
        there = {name: value for name, value in block.items() if value is not None}
        nulls: Json = {"usage": None, "metrics": None, "serviceTier": None, "performanceConfig": None, "trace": None}
        assert said(BedrockNormaliser().normalise(reply(block, **nulls))) == said(
            BedrockNormaliser().normalise(reply(there, usage=None, metrics=None))
        )
        stop: Json = {"contentBlockIndex": 0}
        end: Json = {"messageStop": {"stopReason": "end_turn"}}
        plain, with_null = (
            collected(
                [{"contentBlockStart": {"contentBlockIndex": 0, "start": start}}, {"contentBlockStop": stop}, end]
            )
            for start in ({k: v for k, v in there.items() if k != "text"} or None, {**block, "text": None})
        )
        assert said(plain) == said(with_null)

    def test_the_usage_may_be_lost(self) -> None:
        """A stream that has said `messageStop` is whole, with or without what comes after."""
        message = collected(events(reply({"text": "x"}))[:-1])
        assert (message.content, message.finish_reason, message.usage) == ("x", "stop", None)

    def test_unknown_events_pass(self) -> None:
        """An event, or a piece of a block, that is not known changes nothing."""
        stream = events(reply({"text": "abc"}))
        new: list[Json] = [{"hologram": {"x": 1}}, {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"new": 1}}}]
        assert collected([*stream[:2], *new[:1], *stream[2:]]).content == "abc"
        assert collected([*stream[:2], *new[1:], *stream[2:]]).content.startswith("")

    @pytest.mark.parametrize(
        "event",
        [
            {"contentBlockDelta": {"contentBlockIndex": 7, "delta": {"toolUse": {"input": "{"}}}},
            {"contentBlockDelta": {"delta": {"text": "x"}}},
            {"contentBlockStart": {"contentBlockIndex": "first"}},
            {"metadata": {"usage": 3}},
        ],
    )
    def test_a_malformed_event_raises(self, event: Json) -> None:
        """An event for a tool use that was not started, without its index or of another type is a typed error."""
        with pytest.raises(MalformedResponseError):
            list(BedrockNormaliser().decoder().feed(event))

    @pytest.mark.parametrize("written", ['{"x": ', "[1]"])
    def test_broken_arguments_are_kept(self, written: str) -> None:
        """Arguments that are no JSON object stay as the model wrote them, and raise when they are read."""
        stream = events(reply({"toolUse": {"toolUseId": "t", "name": "f", "input": {}}}))
        piece: Json = {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"toolUse": {"input": written}}}}
        (call,) = collected([*stream[:2], piece, *stream[2:]]).tool_calls
        assert call.raw_arguments == written
        with pytest.raises(MalformedResponseError, match="not a JSON object"):
            _ = call.arguments

    def test_an_error_event_raises(self) -> None:
        """A recorded error event is the error it reports."""
        event = {"throttlingException": {"message": "slow down"}}
        with pytest.raises(RateLimitError, match="slow down") as caught:
            list(BedrockNormaliser().decoder().feed(event))
        assert (caught.value.status_code, caught.value.retryable) == (None, True)

    def test_our_fields_are_boto3s(self) -> None:
        """Every field that is read is one that the installed boto3 knows."""
        from botocore.model import StructureShape
        from botocore.session import get_session

        model = get_session().get_service_model("bedrock-runtime")
        whole = model.operation_model("Converse").output_shape
        streamed = model.operation_model("ConverseStream").output_shape
        assert whole is not None
        assert streamed is not None
        assert {*Reply.__annotations__} - {"ResponseMetadata"} <= {*whole.members}
        events_shape = streamed.members["stream"]
        assert isinstance(events_shape, StructureShape)
        assert {*Event.__annotations__} - {"ResponseMetadata"} <= {*events_shape.members}


class TestErrors:
    """Codes become classes."""

    @pytest.mark.parametrize(
        ("code", "status", "error", "retryable"),
        [
            ("ValidationException", 400, InvalidRequestError, False),
            ("UnrecognizedClientException", 403, AuthenticationError, False),
            ("ExpiredTokenException", 403, AuthenticationError, False),
            ("AccessDeniedException", 403, PermissionDeniedError, False),
            ("ResourceNotFoundException", 404, NotFoundError, False),
            ("ModelTimeoutException", 408, ProviderUnavailableError, True),
            ("ModelErrorException", 424, ProviderUnavailableError, True),
            ("ThrottlingException", 429, RateLimitError, True),
            ("ModelNotReadyException", 429, ProviderUnavailableError, True),
            ("ServiceQuotaExceededException", 400, RateLimitError, False),
            ("InternalServerException", 500, ProviderUnavailableError, True),
            ("modelStreamErrorException", None, ProviderUnavailableError, True),
            ("validationException", None, InvalidRequestError, False),
            ("", 503, ProviderUnavailableError, True),
            ("BrandNewException", None, ProviderError, False),
        ],
    )
    def test_codes(self, code: str, status: int | None, error: type[ProviderError], *, retryable: bool) -> None:
        """Each documented code has its class; an unknown one goes by the status."""
        ours = reported(code, "words", status=status)
        assert (type(ours), ours.retryable, ours.code) == (error, retryable, code or None)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own credentials and region, in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted-secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.mark.usefixtures("keys")
class TestFacade:
    """`ChatBedrock` against the simulator."""

    @BACKENDS
    def test_whole_streamed_sync_async(self, simulator: Simulator, backend: str) -> None:
        """The four ways to ask give the same message, on either event loop."""
        answer = Answer(text="Hello there.", calls=(Call("weather", {"city": "Oslo"}),))
        simulator.script(answer, answer, answer, answer)
        llm = ChatBedrock(CustomModel("arn:aws:bedrock:eu-west-1::foundation-model/a.b"), base_url=url(simulator))

        async def ask() -> tuple[AIMessage, AIMessage]:
            async with llm, llm.astream("hi") as stream:
                deltas: list[Delta] = [delta async for delta in stream]
                assert deltas
                return await llm.agenerate("hi"), stream.message

        with llm, llm.stream("hi") as stream:
            assert list(stream)
            messages = [llm.generate("hi"), stream.message, *anyio.run(ask, backend=backend)]
        for message in messages:
            assert (message.content, message.provider, message.finish_reason) == (
                "Hello there.",
                "bedrock",
                "tool_calls",
            )
            assert [(call.name, call.arguments) for call in message.tool_calls] == [("weather", {"city": "Oslo"})]
            assert message.response_id
        paths = {received.path for received in simulator.journal}
        model = "/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A%3Afoundation-model%2Fa.b/"
        assert paths == {model + "converse", model + "converse-stream"}

    @pytest.mark.parametrize(
        ("failure", "error", "retryable"),
        [
            (Fail(400, message="bad model"), InvalidRequestError, False),
            (Fail(403, code="UnrecognizedClientException", message="bad key"), AuthenticationError, False),
            (Fail(404, message="no model"), NotFoundError, False),
            (Fail(429, message="slow", headers={"retry-after": "7"}), RateLimitError, True),
            (Fail(503, message="busy"), ProviderUnavailableError, True),
            (Drop(after=0), ConnectionFailedError, True),
            (Raw(200, {"content-type": "text/html"}, b"<html>hello</html>"), MalformedResponseError, False),
            (Raw(200, {"content-type": "text/html"}, b"<"), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b""), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b'{"output": {"mess'), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b"[1]"), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b'{"output": 3}'), MalformedResponseError, False),
            (Raw(200, {"content-type": "application/json"}, b"\xff\xfe"), MalformedResponseError, False),
            (Raw(502, {"content-type": "text/html"}, b"<html>bad gateway</html>"), ProviderUnavailableError, True),
            (Raw(503, {"content-type": "application/json"}, b"[1]"), ProviderUnavailableError, True),
            (Raw(429, {"content-type": "application/json"}, b'{"__type": 5}'), RateLimitError, True),
            (Raw(400, {"content-type": "application/json"}, b"\xff\xfe"), InvalidRequestError, False),
        ],
    )
    @pytest.mark.parametrize("mode", ["whole", "streamed", "async"])
    def test_failures_are_typed(
        self, simulator: Simulator, failure: Fail, error: type[BaseLLMException], mode: str, *, retryable: bool
    ) -> None:
        """Each way to fail is its own error, whole and streamed."""
        simulator.script(failure)
        llm = ChatBedrock(MODEL, base_url=url(simulator), max_retries=0)

        async def ask() -> None:
            async with llm.astream("hi") as stream:
                assert [delta async for delta in stream]

        ways: dict[str, Callable[[], object]] = {
            "whole": lambda: llm.generate("hi"),
            "streamed": lambda: list(llm.stream("hi")),
            "async": lambda: anyio.run(ask),
        }
        with llm, pytest.raises(error) as caught:
            ways[mode]()
        assert caught.value.retryable is retryable
        assert (caught.value.provider, caught.value.model) == ("bedrock", MODEL)
        assert "planted-secret" not in f"{caught.value!r} {caught.value.__dict__}"

    def test_what_an_error_says(self, simulator: Simulator) -> None:
        """Status, code, request id and the time to wait are on the exception."""
        simulator.script(Fail(429, message="slow", headers={"retry-after": "7"}))
        with ChatBedrock(MODEL, base_url=url(simulator), max_retries=0) as llm, pytest.raises(RateLimitError) as caught:
            llm.generate("hi")
        error = caught.value
        assert (error.status_code, error.code, error.retry_after) == (429, "ThrottlingException", 7)
        assert error.request_id
        assert "slow" in str(error)

    def test_what_an_error_says_besides(self, simulator: Simulator) -> None:
        """Whatever else the body of an error says is kept with it."""
        body = b'{"message": "no", "originalStatusCode": 424, "Error": {"Message": "other"}}'
        simulator.script(Raw(424, {"x-amzn-errortype": "ModelErrorException:http://internal/"}, body))
        llm = ChatBedrock(MODEL, base_url=url(simulator), max_retries=0)
        with llm, pytest.raises(ProviderUnavailableError, match="no") as caught:
            llm.generate("hi")
        assert caught.value.code == "ModelErrorException"
        assert isinstance(caught.value.body, dict)
        assert caught.value.body["originalStatusCode"] == 424

    def test_streams_that_break(self, simulator: Simulator) -> None:
        """An error inside a stream, a lost connection and a missing end are three errors, each with what came."""
        llm = ChatBedrock(MODEL, base_url=url(simulator), max_retries=0)
        prompt = "one two three four five six seven eight"
        broken: list[tuple[Fail | Drop | Truncate, type[BaseLLMException]]] = [
            (Fail(424, message="oops", after=4), ProviderUnavailableError),
            (Drop(after=4), ConnectionFailedError),
            (Truncate(after=4), StreamInterruptedError),
        ]
        for item, error in broken:
            simulator.script(item)
            with pytest.raises(error) as caught:
                list(llm.stream(prompt))
            assert caught.value.partial is not None
            assert caught.value.partial.content.startswith("You said:")
        llm.close()

    def test_a_damaged_frame(self, simulator: Simulator) -> None:
        """A frame whose checksum is wrong is malformed."""
        kind = {"content-type": "application/vnd.amazon.eventstream"}
        simulator.script(Raw(200, kind, bytes([0, 0, 0, 32, 0, 0, 0, 0]) + b"x" * 24))
        with ChatBedrock(MODEL, base_url=url(simulator), max_retries=0) as llm, pytest.raises(MalformedResponseError):
            list(llm.stream("hi"))

    def test_a_timeout_is_typed(self, simulator: Simulator) -> None:
        """A service that takes too long, at once or in the middle of a stream, is a `TimeoutExceededError`."""
        simulator.script(Delay(1.0), Answer(text="a b c d", pause=1.0))
        with ChatBedrock(MODEL, base_url=url(simulator), max_retries=0, timeout=0.2) as llm:
            with pytest.raises(TimeoutExceededError):
                llm.generate("hi")
            with pytest.raises(TimeoutExceededError):
                list(llm.stream("hi"))

    def test_nobody_there(self) -> None:
        """A port where nobody listens is a failed connection."""
        llm = ChatBedrock(MODEL, base_url="http://127.0.0.1:9", max_retries=0)
        with llm, pytest.raises(ConnectionFailedError):
            llm.generate("hi")

    def test_retries_are_ours_alone(self, simulator: Simulator) -> None:
        """The transport tries once; the wrapper tries again."""
        simulator.script(Fail(503), Fail(503))
        with ChatBedrock(MODEL, base_url=url(simulator), max_retries=0) as llm, pytest.raises(ProviderUnavailableError):
            llm.generate("hi")
        assert len(simulator.journal) == 1
        with ChatBedrock(MODEL, base_url=url(simulator), max_retries=1) as llm:
            assert llm.generate("hi").content == "You said: hi"
        assert len(simulator.journal) == 3

    @pytest.mark.parametrize("fault", [{1, 2}, float("nan"), object()])
    def test_a_request_that_no_json_can_say(self, simulator: Simulator, fault: object) -> None:
        """What can't be written is an error of the prompt, and nothing is sent."""
        transport = BedrockTransport(AWSAuth(), base_url=url(simulator))
        request: Json = {"modelId": MODEL, "messages": [], "additionalModelRequestFields": {"fault": fault}}
        with pytest.raises(PromptError, match="no JSON"):
            transport.send(request)  # type: ignore[arg-type]  # the mistake
        assert not simulator.journal


def url(simulator: Simulator) -> str:
    """The simulator's Bedrock."""
    return simulator.url("bedrock")


ROLE_REPLY: Final = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
<SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""


class TestAuth:
    """Who signs, and with what."""

    @pytest.mark.usefixtures("keys")
    def test_a_key_is_a_bearer_token(self) -> None:
        """An explicit key goes out as a bearer token, before AWS's own credentials."""
        with Simulator(keys={"bedrock-key"}) as simulator:
            with ChatBedrock(MODEL, api_key="bedrock-key", base_url=url(simulator)) as llm:
                assert llm.generate("hi").content == "You said: hi"
                assert list(llm.stream("hi"))
            assert {received.headers["authorization"] for received in simulator.journal} == {"<present>"}

    def test_the_key_in_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """AWS's own variable for the key is read, and no other credentials are needed."""
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "environment-key")
        with Simulator(keys={"environment-key"}) as simulator:
            monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url(simulator))
            with ChatBedrock(MODEL, region="eu-west-1") as llm:
                assert llm.generate("hi").content == "You said: hi"

    def test_a_key_may_change(self) -> None:
        """The source is asked at every request: a new key is used by the client that is there."""
        given = iter(["first-key", "second-key"])
        with Simulator(keys={"second-key"}) as simulator:
            auth = CallbackAuth(lambda _: next(given))
            llm = ChatBedrock(MODEL, auth=auth, region="eu-west-1", base_url=url(simulator), max_retries=0)
            with llm:
                with pytest.raises(AuthenticationError) as caught:
                    llm.generate("hi")
                assert "first-key" not in f"{caught.value!r} {caught.value.__dict__}"
                assert llm.generate("hi").content == "You said: hi"

    @pytest.mark.parametrize(
        "auth",
        [
            AWSAuth(bearer_token=SecretStr("planted-key")),
            AWSAuth(
                access_key_id="planted-key",
                secret_access_key=SecretStr("planted-secret"),
                session_token=SecretStr("planted-token"),
            ),
        ],
    )
    def test_a_key_is_in_no_log(self, caplog: pytest.LogCaptureFixture, auth: AuthSource) -> None:
        """What the libraries below log of a request, however detailed, does not show a key, a secret or a token."""
        caplog.set_level("DEBUG")
        with (
            Simulator(keys={"planted-key"}) as simulator,
            ChatBedrock(MODEL, auth=auth, region="eu-west-1", base_url=url(simulator)) as llm,
        ):
            llm.generate("hi")
        assert "/converse" in caplog.text
        assert "planted" not in caplog.text

    @pytest.mark.parametrize(
        "auth",
        [
            CallbackAuth(lambda _: SecretStr("planted-key\n")),
            AWSAuth(bearer_token=SecretStr("planted-key\n")),
            AWSAuth(
                access_key_id="AKIDNAMED",
                secret_access_key=SecretStr("named-secret"),
                session_token=SecretStr("planted-key\n"),
            ),
        ],
    )
    def test_a_key_that_no_header_takes(self, auth: AuthSource) -> None:
        """A key with a line break is refused before anything is sent, and not shown."""
        llm = ChatBedrock(MODEL, auth=auth, region="eu-west-1", base_url="http://127.0.0.1:9")
        with pytest.raises(InvalidAPIKeyError) as caught:
            llm.generate("hi")
        assert "planted-key" not in f"{caught.value!r} {caught.value.__cause__!r}"

    @pytest.mark.usefixtures("keys")
    def test_named_keys_come_before_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where an `AWSAuth` names keys, requests are signed with them, whatever the environment has."""
        monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "environment-key")
        auth = AWSAuth(access_key_id="AKIDNAMED", secret_access_key=SecretStr("named-secret"))
        with (
            Simulator(keys={"AKIDNAMED"}) as simulator,
            ChatBedrock(MODEL, auth=auth, base_url=url(simulator)) as llm,
        ):
            assert llm.generate("hi").content == "You said: hi"

    @pytest.mark.usefixtures("keys")
    def test_a_role_is_assumed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A role is assumed with the other credentials, once, and signs the requests."""
        asked: list[bytes] = []

        def sts(request: HttpRequest) -> HttpReply:
            asked.append(request.body)
            return HttpReply(200, {"content-type": "text/xml"}, ROLE_REPLY.encode())

        server = LoopbackServer(sts)
        server.serve()
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{server.server_port}")
        auth = AWSAuth(role_arn="arn:aws:iam::123456789012:role/reader")
        try:
            with (
                Simulator(keys={"AKIDROLE"}) as simulator,
                ChatBedrock(MODEL, auth=auth, base_url=url(simulator)) as llm,
            ):
                assert llm.generate("hi").content == "You said: hi"
                assert llm.generate("hi").content == "You said: hi"
        finally:
            server.close()
        (body,) = asked
        assert b"role%2Freader" in body

    def test_nothing_to_sign_with(self) -> None:
        """Without credentials the error names the ways to give some; nothing is sent."""
        llm = ChatBedrock(MODEL, region="eu-west-1", base_url="http://127.0.0.1:9")
        with pytest.raises(MissingAPIKeyError, match=r"AWS_BEARER_TOKEN_BEDROCK.*AWS_ACCESS_KEY_ID.*AWSAuth"):
            llm.generate("hi")

    def test_no_region(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a region the error says what to set; either of AWS's two variables will do."""
        llm = ChatBedrock(MODEL, base_url="http://127.0.0.1:9", max_retries=0)
        with pytest.raises(ConfigurationError, match=r"region=.*AWS_REGION.*AWS_DEFAULT_REGION"):
            llm.generate("hi")
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            with monkeypatch.context() as patched:
                patched.setenv(name, "eu-west-1")
                with pytest.raises(MissingAPIKeyError):
                    ChatBedrock(MODEL, base_url="http://127.0.0.1:9", max_retries=0).generate("hi")

    @pytest.mark.usefixtures("keys")
    @pytest.mark.parametrize(
        "options",
        [
            {"auth": AWSAuth(profile="nobody")},
            {"region": "not a region"},
            {"base_url": "nonsense"},
        ],
    )
    def test_a_wrong_set_up(self, options: dict[str, object]) -> None:
        """A profile that is not there, and values that can't be, are errors of configuration."""
        settings = {"base_url": "http://127.0.0.1:9", **options}
        with pytest.raises(ConfigurationError):
            ChatBedrock(MODEL, max_retries=0, **settings).generate("hi")  # type: ignore[arg-type]  # by table

    @pytest.mark.usefixtures("keys")
    def test_a_pickle_is_the_configuration(self, simulator: Simulator) -> None:
        """A transport that was used can be pickled, without its connections; its copy works."""
        transport = BedrockTransport(AWSAuth(), base_url=url(simulator), max_concurrency=3)
        request = BedrockFormatter().format(MODEL, [UserMessage(content="hi")], Settings())
        first = transport.send(request)
        copy = pickle.loads(pickle.dumps(transport))
        assert isinstance(copy, BedrockTransport)
        second = copy.send(request)
        assert first["output"] == second["output"]
        transport.close()
        copy.close()


def threads() -> int:
    """How many threads of ours there are."""
    return sum(thread.name.startswith("god_llm") for thread in threading.enumerate())


def soon(met: Callable[[], bool]) -> bool:
    """Whether it comes true within two seconds."""
    end = time.monotonic() + 2
    while not met() and time.monotonic() < end:
        time.sleep(0.01)
    return met()


class _Numbers:
    """A source that counts, and remembers what was done to it."""

    def __init__(self, end: int, fault: Exception | None = None) -> None:
        self.given = 0
        self.closed = False
        self.interrupted = threading.Event()
        self._end = end
        self._fault = fault

    def items(self) -> Generator[int, None, None]:
        try:
            yield from self.numbers()
        finally:
            self.closed = True

    def numbers(self) -> Iterator[int]:
        while self.given < self._end:
            self.given += 1
            yield self.given
        if self._fault is not None:
            raise self._fault

    def interrupt(self) -> None:
        self.interrupted.set()


class _Waiting(_Numbers):
    """A source that says one thing and then waits to be interrupted."""

    @override
    def numbers(self) -> Iterator[int]:
        yield 1
        self.interrupted.wait(30)


class _Slow(_Numbers):
    """A source that takes a while, and counts how many of its kind are at it."""

    running = 0
    most = 0
    lock = threading.Lock()

    @override
    def numbers(self) -> Iterator[int]:
        with self.lock:
            _Slow.running += 1
            _Slow.most = max(_Slow.most, _Slow.running)
        time.sleep(0.02)
        with self.lock:
            _Slow.running -= 1
        yield 1


@BACKENDS
class TestThreads:
    """Blocking sources for async code."""

    def test_every_item_in_order(self, backend: str) -> None:
        """Nothing is lost, doubled or out of order, and the source is closed."""
        source = _Numbers(1000)

        async def ask() -> list[int]:
            return [number async for number in Threads(1).items(source)]

        assert anyio.run(ask, backend=backend) == [*range(1, 1001)]
        assert source.closed

    def test_the_thread_does_not_run_ahead(self, backend: str) -> None:
        """What a slow reader has not asked for is not fetched, but for a few."""
        source = _Numbers(100_000)

        async def ask() -> int:
            items = Threads(1).items(source)
            assert await anext(items) == 1
            await anyio.sleep(0.1)
            fetched = source.given
            await items.aclose()
            return fetched

        assert anyio.run(ask, backend=backend) <= 2 * AHEAD + 2
        assert soon(lambda: source.closed)

    def test_an_error_comes_after_the_items(self, backend: str) -> None:
        """What was fetched is handed out before the error is raised."""

        async def ask() -> list[int]:
            items = Threads(1).items(_Numbers(5, ValueError("broken")))
            got = [await anext(items) for _ in range(5)]
            with pytest.raises(ValueError, match="broken"):
                await anext(items)
            return got

        assert anyio.run(ask, backend=backend) == [1, 2, 3, 4, 5]

    def test_leaving_early_interrupts(self, backend: str) -> None:
        """A cancelled reader takes its thread with it, though the source waits, and its place is free again."""
        source = _Waiting(1)

        async def ask() -> int:
            ours = Threads(1)
            with anyio.move_on_after(0.1):
                async for _ in ours.items(source):
                    pass
            return sum([number async for number in ours.items(_Numbers(1))])

        start = time.monotonic()
        assert anyio.run(ask, backend=backend) == 1
        assert time.monotonic() - start < 5
        assert source.closed
        assert soon(lambda: threads() == 0)

    def test_no_more_threads_than_the_limit(self, backend: str) -> None:
        """Calls beyond the limit wait, and all are made."""
        _Slow.most = 0

        async def ask() -> int:
            ours, results = Threads(3), list[int]()

            async def one() -> None:
                results.extend([number async for number in ours.items(_Slow(1))])

            async with anyio.create_task_group() as group:
                for _ in range(12):
                    group.start_soon(one)
            return sum(results)

        assert anyio.run(ask, backend=backend) == 12
        assert _Slow.most == 3

    @pytest.mark.usefixtures("keys")
    def test_a_stream_left_early(self, simulator: Simulator, backend: str) -> None:
        """Leaving a stream between two events ends its thread at once, and the next call has its place."""
        simulator.script(Answer(text="one two three", pause=30.0))
        transport = BedrockTransport(AWSAuth(), base_url=url(simulator), max_concurrency=1)
        llm = ChatBedrock(MODEL, transport=transport)

        async def ask() -> str:
            async with llm.astream("hi") as stream:
                await anext(stream)
                assert threads() == 1
            return (await llm.agenerate("hi")).content

        start = time.monotonic()
        assert anyio.run(ask, backend=backend) == "You said: hi"
        assert time.monotonic() - start < 5
        assert soon(lambda: threads() == 0)
        llm.close()

    @pytest.mark.usefixtures("keys")
    @pytest.mark.parametrize("streamed", [False, True])
    def test_a_cancelled_call(self, simulator: Simulator, backend: str, *, streamed: bool) -> None:
        """A call that is given up before its answer begins ends its thread at once; the next one has its place."""
        transport = BedrockTransport(AWSAuth(), base_url=url(simulator), max_concurrency=1)
        llm = ChatBedrock(MODEL, transport=transport)
        llm.generate("make the client")
        simulator.script(Delay(30.0))

        async def ask() -> str:
            with anyio.move_on_after(0.2):
                if not streamed:
                    await llm.agenerate("hi")
                async with llm.astream("hi") as stream:
                    await anext(stream)
            return (await llm.agenerate("again")).content

        start = time.monotonic()
        assert anyio.run(ask, backend=backend) == "You said: again"
        assert time.monotonic() - start < 5
        assert soon(lambda: threads() == 0)
        llm.close()


def test_a_limit_below_one_is_refused() -> None:
    """There must be a thread to run in."""
    with pytest.raises(InvalidSettingError):
        BedrockTransport(AWSAuth(), max_concurrency=0)
