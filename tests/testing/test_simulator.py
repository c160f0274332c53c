"""The simulator, asked by the providers' own SDKs."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import anthropic
import boto3
import botocore.config
import botocore.exceptions
import groq
import httpx
import httpx2
import ollama
import openai
import pytest
import urllib3.exceptions
from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st
from openai.lib.streaming.chat import ChatCompletionStreamState
from openai.types.responses import Response, ResponseFunctionToolCall

from god_llm.domain.providers import PROVIDERS, LLMProviderType
from god_llm.testing import simulator as package
from god_llm.testing.simulator import (
    Answer,
    Call,
    Delay,
    Drop,
    Fail,
    FinishReason,
    Raw,
    Received,
    Scripted,
    Simulator,
    Truncate,
)
from god_llm.testing.simulator.wires.eventstream import frame
from god_llm.testing.simulator.wires.wire import argument_pieces, pieces_of

KEY: Final = "any-key"
FULL: Final = Answer(
    text=" Two  spaces,\nand a line. ",
    reasoning="First this, then that.",
    calls=(Call("weather", {"city": "Paris", "days": [1, 2]}), Call("now")),
    input_tokens=7,
    output_tokens=19,
    chunk_words=2,
)


# -- what the SDKs read ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """What an SDK made of a reply."""

    text: str
    reasoning: str | None
    calls: tuple[tuple[str, object], ...]
    finish: str | None
    input_tokens: int | None
    output_tokens: int | None


def ask_openai_chat(simulator: Simulator, *, streamed: bool, key: str = KEY) -> Said:
    """Chat completions, through `openai`."""
    with openai.OpenAI(api_key=key, base_url=simulator.url("openai"), max_retries=0) as client:
        if streamed:
            state = ChatCompletionStreamState()
            for chunk in client.chat.completions.create(
                model="gpt-5.5",
                messages=[{"role": "user", "content": "hello there"}],
                stream=True,
                stream_options={"include_usage": True},
            ):
                state.handle_chunk(chunk)
            reply: openai.types.chat.ChatCompletion = state.current_completion_snapshot
        else:
            reply = client.chat.completions.create(
                model="gpt-5.5", messages=[{"role": "user", "content": "hello there"}]
            )
    choice, usage = reply.choices[0], reply.usage
    assert usage is not None
    calls = [call.function for call in choice.message.tool_calls or [] if call.type == "function"]
    return Said(
        choice.message.content or "",
        None,
        tuple((call.name, json.loads(call.arguments)) for call in calls),
        choice.finish_reason,
        usage.prompt_tokens,
        usage.completion_tokens,
    )


def ask_openai_responses(simulator: Simulator, *, streamed: bool, key: str = KEY) -> Said:
    """Responses, through `openai`."""
    with openai.OpenAI(api_key=key, base_url=simulator.url("openai"), max_retries=0) as client:
        if streamed:
            *_, last = client.responses.create(model="gpt-5.5", input="hello there", stream=True)
            assert last.type in {"response.completed", "response.incomplete"}
            reply: Response = last.response
        else:
            reply = client.responses.create(model="gpt-5.5", input="hello there")
    assert reply.usage is not None
    summaries = [part.text for item in reply.output if item.type == "reasoning" for part in item.summary]
    calls = [item for item in reply.output if isinstance(item, ResponseFunctionToolCall)]
    return Said(
        reply.output_text,
        "".join(summaries) or None,
        tuple((call.name, json.loads(call.arguments)) for call in calls),
        reply.incomplete_details.reason if reply.incomplete_details else reply.status,
        reply.usage.input_tokens,
        reply.usage.output_tokens,
    )


def ask_anthropic(simulator: Simulator, *, streamed: bool, key: str = KEY) -> Said:
    """Messages, through `anthropic`."""
    with anthropic.Anthropic(api_key=key, base_url=simulator.url("anthropic"), max_retries=0) as client:
        if streamed:
            with client.messages.stream(
                model="claude-sonnet-5-5", max_tokens=50, messages=[{"role": "user", "content": "hello there"}]
            ) as stream:
                reply: anthropic.types.Message = stream.get_final_message()
        else:
            reply = client.messages.create(
                model="claude-sonnet-5-5", max_tokens=50, messages=[{"role": "user", "content": "hello there"}]
            )
    return Said(
        "".join(block.text for block in reply.content if block.type == "text"),
        "".join(block.thinking for block in reply.content if block.type == "thinking") or None,
        tuple((block.name, block.input) for block in reply.content if block.type == "tool_use"),
        reply.stop_reason,
        reply.usage.input_tokens,
        reply.usage.output_tokens,
    )


def ask_groq(simulator: Simulator, *, streamed: bool, key: str = KEY) -> Said:
    """Chat completions, through `groq`."""
    with groq.Groq(api_key=key, base_url=simulator.url("groq"), max_retries=0) as client:
        if streamed:
            return _groq_stream(client)
        reply = client.chat.completions.create(
            model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "hello there"}]
        )
    choice, usage = reply.choices[0], reply.usage
    assert usage is not None
    calls = [call.function for call in choice.message.tool_calls or []]
    return Said(
        choice.message.content or "",
        choice.message.reasoning,
        tuple((call.name, json.loads(call.arguments)) for call in calls),
        choice.finish_reason,
        usage.prompt_tokens,
        usage.completion_tokens,
    )


def _groq_stream(client: groq.Groq) -> Said:
    text, reasoning, calls, finish = "", "", [], None
    counts: tuple[int | None, int | None] = (None, None)
    for chunk in client.chat.completions.create(
        model="openai/gpt-oss-20b", messages=[{"role": "user", "content": "hello there"}], stream=True
    ):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reasoning += choice.delta.reasoning or ""
            called = [call.function for call in choice.delta.tool_calls or [] if call.function is not None]
            calls += [(call.name or "", json.loads(call.arguments or "")) for call in called]
            finish = choice.finish_reason or finish
        if chunk.x_groq is not None and chunk.x_groq.usage is not None:
            counts = (chunk.x_groq.usage.prompt_tokens, chunk.x_groq.usage.completion_tokens)
    return Said(text, reasoning or None, tuple(calls), finish, *counts)


def ask_ollama(simulator: Simulator, *, streamed: bool, key: str = "") -> Said:
    """The native chat, through `ollama`."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    with ollama.Client(host=simulator.url("ollama"), headers=headers) as client:
        if streamed:
            parts = list(
                client.chat(model="llama3.1", messages=[{"role": "user", "content": "hello there"}], stream=True)
            )
        else:
            parts = [client.chat(model="llama3.1", messages=[{"role": "user", "content": "hello there"}])]
    calls = [call.function for part in parts for call in part.message.tool_calls or []]
    return Said(
        "".join(part.message.content or "" for part in parts),
        "".join(part.message.thinking or "" for part in parts) or None,
        tuple((call.name, call.arguments) for call in calls),
        parts[-1].done_reason,
        parts[-1].prompt_eval_count,
        parts[-1].eval_count,
    )


