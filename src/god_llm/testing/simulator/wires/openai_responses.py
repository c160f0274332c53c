"""OpenAI's Responses.

https://platform.openai.com/docs/api-reference/responses https://platform.openai.com/docs/api-reference/responses-streaming
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.requests.checking import (
    Complaint,
    bearer_of,
    complaint_about,
    limit_of,
    objects,
    text_of,
)
from god_llm.testing.simulator.requests.openai_responses import RESPONSES_REQUEST, unanswered
from god_llm.testing.simulator.script import Fail, FinishReason
from god_llm.testing.simulator.server import Request
from god_llm.testing.simulator.wires.openai_errors import openai_complaint, openai_error
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

__all__ = ["OpenAIResponses"]

# Responses has no finish reason: an answer is complete, or incomplete for one of these.
_INCOMPLETE: Final[Mapping[FinishReason, str]] = {"length": "max_output_tokens", "content_filter": "content_filter"}


class OpenAIResponses:
    """Responses. Reasoning comes as a summary, in an item of its own."""

    provider: LLMProviderType = "openai"
    streaming: Final = "text/event-stream; charset=utf-8"

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """See `Wire.accept`."""
        key = bearer_of(request.headers.get("authorization", ""))
        if not key:
            return Refusal(Fail(401, None, "You didn't provide an API key."))
        if keys is not None and key not in keys:
            return Refusal(Fail(401, "invalid_api_key", "Incorrect API key provided."))
        if not isinstance(body, dict):
            return Refusal(Fail(400, None, "We could not parse the JSON body of your request."))
        for needed in ("model", "input"):
            if needed not in body and "prompt" not in body:
                return openai_complaint(Complaint("missing", (needed,), "Field required"))
        complaint = complaint_about(body, RESPONSES_REQUEST)
        if complaint is not None:
            return openai_complaint(complaint)
        unpaired = unanswered(body)
        if unpaired is not None:
            return Refusal(Fail(400, None, unpaired), "input")
        return Accepted(
            model=str(body.get("model", "")),
            streamed=body.get("stream") is True,
            turns=[Turn("system", text_of(body.get("instructions"))), *_turns(body.get("input"))],
            limit=limit_of(body, "max_output_tokens"),
            body=body,
        )

    def whole(self, exchange: Exchange) -> Json:
        """See `Wire.whole`."""
        return _response(exchange, _status(exchange), list(_items(exchange)))

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """See `Wire.events`."""
        for position, event in enumerate(_events(exchange)):
            yield sse({**event, "sequence_number": position}, event=str(event["type"]))

    def headers(self, number: int) -> Mapping[str, str]:
        """See `Wire.headers`."""
        return {"x-request-id": f"req_{number:032d}", "openai-version": "2020-10-01", "openai-processing-ms": "1"}

    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        """See `Wire.error`."""
        return self.headers(number), json_bytes(openai_error(refusal))

    def error_event(self, fail: Fail, _number: int) -> bytes:
        """See `Wire.error_event`."""
        inner = openai_error(Refusal(fail))["error"]
        assert isinstance(inner, dict)
        told = {name: inner[name] for name in ("code", "message", "param")}
        return sse({"type": "error", **told, "code": told["code"] or inner["type"]}, event="error")


def _turns(given: JsonValue) -> Iterator[Turn]:
    if isinstance(given, str):
        yield Turn("user", given)
    for item in objects(given):
        said = item.get("content") if "role" in item else item.get("output")
        yield Turn(str(item.get("role", "")), text_of(said))


def _status(exchange: Exchange) -> str:
    return "incomplete" if exchange.finish in _INCOMPLETE else "completed"


def _response(exchange: Exchange, status: str, output: list[dict[str, object]]) -> dict[str, object]:
    """A response, whole or at its beginning; it repeats the settings of the request."""
    body = exchange.asked.body
    over = status != "in_progress"
    reason = _INCOMPLETE.get(exchange.finish) if status == "incomplete" else None
    return {
        "id": exchange.ident("resp_", 48),
        "object": "response",
        "created_at": exchange.created,
        "status": status,
        "background": False,
        "completed_at": exchange.created if status == "completed" else None,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None if reason is None else {"reason": reason},
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": None,
        "model": exchange.model,
        "output": output,
        "parallel_tool_calls": body.get("parallel_tool_calls", True),
        "presence_penalty": 0.0,
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": None,
        "prompt_cache_retention": None,
        "reasoning": {"effort": None, "summary": None, **_mapping(body.get("reasoning"))},
        "safety_identifier": None,
        "service_tier": "default" if over else "auto",
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": {"format": {"type": "text"}, "verbosity": "medium", **_mapping(body.get("text"))},
        "tool_choice": body.get("tool_choice", "auto"),
        "tools": body.get("tools", []),
        "top_logprobs": 0,
        "top_p": body.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": _usage(exchange) if over else None,
        "user": None,
        "metadata": body.get("metadata") or {},
    }


def _usage(exchange: Exchange) -> Json:
    return {
        "input_tokens": exchange.input_tokens,
        "input_tokens_details": {"cached_tokens": exchange.cached_tokens},
        "output_tokens": exchange.output_tokens,
        "output_tokens_details": {"reasoning_tokens": exchange.reasoning_tokens},
        "total_tokens": exchange.input_tokens + exchange.output_tokens,
    }


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _items(exchange: Exchange) -> Iterator[dict[str, object]]:
    answer = exchange.answer
    if answer.reasoning is not None:
        summary = [{"type": "summary_text", "text": answer.reasoning}] if answer.reasoning else []
        yield {"id": exchange.ident("rs_", 48), "type": "reasoning", "summary": summary}
    if answer.text or answer.refusal or not answer.calls:
        status = _status(exchange)
        yield {
            "id": exchange.ident("msg_", 48),
            "type": "message",
            "status": status,
            "content": list(_contents(exchange)),
            "role": "assistant",
        }
    for part, call in enumerate(answer.calls):
        yield {
            "id": exchange.ident("fc_", 48, part),
            "type": "function_call",
            "status": "completed",
            "arguments": as_json(dict(call.arguments)),
            "call_id": call.id or exchange.ident("call_", 24, part),
            "name": call.name,
        }


def _contents(exchange: Exchange) -> Iterator[dict[str, object]]:
    answer = exchange.answer
    if answer.text or not answer.refusal:
        yield {"type": "output_text", "annotations": [], "logprobs": [], "text": answer.text}
    if answer.refusal:
        yield {"type": "refusal", "refusal": answer.refusal}


def _events(exchange: Exchange) -> Iterator[dict[str, object]]:
    beginning = _response(exchange, "in_progress", [])
    yield {"type": "response.created", "response": beginning}
    yield {"type": "response.in_progress", "response": beginning}
    items = list(_items(exchange))
    for index, item in enumerate(items):
        opened = {**item, **_EMPTIED[str(item["type"])]}
        yield {"type": "response.output_item.added", "output_index": index, "item": opened}
        for event in _filling(item, exchange.answer.chunk_words):
            yield {**event, "item_id": item["id"], "output_index": index}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    status = _status(exchange)
    yield {"type": f"response.{status}", "response": _response(exchange, status, items)}


# How each kind of item looks before it is filled.
_EMPTIED: Final[Mapping[str, Json]] = {
    "reasoning": {"summary": []},
    "message": {"status": "in_progress", "content": []},
    "function_call": {"status": "in_progress", "arguments": ""},
}


def _filling(item: Json, chunk_words: int) -> Iterator[dict[str, object]]:
    """The events that fill an item, without saying which."""
    match item:
        case {"type": "reasoning", "summary": list(parts)}:
            for index, part in enumerate(parts):
                at = {"summary_index": index}
                yield {"type": "response.reasoning_summary_part.added", **at, "part": {**part, "text": ""}}
                yield from _written("response.reasoning_summary_text", at, "text", part["text"], chunk_words)
                yield {"type": "response.reasoning_summary_part.done", **at, "part": part}
        case {"type": "message", "content": list(parts)}:
            for index, part in enumerate(parts):
                at = {"content_index": index}
                kind, field = ("output_text", "text") if "text" in part else ("refusal", "refusal")
                yield {"type": "response.content_part.added", **at, "part": {**part, field: ""}}
                yield from _written(f"response.{kind}", at, field, part[field], chunk_words)
                yield {"type": "response.content_part.done", **at, "part": part}
        case _:
            prefix, arguments = "response.function_call_arguments", str(item["arguments"])
            for piece in argument_pieces(arguments, chunk_words):
                yield {"type": f"{prefix}.delta", "delta": piece}
            yield {"type": f"{prefix}.done", "arguments": arguments, "name": item["name"]}


def _written(prefix: str, at: Json, field: str, text: str, chunk_words: int) -> Iterator[dict[str, object]]:
    extra: dict[str, object] = {"logprobs": []} if prefix == "response.output_text" else {}
    for piece in pieces_of(text, chunk_words):
        yield {"type": f"{prefix}.delta", **at, "delta": piece, **extra}
    yield {"type": f"{prefix}.done", **at, field: text, **extra}
