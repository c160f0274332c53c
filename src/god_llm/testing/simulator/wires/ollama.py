"""Ollama's native chat.

https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.requests.checking import bearer_of, complaint_about, limit_of, objects, text_of
from god_llm.testing.simulator.requests.ollama import OLLAMA_REQUEST, bad_images
from god_llm.testing.simulator.script import Fail, FinishReason
from god_llm.testing.simulator.server import Request
from god_llm.testing.simulator.wires.wire import (
    Accepted,
    Exchange,
    Json,
    Keys,
    Refusal,
    Turn,
    as_json,
    json_bytes,
    pieces_of,
)

__all__ = ["OllamaChat"]

# Ollama says `stop` after tool calls too, and has no filter of its own.
_DONE_REASONS: Final[Mapping[FinishReason, str]] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "stop",
    "content_filter": "stop",
}


class OllamaChat:
    """The native chat: it streams unless told not to, asks for no key, and has no ids but those of calls."""

    provider: LLMProviderType = "ollama"
    streaming: Final = "application/x-ndjson"

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """See `Wire.accept`; a key is looked at only where one is sent."""
        key = bearer_of(request.headers.get("authorization", ""))
        if key and keys is not None and key not in keys:
            return Refusal(Fail(401, None, "unauthorized"))
        if not isinstance(body, dict):
            return Refusal(Fail(400, None, "missing request body" if body is None else "invalid JSON"))
        complaint = complaint_about(body, OLLAMA_REQUEST)
        if complaint is not None:
            field = ".".join(step for step in complaint.path if isinstance(step, str))
            what = f"cannot unmarshal into Go struct field ChatRequest.{field}: {complaint.message}"
            return Refusal(Fail(400, None, f"json: {what}"))
        model = body.get("model")
        if not model:
            return Refusal(Fail(400, None, "model is required"))
        for wrong in bad_images(body):
            return Refusal(Fail(400, None, wrong))
        options = body.get("options")
        return Accepted(
            model=str(model),
            streamed=body.get("stream") is not False,
            turns=[Turn(str(said.get("role")), text_of(said.get("content"))) for said in objects(body.get("messages"))],
            limit=limit_of(options, "num_predict") if isinstance(options, dict) else None,
            body=body,
        )

    def whole(self, exchange: Exchange) -> Json:
        """See `Wire.whole`."""
        answer = exchange.answer
        message: dict[str, object] = {"role": "assistant", "content": exchange.visible}
        if answer.reasoning is not None:
            message["thinking"] = answer.reasoning
        if answer.calls:
            message["tool_calls"] = [_call(exchange, part) for part in range(len(answer.calls))]
        return {**_frame(exchange), "message": message, **_ending(exchange)}

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """See `Wire.events`."""
        for event in _lines(exchange):
            yield f"{as_json(event)}\n".encode()

    def headers(self, _number: int) -> Mapping[str, str]:
        """See `Wire.headers`."""
        return {}

    def error(self, refusal: Refusal, _number: int) -> tuple[Mapping[str, str], bytes]:
        """See `Wire.error`."""
        if refusal.fail.code == "unknown_url":
            return {"content-type": "text/plain"}, b"404 page not found"
        return {"content-type": "application/json; charset=utf-8"}, json_bytes({"error": refusal.fail.message})

    def error_event(self, fail: Fail, _number: int) -> bytes:
        """See `Wire.error_event`."""
        return f"{as_json({'error': fail.message})}\n".encode()


def _frame(exchange: Exchange) -> dict[str, object]:
    moment = datetime.fromtimestamp(exchange.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {"model": exchange.model, "created_at": moment}


def _ending(exchange: Exchange) -> dict[str, object]:
    return {
        "done": True,
        "done_reason": _DONE_REASONS[exchange.finish],
        "total_duration": 6_000_000,
        "load_duration": 1_000_000,
        "prompt_eval_count": exchange.input_tokens,
        "prompt_eval_duration": 2_000_000,
        "eval_count": exchange.output_tokens,
        "eval_duration": 3_000_000,
    }


def _call(exchange: Exchange, part: int) -> Json:
    call = exchange.answer.calls[part]
    function = {"index": part, "name": call.name, "arguments": dict(call.arguments)}
    return {"id": call.id or exchange.ident("call_", 8, part), "function": function}


def _messages(exchange: Exchange) -> Iterator[dict[str, object]]:
    answer = exchange.answer
    for piece in pieces_of(answer.reasoning or "", answer.chunk_words):
        yield {"content": "", "thinking": piece}
    for piece in pieces_of(exchange.visible, answer.chunk_words):
        yield {"content": piece}
    for part in range(len(answer.calls)):
        yield {"content": "", "tool_calls": [_call(exchange, part)]}


def _lines(exchange: Exchange) -> Iterator[Json]:
    frame = _frame(exchange)
    for message in _messages(exchange):
        yield {**frame, "message": {"role": "assistant", **message}, "done": False}
    yield {**frame, "message": {"role": "assistant", "content": ""}, **_ending(exchange)}
