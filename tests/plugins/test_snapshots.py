"""What each wire's normaliser makes of a reply, kept as snapshots: `pytest --snapshot-update` writes them anew."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from syrupy.assertion import SnapshotAssertion

from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import AIMessageSnapshotExtension, FakeTransport


@pytest.fixture
def messages(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Snapshots of messages."""
    return snapshot.use_extension(AIMessageSnapshotExtension)


ANTHROPIC: JsonObject = {
    "id": "msg_01A",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-5-5",
    "content": [
        {"type": "thinking", "thinking": "They ask for the weather.\nI need the tool.", "signature": "c2ln"},
        {"type": "redacted_thinking", "data": "cmVk"},
        {
            "type": "text",
            "text": 'It says "rain".',
            "citations": [
                {
                    "type": "char_location",
                    "cited_text": "rain",
                    "document_index": 0,
                    "document_title": "Forecast",
                    "start_char_index": 3,
                    "end_char_index": 7,
                }
            ],
        },
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "rain"}},
        {"type": "hologram", "id": "holo_1", "depth": 3},
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo", "days": 2}},
    ],
    "stop_reason": "tool_use",
    "usage": {
        "input_tokens": 10,
        "cache_read_input_tokens": 5,
        "cache_creation_input_tokens": 0,
        "output_tokens": 20,
        "service_tier": "standard",
    },
}
CHAT: JsonObject = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "gpt-5.5-2026-04-23",
    "service_tier": "default",
    "system_fingerprint": "fp_1",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": "Let me look.",
                "refusal": None,
                "tool_calls": [
                    {
                        "id": "call_1",
                        "type": "function",
                        "function": {"name": "weather", "arguments": '{"city":"Oslo"}'},
                    },
                    {"id": "call_2", "type": "function", "function": {"name": "now", "arguments": "{}"}},
                ],
            },
            "finish_reason": "tool_calls",
        }
    ],
    "usage": {
        "prompt_tokens": 12,
        "completion_tokens": 9,
        "total_tokens": 21,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 0},
    },
}
GROQ: JsonObject = {
    "id": "chatcmpl-2",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "openai/gpt-oss-20b",
    "system_fingerprint": "fp_2",
    "x_groq": {"id": "req_1"},
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "reasoning": "Short.", "content": "Yes.\n\nNo."},
            "finish_reason": "length",
        }
    ],
    "usage": {
        "queue_time": 0.1,
        "prompt_tokens": 8,
        "prompt_time": 0.2,
        "completion_tokens": 5,
        "completion_time": 0.3,
        "total_tokens": 13,
        "total_time": 0.5,
    },
}
RESPONSES: JsonObject = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1767225600,
    "status": "completed",
    "model": "gpt-5.5-2026-04-23",
    "service_tier": "default",
    "output": [
        {
            "type": "reasoning",
            "id": "rs_1",
            "summary": [{"type": "summary_text", "text": "Look first."}],
            "encrypted_content": "ZW5j",
        },
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "Oslo"}},
        {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [
                {
                    "type": "output_text",
                    "text": "Oslo is wet.",
                    "annotations": [
                        {
                            "type": "url_citation",
                            "url": "https://weather.example/oslo",
                            "title": "Oslo",
                            "start_index": 0,
                            "end_index": 4,
                        }
                    ],
                },
                {"type": "refusal", "refusal": "No more than that."},
            ],
        },
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "call_1",
            "name": "weather",
            "arguments": '{"city":"Oslo"}',
            "status": "completed",
        },
    ],
    "usage": {
        "input_tokens": 30,
        "input_tokens_details": {"cached_tokens": 10},
        "output_tokens": 12,
        "output_tokens_details": {"reasoning_tokens": 6},
        "total_tokens": 42,
    },
}
OLLAMA: JsonObject = {
    "model": "llama3.1",
    "created_at": "2026-01-01T00:00:00Z",
    "message": {
        "role": "assistant",
        "thinking": "Hm.",
        "content": "Rain, again.",
        "tool_calls": [{"function": {"name": "weather", "arguments": {"city": "Oslo"}}}],
    },
    "done": True,
    "done_reason": "stop",
    "total_duration": 123456,
    "load_duration": 1,
    "prompt_eval_count": 7,
    "prompt_eval_duration": 2,
    "eval_count": 3,
    "eval_duration": 4,
}
BEDROCK: JsonObject = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "c2ln"}}},
                {"reasoningContent": {"redactedContent": b"\x00\x01"}},
                {"text": "Rain."},
                {"toolUse": {"toolUseId": "tooluse_1", "name": "weather", "input": {"city": "Oslo"}}},
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 9, "outputTokens": 4, "totalTokens": 13, "cacheReadInputTokens": 2},
    "metrics": {"latencyMs": 321},
    "ResponseMetadata": {"RequestId": "r-1", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0},
}


def fake(reply: JsonObject) -> FakeTransport:
    """A transport that answers with the reply."""
    return FakeTransport(reply)


def test_anthropic(messages: SnapshotAssertion) -> None:
    """A message of Anthropic's, with every kind of block."""
    assert ChatAnthropic("claude-sonnet-5-5", transport=fake(ANTHROPIC)).generate("hi") == messages


def test_openai_chat_completions(messages: SnapshotAssertion) -> None:
    """A chat completion with two calls."""
    assert ChatOpenAI("gpt-5.5", api="chat_completions", transport=fake(CHAT)).generate("hi") == messages


def test_openai_responses(messages: SnapshotAssertion) -> None:
    """A response with reasoning, a search, a citation, a refusal and a call."""
    assert ChatOpenAI("gpt-5.5", transport=fake(RESPONSES)).generate("hi") == messages


def test_groq(messages: SnapshotAssertion) -> None:
    """A chat completion with reasoning, and times of its own."""
    assert ChatGroq("openai/gpt-oss-20b", transport=fake(GROQ)).generate("hi") == messages


def test_ollama(messages: SnapshotAssertion) -> None:
    """A chat reply with durations."""
    assert ChatOllama("llama3.1", transport=fake(OLLAMA)).generate("hi") == messages


def test_bedrock(messages: SnapshotAssertion) -> None:
    """A Converse reply with blobs."""
    assert ChatBedrock("amazon.nova-lite-v1:0", transport=fake(BEDROCK)).generate("hi") == messages


def test_snapshots_hold_from_run_to_run(messages: SnapshotAssertion) -> None:
    """Asked again, the message has another id, time and latency, and the same snapshot."""
    model = ChatAnthropic("claude-sonnet-5-5", transport=fake(ANTHROPIC))
    answers: Sequence[object] = [model.generate("hi"), model.generate("hi")]
    assert answers[0] != answers[1]
    assert answers[0] == messages(name="same")
    assert answers[1] == messages(name="same")