def ask_bedrock(simulator: Simulator, *, streamed: bool, key: str = KEY) -> Said:
    """Converse and ConverseStream, through `boto3`."""
    model, config = "some.model-v1:0", botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=10)
    with closing(
        boto3.client(
            "bedrock-runtime",
            region_name="us-east-1",
            endpoint_url=simulator.url("bedrock"),
            aws_access_key_id=key,
            aws_secret_access_key="secret",
            config=config,
        )
    ) as client:
        if streamed:
            stream = client.converse_stream(
                modelId=model, messages=[{"role": "user", "content": [{"text": "hello there"}]}]
            )["stream"]
            with closing(stream):
                return _bedrock_stream([dict(event) for event in stream])
        reply = client.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "hello there"}]}])
    blocks = reply["output"]["message"]["content"]
    thoughts = [block["reasoningContent"]["reasoningText"]["text"] for block in blocks if "reasoningContent" in block]
    return Said(
        "".join(block["text"] for block in blocks if "text" in block),
        "".join(thoughts) or None,
        tuple((block["toolUse"]["name"], block["toolUse"]["input"]) for block in blocks if "toolUse" in block),
        reply["stopReason"],
        reply["usage"]["inputTokens"],
        reply["usage"]["outputTokens"],
    )


def _bedrock_stream(events: list[dict[str, object]]) -> Said:
    text, reasoning, names, inputs, finish, usage = "", "", {}, {}, None, {}
    for event in events:
        match event:
            case {"contentBlockStart": {"contentBlockIndex": int(index), "start": {"toolUse": {"name": str(name)}}}}:
                names[index], inputs[index] = name, ""
            case {"contentBlockDelta": {"contentBlockIndex": int(index), "delta": {"toolUse": {"input": str(piece)}}}}:
                inputs[index] += piece
            case {"contentBlockDelta": {"delta": {"text": str(piece)}}}:
                text += piece
            case {"contentBlockDelta": {"delta": {"reasoningContent": {"text": str(piece)}}}}:
                reasoning += piece
            case {"messageStop": {"stopReason": str(reason)}}:
                finish = reason
            case {"metadata": {"usage": dict(counted)}}:
                usage = counted
            case _:
                pass
    calls = tuple((names[index], json.loads(inputs[index])) for index in names)
    return Said(text, reasoning or None, calls, finish, usage.get("inputTokens"), usage.get("outputTokens"))


Ask = Callable[..., Said]
APIS: Final[Mapping[str, Ask]] = {
    "openai-chat": ask_openai_chat,
    "openai-responses": ask_openai_responses,
    "anthropic": ask_anthropic,
    "groq": ask_groq,
    "ollama": ask_ollama,
    "bedrock": ask_bedrock,
}
EACH_API = pytest.mark.parametrize("api", APIS)
STREAMED = pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])

