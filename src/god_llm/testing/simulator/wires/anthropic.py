"""Anthropic's Messages.

https://platform.claude.com/docs/en/api/messages https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.requests.anthropic import ANTHROPIC_REQUEST, wrongly_said
from god_llm.testing.simulator.requests.checking import bearer_of, complaint_about, limit_of, objects, text_of
from god_llm.testing.simulator.script import Fail, FinishReason
from god_llm.testing.simulator.server import Request
from god_llm.testing.simulator.wires.wire import (
    Accepted,
    Exchange,
    Json,
    Keys,
    Refusal,
    Turn,
    argument_pieces,
    as_json,
    json_bytes,
    pieces_of,
    sse,
)

__all__ = ["AnthropicMessages"]

_STOP_REASONS: Final[Mapping[FinishReason, str]] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "refusal",
}

# https://platform.claude.com/docs/en/api/errors
_ERRORS: Final[Mapping[int, str]] = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_SERVER_FAILED: Final = 500


class AnthropicMessages:
    """Messages. A refusal's words are text; the stop reason tells."""

    provider: LLMProviderType = "anthropic"
    streaming: Final = "text/event-stream; charset=utf-8"

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """See `Wire.accept`."""
        key = request.headers.get("x-api-key") or bearer_of(request.headers.get("authorization", ""))
        if not key:
            return Refusal(Fail(401, None, "x-api-key header is required"))
        if keys is not None and key not in keys:
            return Refusal(Fail(401, None, "invalid x-api-key"))
        if "anthropic-version" not in request.headers:
            return Refusal(Fail(400, None, "anthropic-version: header is required"))
        if not isinstance(body, dict):
            return Refusal(Fail(400, None, "The request body is not valid JSON"))
        complaint = complaint_about(body, ANTHROPIC_REQUEST)
        if complaint is not None:
            return Refusal(Fail(400, None, f"{complaint.at()}: {complaint.message}"))
        wrong = wrongly_said(body, beta="beta=true" in request.query)
        if wrong is not None:
            return Refusal(Fail(400, None, wrong))
        instructions = text_of(body.get("system"))
        said = [Turn(str(turn["role"]), text_of(turn.get("content"))) for turn in objects(body["messages"])]
        return Accepted(
            model=str(body["model"]),
            streamed=body.get("stream") is True,
            turns=[Turn("system", instructions), *said],
            limit=limit_of(body, "max_tokens"),
            body=body,
        )

    def whole(self, exchange: Exchange) -> Json:
        """See `Wire.whole`."""
        return {
            **_frame(exchange),
            "content": list(_blocks(exchange)),
            **_ending(exchange),
            "usage": _usage(exchange, exchange.output_tokens),
        }

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """See `Wire.events`."""
        for event in _events(exchange):
            yield sse(event, event=str(event["type"]))

    def headers(self, number: int) -> Mapping[str, str]:
        """See `Wire.headers`."""
        return {"request-id": _request_id(number)}

    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        """See `Wire.error`."""
        return self.headers(number), json_bytes(_error(refusal.fail, number))

    def error_event(self, fail: Fail, number: int) -> bytes:
        """See `Wire.error_event`."""
        return sse(_error(fail, number), event="error")


def _request_id(number: int) -> str:
    return f"req_{number:024d}"


def _error(fail: Fail, number: int) -> Json:
    other = "api_error" if fail.status >= _SERVER_FAILED else "invalid_request_error"
    kind = fail.code if fail.code not in {None, "unknown_url"} else _ERRORS.get(fail.status, other)
    return {
        "type": "error",
        "error": {"type": kind, "message": fail.message},
        "request_id": _request_id(number),
    }


def _frame(exchange: Exchange) -> dict[str, object]:
    return {"model": exchange.model, "id": exchange.ident("msg_", 24), "type": "message", "role": "assistant"}


def _ending(exchange: Exchange) -> dict[str, object]:
    refused = bool(exchange.answer.refusal) and exchange.answer.finish_reason is None
    reason = "refusal" if refused else _STOP_REASONS[exchange.finish]
    details = {"type": "refusal", "category": None, "explanation": None} if reason == "refusal" else None
    return {"stop_reason": reason, "stop_sequence": None, "stop_details": details}


def _usage(exchange: Exchange, output_tokens: int) -> dict[str, object]:
    usage: dict[str, object] = {
        "input_tokens": exchange.input_tokens - exchange.cached_tokens,  # without what the cache read
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": exchange.cached_tokens,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "output_tokens": output_tokens,
        "service_tier": "standard",
        "inference_geo": "not_available",
    }
    if exchange.answer.reasoning is not None:
        usage["output_tokens_details"] = {"thinking_tokens": exchange.reasoning_tokens}
    return usage


def _blocks(exchange: Exchange) -> Iterator[dict[str, object]]:
    answer = exchange.answer
    if answer.reasoning is not None:
        yield {"type": "thinking", "thinking": answer.reasoning, "signature": _signature(exchange)}
    if exchange.visible:
        yield {"type": "text", "text": exchange.visible}
    for part, call in enumerate(answer.calls):
        yield {
            "type": "tool_use",
            "id": call.id or exchange.ident("toolu_", 24, part),
            "name": call.name,
            "input": dict(call.arguments),
            "caller": {"type": "direct"},
        }


def _signature(exchange: Exchange) -> str:
    return base64.b64encode(exchange.ident("simulated-signature-").encode()).decode()


def _events(exchange: Exchange) -> Iterator[Json]:
    beginning: dict[str, object] = {"content": [], "stop_reason": None, "stop_sequence": None, "stop_details": None}
    yield {
        "type": "message_start",
        "message": {**_frame(exchange), **beginning, "usage": _usage(exchange, 1)},
    }
    for index, block in enumerate(_blocks(exchange)):
        opening, deltas = _opened(block, exchange.answer.chunk_words)
        yield {"type": "content_block_start", "index": index, "content_block": opening}
        if index == 0:
            yield {"type": "ping"}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    counted = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    usage = _usage(exchange, exchange.output_tokens)
    final = {name: count for name, count in usage.items() if name in {*counted, "output_tokens_details"}}
    yield {"type": "message_delta", "delta": _ending(exchange), "usage": final}
    yield {"type": "message_stop"}


def _opened(block: Mapping[str, object], chunk_words: int) -> tuple[Json, list[Json]]:
    """A block as a stream opens it, and the deltas that fill it."""
    match block["type"]:
        case "thinking":
            said = pieces_of(str(block["thinking"]), chunk_words)
            deltas: list[Json] = [{"type": "thinking_delta", "thinking": piece} for piece in said]
            signed = {"type": "signature_delta", "signature": block["signature"]}
            return {**block, "thinking": "", "signature": ""}, [*deltas, signed]
        case "text":
            said = pieces_of(str(block["text"]), chunk_words)
            return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in said]
        case _:
            given = block["input"]
            # The first piece of a tool's input is empty; without arguments it is the only one.
            written = ["", *(argument_pieces(as_json(given), chunk_words) if given else ())]
            return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in written]
