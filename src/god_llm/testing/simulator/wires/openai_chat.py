"""Chat completions, as OpenAI and Groq speak them.

https://platform.openai.com/docs/api-reference/chat https://console.groq.com/docs/api-reference
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import JsonValue, TypeAdapter
from typing_extensions import override

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.requests.checking import (
    Complaint,
    bearer_of,
    complaint_about,
    limit_of,
    objects,
    text_of,
)
from god_llm.testing.simulator.requests.openai_chat import GROQ_REQUEST, OPENAI_REQUEST, unanswered
from god_llm.testing.simulator.script import Fail
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

__all__ = ["GroqChat", "OpenAIChat"]


_SERVER_FAILED: Final = 500

# https://console.groq.com/docs/errors: status -> type and code.
_GROQ_ERRORS: Final[Mapping[int, tuple[str, str | None]]] = {
    401: ("invalid_request_error", "invalid_api_key"),
    404: ("invalid_request_error", "model_not_found"),
    429: ("tokens", "rate_limit_exceeded"),
}


class OpenAIChat:
    """Chat completions at OpenAI. The text of reasoning is not sent, as there: only its tokens are counted."""

    provider: LLMProviderType = "openai"
    streaming: Final = "text/event-stream; charset=utf-8"
    request: TypeAdapter[object] = OPENAI_REQUEST
    fingerprint = "fp_000000000a"

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """See `Wire.accept`."""
        key = bearer_of(request.headers.get("authorization", ""))
        if not key:
            return Refusal(Fail(401, None, "You didn't provide an API key."))
        if keys is not None and key not in keys:
            return Refusal(Fail(401, "invalid_api_key", "Incorrect API key provided."))
        if not isinstance(body, dict):
            return Refusal(Fail(400, None, "We could not parse the JSON body of your request."))
        model = body.get("model")
        if not isinstance(model, str) or not model:
            return Refusal(Fail(400, None, "you must provide a model parameter"))
        if "messages" not in body:
            return self.refuse(Complaint("missing", ("messages",), "Field required"))
        complaint = complaint_about(body, self.request)
        if complaint is not None:
            return self.refuse(complaint)
        unpaired = unanswered(body)
        if unpaired is not None:
            return Refusal(Fail(400, None, unpaired), "messages")
        return Accepted(
            model=model,
            streamed=body.get("stream") is True,
            turns=[Turn(str(said["role"]), text_of(said.get("content"))) for said in objects(body["messages"])],
            limit=limit_of(body, "max_completion_tokens", "max_tokens"),
            body=body,
        )

    def refuse(self, complaint: Complaint) -> Refusal:
        """What the service says of a request that is wrong."""
        return openai_complaint(complaint)

    def whole(self, exchange: Exchange) -> Json:
        """See `Wire.whole`."""
        choice = {"index": 0, "message": self._message(exchange), "logprobs": None, "finish_reason": exchange.finish}
        return {
            **self._frame(exchange, "chat.completion"),
            "choices": [choice],
            "usage": self._usage(exchange),
            **self._extras(exchange),
        }

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """See `Wire.events`."""
        for event in self._chunks(exchange):
            yield sse(event)
        yield sse("[DONE]")

    def headers(self, number: int) -> Mapping[str, str]:
        """See `Wire.headers`."""
        return {"x-request-id": f"req_{number:032d}", "openai-version": "2020-10-01", "openai-processing-ms": "1"}

    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        """See `Wire.error`."""
        return self.headers(number), json_bytes(openai_error(refusal))

    def error_event(self, fail: Fail, _number: int) -> bytes:
        """See `Wire.error_event`."""
        return sse(openai_error(Refusal(fail)))

    def _message(self, exchange: Exchange) -> dict[str, object]:
        answer = exchange.answer
        silent = bool(answer.calls or answer.refusal) and not answer.text
        message: dict[str, object] = {"role": "assistant", "content": None if silent else answer.text}
        if answer.calls:
            message["tool_calls"] = [_call(exchange, part) for part in range(len(answer.calls))]
        return {**message, "refusal": answer.refusal, "annotations": []}

    def _frame(self, exchange: Exchange, kind: str) -> dict[str, object]:
        return {
            "id": exchange.ident("chatcmpl-", 29),
            "object": kind,
            "created": exchange.created,
            "model": exchange.model,
        }

    def _extras(self, _: Exchange) -> dict[str, object]:
        return {"service_tier": "default", "system_fingerprint": self.fingerprint}

    def _usage(self, exchange: Exchange) -> dict[str, object]:
        return {
            "prompt_tokens": exchange.input_tokens,
            "completion_tokens": exchange.output_tokens,
            "total_tokens": exchange.input_tokens + exchange.output_tokens,
            "prompt_tokens_details": {"cached_tokens": exchange.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {
                "reasoning_tokens": exchange.reasoning_tokens,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def _chunks(self, exchange: Exchange) -> Iterator[Json]:
        options = exchange.asked.body.get("stream_options")
        counted = isinstance(options, dict) and options.get("include_usage") is True
        frame = {**self._frame(exchange, "chat.completion.chunk"), **self._extras(exchange)}
        # With include_usage every chunk has a usage: null in all but the last, which has no choices.
        usage: dict[str, object] = {"usage": None} if counted else {}
        for delta in self._deltas(exchange):
            yield {**frame, "choices": [_choice(delta, None)], **usage}
        yield {**frame, "choices": [_choice({}, exchange.finish)], **usage}
        if counted:
            yield {**frame, "choices": [], "usage": self._usage(exchange)}

    def _deltas(self, exchange: Exchange) -> Iterator[Json]:
        answer = exchange.answer
        silent = bool(answer.calls or answer.refusal) and not answer.text
        yield {"role": "assistant", "content": None if silent else "", "refusal": None}
        yield from ({"content": piece} for piece in pieces_of(answer.text, answer.chunk_words))
        yield from ({"refusal": piece} for piece in pieces_of(answer.refusal or "", answer.chunk_words))
        for part, call in enumerate(answer.calls):
            opened = _call(exchange, part, arguments="")
            yield {"tool_calls": [{"index": part, **opened}]}
            for piece in argument_pieces(as_json(dict(call.arguments)), answer.chunk_words):
                yield {"tool_calls": [{"index": part, "function": {"arguments": piece}}]}


class GroqChat(OpenAIChat):
    """Chat completions at Groq."""

    provider: LLMProviderType = "groq"
    request: TypeAdapter[object] = GROQ_REQUEST

    @override
    def refuse(self, complaint: Complaint) -> Refusal:
        what = {"missing": "is missing", "extra_forbidden": "is unsupported"}.get(complaint.kind, complaint.message)
        return Refusal(Fail(400, None, f"'{complaint.at()}' : {what}"))

    @override
    def headers(self, number: int) -> Mapping[str, str]:
        return {"x-request-id": f"req_{number:026d}"}

    @override
    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        return self.headers(number), json_bytes({"error": _groq_error(refusal.fail)})

    @override
    def error_event(self, fail: Fail, _number: int) -> bytes:
        return sse({"error": {**_groq_error(fail), "status_code": fail.status}}, event="error")

    @override
    def _message(self, exchange: Exchange) -> dict[str, object]:
        # Groq leaves out what there is none of, and has no field for refusals.
        answer = exchange.answer
        message: dict[str, object] = {"role": "assistant"}
        if exchange.visible or not answer.calls:
            message["content"] = exchange.visible
        if answer.reasoning is not None:
            message["reasoning"] = answer.reasoning
        if answer.calls:
            message["tool_calls"] = [_call(exchange, part) for part in range(len(answer.calls))]
        return message

    @override
    def _extras(self, exchange: Exchange) -> dict[str, object]:
        own = {"x_groq": {"id": exchange.ident("req_", 26), "seed": exchange.number}}
        return {**super()._extras(exchange), "service_tier": "on_demand", "usage_breakdown": None, **own}

    @override
    def _usage(self, exchange: Exchange) -> dict[str, object]:
        counted: dict[str, object] = {
            "queue_time": 0.001,
            "prompt_tokens": exchange.input_tokens,
            "prompt_time": 0.002,
            "completion_tokens": exchange.output_tokens,
            "completion_time": 0.003,
            "total_tokens": exchange.input_tokens + exchange.output_tokens,
            "total_time": 0.005,
        }
        if exchange.cached_tokens:
            counted["prompt_tokens_details"] = {"cached_tokens": exchange.cached_tokens}
        if exchange.reasoning_tokens:
            counted["completion_tokens_details"] = {"reasoning_tokens": exchange.reasoning_tokens}
        return counted

    @override
    def _chunks(self, exchange: Exchange) -> Iterator[Json]:
        frame = {**self._frame(exchange, "chat.completion.chunk"), "system_fingerprint": self.fingerprint}
        ident, usage = exchange.ident("req_", 26), self._usage(exchange)
        opening: dict[str, object] = {"x_groq": {"id": ident, "seed": exchange.number}}
        for delta in self._deltas(exchange):
            yield {**frame, "choices": [_choice(delta, None)], **opening}
            opening = {}
        # Groq counts here, and again in a chunk of its own where include_usage asks for one.
        closing = {"x_groq": {"id": ident, "usage": usage}, "usage": usage}
        yield {**frame, "choices": [_choice({}, exchange.finish)], **closing}
        options = exchange.asked.body.get("stream_options")
        if isinstance(options, dict) and options.get("include_usage") is True:
            yield {**frame, "choices": [], "usage": usage, "service_tier": "on_demand"}

    @override
    def _deltas(self, exchange: Exchange) -> Iterator[Json]:
        answer = exchange.answer
        yield {"role": "assistant", "content": ""}
        for piece in pieces_of(answer.reasoning or "", answer.chunk_words):
            yield {"reasoning": piece, "channel": "analysis"}
        yield from ({"content": piece} for piece in pieces_of(exchange.visible, answer.chunk_words))
        for part in range(len(answer.calls)):
            yield {"tool_calls": [{**_call(exchange, part), "index": part}]}  # whole, as Groq sends them


def _call(exchange: Exchange, part: int, arguments: str | None = None) -> dict[str, object]:
    call = exchange.answer.calls[part]
    text = as_json(dict(call.arguments)) if arguments is None else arguments
    return {
        "id": call.id or exchange.ident("call_", 24, part),
        "type": "function",
        "function": {"name": call.name, "arguments": text},
    }


def _choice(delta: Json, finish: str | None) -> Json:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _groq_error(fail: Fail) -> dict[str, object]:
    """The error as Groq says it: what there is none of is left out."""
    other = "internal_server_error" if fail.status >= _SERVER_FAILED else "invalid_request_error"
    kind, code = _GROQ_ERRORS.get(fail.status, (other, None))
    said = {"message": fail.message, "type": kind, "code": fail.code or code}
    return {name: value for name, value in said.items() if value is not None}