FINISHES: Final[Mapping[str, Mapping[FinishReason, str]]] = {
    "openai-chat": {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
    },
    "openai-responses": {
        "stop": "completed",
        "length": "max_output_tokens",
        "tool_calls": "completed",
        "content_filter": "content_filter",
    },
    "anthropic": {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"},
    "groq": {"stop": "stop", "length": "length", "tool_calls": "tool_calls", "content_filter": "content_filter"},
    "ollama": {"stop": "stop", "length": "length", "tool_calls": "stop", "content_filter": "stop"},
    "bedrock": {
        "stop": "end_turn",
        "length": "max_tokens",
        "tool_calls": "tool_use",
        "content_filter": "content_filtered",
    },
}


@EACH_API
@STREAMED
def test_the_sdk_reads_what_the_script_says(simulator: Simulator, api: str, streamed: bool) -> None:
    """An SDK's own models hold the scripted text, reasoning, calls, counts and reason, whole and streamed."""
    simulator.script(FULL)
    said = APIS[api](simulator, streamed=streamed)
    assert said == Said(
        " Two  spaces,\nand a line. ",
        None if api == "openai-chat" else "First this, then that.",  # OpenAI's chat completions hide the reasoning
        (("weather", {"city": "Paris", "days": [1, 2]}), ("now", {})),
        FINISHES[api]["tool_calls"],
        7,
        19,
    )


@EACH_API
@STREAMED
def test_without_a_script_the_last_user_text_comes_back(simulator: Simulator, api: str, streamed: bool) -> None:
    """An unscripted request is answered with what the user said last, and its words are the tokens."""
    said = APIS[api](simulator, streamed=streamed)
    assert said == Said("You said: hello there", None, (), FINISHES[api]["stop"], 2, 4)


@EACH_API
@pytest.mark.parametrize("reason", ["stop", "length", "tool_calls", "content_filter"])
def test_each_reason_is_said_in_the_providers_word(simulator: Simulator, api: str, reason: FinishReason) -> None:
    """A scripted finish reason comes in the provider's own word, the same whole and streamed."""
    simulator.script(Answer(text="x", finish_reason=reason), Answer(text="x", finish_reason=reason))
    finishes = [APIS[api](simulator, streamed=streamed).finish for streamed in (False, True)]
    assert finishes == [FINISHES[api][reason]] * 2


@EACH_API
@STREAMED
def test_an_answer_may_be_empty(simulator: Simulator, api: str, streamed: bool) -> None:
    """An answer of nothing is a reply with empty text, which every SDK can read."""
    simulator.script(Answer())
    assert APIS[api](simulator, streamed=streamed).text == ""


@EACH_API
def test_the_same_requests_get_the_same_replies(api: str) -> None:
    """Ids and times follow from the request's number: two runs are alike, byte for byte."""
    runs = []
    for _ in range(2):
        with Simulator() as simulator:
            simulator.script(FULL)
            runs.append(_bodies(simulator, api))
    assert runs[0] == runs[1]


REQUESTS: Final[Mapping[str, tuple[str, dict[str, object]]]] = {
    "openai-chat": ("/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "hi"}]}),
    "openai-responses": ("/v1/responses", {"model": "m", "input": "hi"}),
    "anthropic": (
        "/v1/messages",
        {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]},
    ),
    "groq": ("/openai/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "hi"}]}),
    "ollama": ("/api/chat", {"model": "m", "stream": False, "messages": [{"role": "user", "content": "hi"}]}),
    "bedrock": ("/model/m/converse", {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}),
}
HEADERS: Final = {"authorization": f"Bearer {KEY}", "anthropic-version": "2023-06-01"}


def post(
    simulator: Simulator, path: str, body: object, headers: Mapping[str, str] = HEADERS
) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of the reply to a plain HTTP request."""
    url = f"http://127.0.0.1:{simulator.port}{path}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def _bodies(simulator: Simulator, api: str) -> list[bytes]:
    path, body = REQUESTS[api]
    return [post(simulator, path, body)[2] for _ in range(2)]


# -- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize("api", [api for api in APIS if api != "ollama"])
def test_a_hosted_service_asks_for_credentials(simulator: Simulator, api: str) -> None:
    """Without a key every hosted service answers 401 (AWS: 403), whatever the request."""
    path, body = REQUESTS[api]
    status, _, _ = post(simulator, path, body, {})
    assert status == (403 if api == "bedrock" else 401)


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("openai-chat", openai.AuthenticationError),
        ("openai-responses", openai.AuthenticationError),
        ("anthropic", anthropic.AuthenticationError),
        ("groq", groq.AuthenticationError),
        ("ollama", ollama.ResponseError),
        ("bedrock", botocore.exceptions.ClientError),
    ],
)
def test_only_the_given_keys_are_accepted(api: str, expected: type[Exception]) -> None:
    """With `keys`, those are taken and any other one is refused with the service's own error."""
    with Simulator(keys={"good-key"}) as simulator:
        assert APIS[api](simulator, streamed=False, key="good-key").text
        with pytest.raises(expected):
            APIS[api](simulator, streamed=False, key="bad-key")


CALLED: Final = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
USE: Final = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
HI: Final = {"role": "user", "content": "hi"}
BEDROCK_HI: Final = {"role": "user", "content": [{"text": "hi"}]}

# API, what is changed in a good request (None: left out), and a piece of the complaint.
MISTAKES: Final[list[tuple[str, dict[str, object], str]]] = [
    ("openai-chat", {"model": None}, "model parameter"),
    ("openai-chat", {"messages": None}, "'messages'"),
    ("openai-chat", {"messages": []}, "empty array"),
    ("openai-chat", {"messages": [{"role": "human", "content": "hi"}]}, "messages[0]"),
    ("openai-chat", {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}, "messages[0].content[0].type"),
    ("openai-chat", {"messages": [{**HI, "parts": []}]}, "messages[0].parts"),
    ("openai-chat", {"max_output_tokens": 5}, "max_output_tokens"),
    ("openai-chat", {"temperature": 3}, "temperature"),
    ("openai-chat", {"messages": [HI, {"role": "assistant", "tool_calls": [CALLED]}]}, "c1"),
    ("openai-chat", {"messages": [{"role": "tool", "tool_call_id": "c1", "content": "1"}]}, "'tool'"),
    ("openai-responses", {"input": None}, "'input'"),
    ("openai-responses", {"messages": [HI]}, "messages"),
    ("openai-responses", {"max_tokens": 5}, "max_tokens"),
    ("openai-responses", {"input": [{"role": "assistant", "content": [{"type": "input_text", "text": "x"}]}]}, "input"),
    (
        "openai-responses",
        {"input": [{"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"}]},
        "c1",
    ),
    ("openai-responses", {"input": [{"type": "function_call_output", "call_id": "c1", "output": "1"}]}, "c1"),
    ("anthropic", {"model": None}, "model: Field required"),
    ("anthropic", {"max_tokens": None}, "max_tokens: Field required"),
    ("anthropic", {"messages": []}, "messages"),
    ("anthropic", {"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
    ("anthropic", {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "non-empty"),
    ("anthropic", {"temperature": 1.5}, "temperature"),
    ("anthropic", {"stop": ["x"]}, "stop"),
    ("anthropic", {"tools": [{"name": "f"}]}, "input_schema"),
    ("anthropic", {"messages": [HI, {"role": "assistant", "content": [USE]}, HI]}, "t1"),
    (
        "anthropic",
        {"messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1"}]}]},
        "t1",
    ),
    ("groq", {"messages": None}, "messages"),
    ("groq", {"verbosity": "low"}, "verbosity"),
    ("groq", {"messages": [{**HI, "reasoning": "x"}]}, "messages.0.reasoning"),
    ("ollama", {"model": None}, "model is required"),
    ("ollama", {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}, "ChatRequest.messages.content"),
    ("ollama", {"messages": [{**HI, "images": ["data:image/png;base64,AA=="]}]}, "base64"),
    (
        "ollama",
        {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]},
        "arguments",
    ),
    ("bedrock", {"messages": [{"role": "assistant", "content": [{"text": "hi"}]}]}, "start with a user message"),
    ("bedrock", {"messages": [BEDROCK_HI, BEDROCK_HI]}, "alternate"),
    ("bedrock", {"messages": [{"role": "user", "content": [{"text": ""}]}]}, "blank"),
    ("bedrock", {"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "must set one"),
    ("bedrock", {"messages": [{"role": "user", "content": "hi"}]}, "messages.0.content"),
    ("bedrock", {"inferenceConfig": {"temperature": 1.5}}, "inferenceConfig.temperature"),
    ("bedrock", {"max_tokens": 5}, "max_tokens"),
    (
        "bedrock",
        {
            "toolConfig": {"tools": [{}]},
            "messages": [
                BEDROCK_HI,
                {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {}}}]},
                BEDROCK_HI,
            ],
        },
        "t1",
    ),
]


@pytest.mark.parametrize(("api", "change", "complaint"), MISTAKES)
def test_a_request_that_the_service_would_not_take_is_refused(
    simulator: Simulator, api: str, change: dict[str, object], complaint: str
) -> None:
    """A formatter's mistake is answered with 400 and a complaint that names it, in the service's own shape."""
    path, good = REQUESTS[api]
    body = {name: value for name, value in {**good, **change}.items() if value is not None}
    status, _, raw = post(simulator, path, body)
    assert status == 400
    assert complaint in _message(api, json.loads(raw))


def _message(api: str, error: dict[str, object]) -> str:
    match error:
        case {"message": str(message)} if api == "bedrock":
            return message
        case {"error": str(message)} if api == "ollama":
            return message
        case {"type": "error", "error": {"type": str(), "message": str(message)}} if api == "anthropic":
            return message
        case {"error": {"message": str(message), "type": str()}} if api.startswith(("openai", "groq")):
            return message
        case _:
            return pytest.fail(f"{api} does not say errors like {error}")


ANSWERED: Final[Mapping[str, dict[str, object]]] = {
    "openai-chat": {
        "messages": [
            {"role": "developer", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "hi"}]},
            {"role": "assistant", "content": None, "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": "c1", "content": "1"},
            {"role": "user", "content": "and now?"},
        ]
    },
    "openai-responses": {
        "input": [
            HI,
            {"type": "function_call", "call_id": "c1", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c1", "output": "1"},
            {"role": "assistant", "content": [{"type": "output_text", "text": "one"}]},
            {"role": "user", "content": [{"type": "input_text", "text": "and now?"}]},
        ]
    },
    "anthropic": {
        "system": [{"type": "text", "text": "Be brief."}],
        "messages": [
            HI,
            {"role": "assistant", "content": [USE]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "1"}]},
            {"role": "user", "content": [{"type": "text", "text": "and now?"}]},
        ],
    },
    "groq": {
        "messages": [
            HI,
            {"role": "assistant", "reasoning": "Hm.", "tool_calls": [CALLED]},
            {"role": "tool", "tool_call_id": "c1", "content": "1"},
            {"role": "user", "content": "and now?"},
        ]
    },
    "ollama": {
        "messages": [
            {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]},
            {"role": "tool", "tool_name": "f", "content": "1"},
            {"role": "user", "content": "and now?", "images": ["AA=="]},
        ]
    },
    "bedrock": {
        "toolConfig": {"tools": [{}]},
        "system": [{"text": "Be brief."}],
        "messages": [
            BEDROCK_HI,
            {"role": "assistant", "content": [{"toolUse": {"toolUseId": "t1", "name": "f", "input": {}}}]},
            {
                "role": "user",
                "content": [{"toolResult": {"toolUseId": "t1", "content": [{"text": "1"}]}}, {"text": "and now?"}],
            },
        ],
    },
}


@EACH_API
def test_a_conversation_with_tools_is_taken(simulator: Simulator, api: str) -> None:
    """A conversation in which each call has its result is answered, by the last words of the user."""
    path, good = REQUESTS[api]
    status, _, raw = post(simulator, path, {**good, **ANSWERED[api]})
    assert status == 200, raw
    assert b"You said: and now?" in raw


def test_only_post_is_served(simulator: Simulator) -> None:
    """Another method on an endpoint is answered 405, in the provider's shape."""
    url = f"http://127.0.0.1:{simulator.port}/v1/messages"
    with pytest.raises(urllib.error.HTTPError) as caught, urllib.request.urlopen(url, timeout=10):
        pass
    with caught.value as error:
        assert (error.code, json.load(error)["type"]) == (405, "error")


def test_a_request_may_come_in_chunks(simulator: Simulator) -> None:
    """A request with a chunked body is read whole, and the connection goes on."""
    path, body = REQUESTS["groq"]
    data = json.dumps(body).encode()
    with closing(http.client.HTTPConnection("127.0.0.1", simulator.port, timeout=10)) as connection:
        for _ in range(2):
            connection.request("POST", path, iter([data[:9], data[9:]]), HEADERS, encode_chunked=True)
            assert connection.getresponse().read()
    assert [entry.body for entry in simulator.journal] == [body, body]


def test_cached_tokens_are_counted_as_each_provider_counts_them(simulator: Simulator) -> None:
    """OpenAI's input counts include what a cache read, Anthropic's and Bedrock's leave it out."""
    simulator.script(*[Answer(text="x", input_tokens=10, cached_tokens=4)] * 3)
    chat = json.loads(post(simulator, *REQUESTS["openai-chat"])[2])["usage"]
    claude = json.loads(post(simulator, *REQUESTS["anthropic"])[2])["usage"]
    converse = json.loads(post(simulator, *REQUESTS["bedrock"])[2])["usage"]
    assert (chat["prompt_tokens"], chat["prompt_tokens_details"]["cached_tokens"]) == (10, 4)
    assert (claude["input_tokens"], claude["cache_read_input_tokens"]) == (6, 4)
    assert (converse["inputTokens"], converse["cacheReadInputTokens"], converse["totalTokens"]) == (6, 4, 11)


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/complete", 404), ("/openai/x", 404), ("/api/x", 404), ("/model/m/x", 404), ("/x", 404)]
)
def test_a_path_that_no_api_has_is_not_found(simulator: Simulator, path: str, status: int) -> None:
    """An unknown path is answered 404, takes nothing from the script, and is in the journal without a wire."""
    simulator.script(Answer(text="later"))
    assert post(simulator, path, {})[0] == status
    assert simulator.journal[0].wire is None
    assert ask_groq(simulator, streamed=False).text == "later"


def test_a_body_that_is_not_json_is_refused(simulator: Simulator) -> None:
    """A body that can't be parsed is answered 400, and the journal has its text."""
    assert [post(simulator, path, b"{oops")[0] for path, _ in REQUESTS.values()] == [400] * len(REQUESTS)
    assert simulator.journal[0].body == "{oops"


# -- faults ---------------------------------------------------------------------------------------------

SDK_ERRORS: Final[Mapping[str, type[Exception]]] = {
    "openai-chat": openai.RateLimitError,
    "openai-responses": openai.RateLimitError,
    "anthropic": anthropic.RateLimitError,
    "groq": groq.RateLimitError,
    "ollama": ollama.ResponseError,
    "bedrock": botocore.exceptions.ClientError,
}


@EACH_API
@STREAMED
def test_a_fault_is_an_error_in_the_wires_shape(simulator: Simulator, api: str, streamed: bool) -> None:
    """`Fail(429)` is the SDK's own rate-limit error; the next request is served as usual."""
    simulator.script(Fail(429, message="slow down", headers={"retry-after": "3"}))
    with pytest.raises(SDK_ERRORS[api]) as caught:
        APIS[api](simulator, streamed=streamed)
    assert "slow down" in str(caught.value)
    assert APIS[api](simulator, streamed=streamed).text == "You said: hello there"


@pytest.mark.parametrize(
    ("api", "status", "code", "expected"),
    [
        ("openai-chat", 429, None, {"type": "requests", "code": "rate_limit_exceeded"}),
        ("openai-chat", 429, "insufficient_quota", {"type": "insufficient_quota", "code": "insufficient_quota"}),
        (
            "openai-responses",
            400,
            "context_length_exceeded",
            {"type": "invalid_request_error", "code": "context_length_exceeded"},
        ),
        ("openai-chat", 500, None, {"type": "server_error", "code": None}),
        ("groq", 429, None, {"type": "tokens", "code": "rate_limit_exceeded"}),
        ("groq", 503, None, {"type": "internal_server_error", "param": None}),
        ("groq", 400, "tool_use_failed", {"type": "invalid_request_error", "code": "tool_use_failed"}),
        ("anthropic", 529, None, {"type": "overloaded_error"}),
        ("anthropic", 500, None, {"type": "api_error"}),
        ("anthropic", 400, None, {"type": "invalid_request_error"}),
    ],
)
def test_the_code_of_an_error_is_the_providers_own(
    simulator: Simulator, api: str, status: int, code: str | None, expected: dict[str, object]
) -> None:
    """A status without a code gets the word that the provider uses with it; a given one is kept."""
    simulator.script(Fail(status, code=code))
    got, _, raw = post(simulator, *REQUESTS[api])
    error = json.loads(raw)["error"]
    assert got == status
    assert {name: error.get(name) for name in expected} == expected


def test_aws_names_its_errors_in_a_header(simulator: Simulator) -> None:
    """Bedrock's error type stands in `x-amzn-errortype`, from the status or as given."""
    simulator.script(Fail(429), Fail(400, code="ModelNotReadyException"))
    kinds = [post(simulator, *REQUESTS["bedrock"])[1]["x-amzn-errortype"].partition(":")[0] for _ in range(2)]
    assert kinds == ["ThrottlingException", "ModelNotReadyException"]


IN_STREAM: Final[Mapping[str, type[Exception]]] = {
    "openai-chat": openai.APIError,
    "anthropic": anthropic.APIStatusError,
    "groq": groq.APIError,
    "ollama": ollama.ResponseError,
    "bedrock": botocore.exceptions.EventStreamError,
}


@pytest.mark.parametrize("api", IN_STREAM)
def test_an_error_can_come_inside_a_stream(simulator: Simulator, api: str) -> None:
    """`Fail(after=2)` is the error that the SDK raises in the middle of a stream which began with 200."""
    simulator.script(Fail(503, message="gone", after=2))
    with pytest.raises(IN_STREAM[api], match="gone"):
        APIS[api](simulator, streamed=True)


def test_responses_reports_an_error_as_an_event(simulator: Simulator) -> None:
    """Inside a stream of Responses an error is an event of type `error`, with code and message."""
    simulator.script(Fail(500, message="gone", after=1))
    with openai.OpenAI(api_key=KEY, base_url=simulator.url("openai"), max_retries=0) as client:
        events = list(client.responses.create(model="m", input="hi", stream=True))
    assert [event.type for event in events] == ["response.created", "error"]
    assert getattr(events[-1], "message", None) == "gone"


CONNECTION_ERRORS: Final = (
    openai.APIConnectionError,
    anthropic.APIConnectionError,
    groq.APIConnectionError,
    httpx.TransportError,
    httpx2.TransportError,
    botocore.exceptions.ConnectionError,
    botocore.exceptions.HTTPClientError,
    botocore.exceptions.ResponseStreamingError,
    urllib3.exceptions.ProtocolError,  # botocore lets it through when a stream breaks
)


@EACH_API
@STREAMED
@pytest.mark.parametrize("after", [0, 2])
def test_a_connection_can_be_cut(simulator: Simulator, api: str, streamed: bool, after: int) -> None:
    """`Drop` is a connection error to the SDK, before any headers or in the middle; others go on."""
    simulator.script(Drop(after=after))
    silent = api == "bedrock" and after and not streamed  # botocore takes half a body for an empty one
    with pytest.raises(KeyError if silent else CONNECTION_ERRORS):
        APIS[api](simulator, streamed=streamed)
    assert APIS[api](simulator, streamed=False).text == "You said: hello there"


@pytest.mark.parametrize("api", ["openai-chat", "openai-responses", "anthropic", "groq"])
def test_a_stream_can_end_early_but_cleanly(simulator: Simulator, api: str) -> None:
    """`Truncate(2)` lets two events through and then ends the body as HTTP asks for."""
    simulator.script(Truncate(2))
    path, body = REQUESTS[api]
    status, _, raw = post(simulator, path, {**body, "stream": True})
    assert (status, raw.count(b"data: ")) == (200, 2)


def test_a_whole_reply_can_end_early(simulator: Simulator) -> None:
    """`Truncate` of a whole reply is half of its JSON, with a length to match."""
    simulator.script(Truncate(1, Answer(text="long enough to be cut")))
    status, headers, raw = post(simulator, *REQUESTS["groq"])
    assert (status, headers["content-length"]) == (200, str(len(raw)))
    with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
        json.loads(raw)


def test_raw_bytes_come_as_they_are(simulator: Simulator) -> None:
    """`Raw` is sent exactly: status, headers, bytes; even to a request without a key."""
    simulator.script(Raw(status=502, headers={"content-type": "text/html", "x-own": "1"}, body=b"<h1>\xff</h1>"))
    status, headers, raw = post(simulator, "/v1/messages", {}, {})
    assert (status, headers["content-type"], headers["x-own"], raw) == (502, "text/html", "1", b"<h1>\xff</h1>")


def test_a_delay_comes_before_the_reply(simulator: Simulator) -> None:
    """`Delay` holds back the reply that follows it, and stopping does not wait for it."""
    simulator.script(Delay(0.15, Answer(text="late")))
    begun = time.perf_counter()
    assert ask_ollama(simulator, streamed=False).text == "late"
    assert time.perf_counter() - begun >= 0.15


def test_stopping_cuts_requests_under_way() -> None:
    """`stop` returns at once although a reply is delayed, and its client is cut off."""
    simulator = Simulator().start()
    simulator.script(Delay(60))
    failures: list[Exception] = []

    def ask() -> None:
        try:
            post(simulator, *REQUESTS["ollama"])
        except OSError as error:
            failures.append(error)

    client = threading.Thread(target=ask)
    client.start()
    while not simulator.journal:
        time.sleep(0.01)
    begun = time.perf_counter()
    simulator.stop()
    client.join(timeout=5)
    assert time.perf_counter() - begun < 2
    assert not client.is_alive()


def test_a_stream_arrives_event_by_event(simulator: Simulator) -> None:
    """The first words of a stream are there before the last ones are sent."""
    simulator.script(Answer(text="one two three", pause=0.05))
    with openai.OpenAI(api_key=KEY, base_url=simulator.url("openai"), max_retries=0) as client:
        times = [
            time.perf_counter()
            for _ in client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": "hi"}], stream=True
            )
        ]
    assert times[-1] - times[0] >= 0.15


# -- the script and the journal -------------------------------------------------------------------------


def test_each_request_takes_the_next_item(simulator: Simulator) -> None:
    """A script is served in order, whichever wire asks; after it come unscripted answers."""
    simulator.script(Answer(text="one"))
    simulator.script(Answer(text="two"), Answer(text="three"))
    texts = [ask(simulator, streamed=False).text for ask in (ask_groq, ask_ollama, ask_anthropic, ask_groq)]
    assert texts == ["one", "two", "three", "You said: hello there"]


def test_the_journal_has_each_request_without_its_credentials(simulator: Simulator) -> None:
    """The journal tells wire, method, path, headers and body, and no credential of any provider."""
    for ask in APIS.values():
        ask(simulator, streamed=False, key="planted-secret-1")
    journal = simulator.journal
    assert [entry.wire for entry in journal] == ["openai", "openai", "anthropic", "groq", "ollama", "bedrock"]
    assert all(entry.method == "POST" and isinstance(entry.body, dict) for entry in journal)
    assert journal[-1].path == "/model/some.model-v1%3A0/converse"
    assert all("<present>" in entry.headers.values() for entry in journal)
    assert "planted-secret-1" not in repr(journal)


def test_clear_begins_again(simulator: Simulator) -> None:
    """After `clear` the journal and the script are empty, and the numbers start at 1."""
    first = post(simulator, *REQUESTS["groq"])[2]
    simulator.script(Answer(text="never said"))
    simulator.clear()
    assert simulator.journal == ()
    assert post(simulator, *REQUESTS["groq"])[2] == first


def test_watch_is_told_each_request_and_its_status() -> None:
    """`watch` gets every request with the status of its reply; 0 where the connection was cut."""
    seen: list[tuple[str, int]] = []

    def watch(received: Received, status: int) -> None:
        seen.append((received.path, status))

    with Simulator(watch=watch) as simulator:
        simulator.script(Fail(503), Drop())
        post(simulator, *REQUESTS["groq"])
        with pytest.raises(OSError, match="Remote end closed"):
            post(simulator, *REQUESTS["groq"])
        post(simulator, "/nowhere", {})
    assert seen == [(REQUESTS["groq"][0], 503), (REQUESTS["groq"][0], 0), ("/nowhere", 404)]


def test_the_unscripted_answer_keeps_to_the_limit(simulator: Simulator) -> None:
    """Without a script the answer has as many words as tokens were allowed, and says that it was cut."""
    path, body = REQUESTS["anthropic"]
    reply = json.loads(post(simulator, path, {**body, "max_tokens": 2})[2])
    assert (reply["content"][0]["text"], reply["stop_reason"]) == ("You said:", "max_tokens")


def test_a_refusal_has_its_own_place_where_the_wire_has_one(simulator: Simulator) -> None:
    """OpenAI sends the words of a refusal in a field of their own, Anthropic as text with a stop reason."""
    simulator.script(*[Answer(refusal="I won't.")] * 3)
    chat = json.loads(post(simulator, *REQUESTS["openai-chat"])[2])["choices"][0]["message"]
    part = json.loads(post(simulator, *REQUESTS["openai-responses"])[2])["output"][0]["content"][0]
    claude = json.loads(post(simulator, *REQUESTS["anthropic"])[2])
    assert (chat["content"], chat["refusal"]) == (None, "I won't.")
    assert part == {"type": "refusal", "refusal": "I won't."}
    assert (claude["content"][0]["text"], claude["stop_reason"]) == ("I won't.", "refusal")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Answer(finish_reason="ended"),  # type: ignore[arg-type]  # what mypy would catch
        lambda: Answer(chunk_words=0),
        lambda: Answer(input_tokens=-1),
        lambda: Answer(pause=-0.1),
        lambda: Answer(calls=["weather"]),  # type: ignore[arg-type]  # the same
        lambda: Call(""),
        lambda: Call("f", {"when": object()}),
        lambda: Call("f", {"x": float("nan")}),
        lambda: Fail(200),
        lambda: Fail(429, headers={"retry-after": "1\r\nx: y"}),
        lambda: Fail(429, after=-1),
        lambda: Raw(status=99),
        lambda: Raw(body="text"),  # type: ignore[arg-type]  # the same
        lambda: Drop(after=-1),
        lambda: Truncate(-1),
        lambda: Delay(-1),
        lambda: Delay(float("inf")),
        lambda: Delay(1, then="later"),  # type: ignore[arg-type]  # the same
        lambda: Simulator().script("hello"),  # type: ignore[arg-type]  # the same
    ],
)
def test_what_can_not_be_scripted_is_refused_at_once(make: Callable[[], object]) -> None:
    """A scripted thing that could never be sent raises `ValueError` when it is made, not when it is served."""
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_simulator_that_is_not_running_says_so() -> None:
    """Its URL is asked for too early, or it is started twice: a `RuntimeError`; stopping twice does no harm."""
    simulator = Simulator()
    with pytest.raises(RuntimeError):
        simulator.url("openai")
    with simulator, pytest.raises(RuntimeError):
        simulator.start()
    simulator.stop()
    with simulator:
        assert ask_ollama(simulator, streamed=False).text


def test_every_provider_has_a_url(simulator: Simulator) -> None:
    """There is a URL for each provider of the library, and for no other name."""
    urls = {simulator.url(provider) for provider in _providers()}
    assert all(url.startswith("http://127.0.0.1:") for url in urls)
    with pytest.raises(ValueError, match="there is no provider"):
        simulator.url("someone")  # type: ignore[arg-type]  # what mypy would catch


def _providers() -> tuple[LLMProviderType, ...]:
    names: tuple[LLMProviderType, ...] = ("openai", "anthropic", "groq", "ollama", "bedrock")
    assert set(names) == set(PROVIDERS)
    return names


def test_many_clients_are_served_at_once(simulator: Simulator) -> None:
    """Fifty clients at a time each get an answer, and each a number of its own."""
    ids: list[str] = []

    def ask() -> None:
        ids.append(json.loads(post(simulator, *REQUESTS["groq"])[2])["id"])

    threads = [threading.Thread(target=ask) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 50


def test_every_public_name_is_there() -> None:
    """All names the package lists can be had from it, scripted things among them."""
    assert {name for name in package.__all__ if not hasattr(package, name)} == set()
    assert Scripted == Answer | Fail | Raw | Drop | Truncate | Delay


# -- small parts ----------------------------------------------------------------------------------------


@given(st.text(), st.integers(1, 5))
def test_the_pieces_of_a_text_are_the_text(text: str, chunk_words: int) -> None:
    """Joined, the pieces of a stream are the text, blanks and all, and none is empty."""
    for pieces in (pieces_of(text, chunk_words), argument_pieces(text, chunk_words)):
        assert "".join(pieces) == text
        assert all(pieces)


@given(st.dictionaries(st.from_regex(r":?[a-z-]{1,20}", fullmatch=True), st.text(max_size=40)), st.binary())
def test_aws_own_parser_reads_our_frames(headers: dict[str, str], payload: bytes) -> None:
    """Botocore checks both checksums of a frame and finds its headers and payload."""
    buffer = EventStreamBuffer()
    buffer.add_data(frame(headers, payload) * 2)
    parsed: list[object] = [(event.headers, event.payload) for event in buffer]
    assert parsed == [(headers, payload)] * 2
