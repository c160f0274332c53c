"""Bedrock's Converse and ConverseStream.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.testing.simulator.requests.bedrock import BEDROCK_REQUEST, wrongly_said
from god_llm.testing.simulator.requests.checking import bearer_of, complaint_about, limit_of, objects, text_of
from god_llm.testing.simulator.script import Fail, FinishReason
from god_llm.testing.simulator.server import Request
from god_llm.testing.simulator.wires.eventstream import CONTENT_TYPE, frame
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
)

__all__ = ["BedrockConverse"]

_STOP_REASONS: Final[Mapping[FinishReason, str]] = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "content_filter": "content_filtered",
}

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors
_ERRORS: Final[Mapping[int, str]] = {
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    408: "ModelTimeoutException",
    424: "ModelErrorException",
    429: "ThrottlingException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}
# The members of the stream that report an error.
_STREAM_ERRORS: Final[Mapping[str, str]] = {
    "InternalServerException": "internalServerException",
    "ModelErrorException": "modelStreamErrorException",
    "ModelStreamErrorException": "modelStreamErrorException",
    "ServiceUnavailableException": "serviceUnavailableException",
    "ThrottlingException": "throttlingException",
    "ValidationException": "validationException",
}
_SERVER_FAILED: Final = 500
_CREDENTIAL: Final = re.compile(r"Credential=([^/,\s]+)/")
_PADDING: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class BedrockConverse:
    """Converse and ConverseStream. Signatures are not verified; who signed is looked at."""

    provider: LLMProviderType = "bedrock"
    streaming: Final = CONTENT_TYPE

    def accept(self, request: Request, body: JsonValue, keys: Keys) -> Accepted | Refusal:
        """See `Wire.accept`."""
        signer = _signer(request.headers.get("authorization", ""))
        if not signer:
            return Refusal(Fail(403, "MissingAuthenticationTokenException", "Missing Authentication Token"))
        if keys is not None and signer not in keys:
            what = "The security token included in the request is invalid."
            return Refusal(Fail(403, "UnrecognizedClientException", what))
        if not isinstance(body, dict):
            return Refusal(Fail(400, "SerializationException", "The request body is not a JSON object"))
        complaint = complaint_about(body, BEDROCK_REQUEST)
        if complaint is not None:
            what = f"1 validation error detected: Value at '{complaint.at()}' failed to satisfy constraint: "
            return Refusal(Fail(400, "ValidationException", what + complaint.message))
        wrong = wrongly_said(body)
        if wrong is not None:
            return Refusal(Fail(400, "ValidationException", wrong))
        _, _, model, operation = request.path.split("/")
        inference = body.get("inferenceConfig")
        return Accepted(
            model=unquote(model),
            streamed=operation == "converse-stream",
            turns=[
                Turn("system", text_of(body.get("system"))),
                *(Turn(str(said["role"]), text_of(said["content"])) for said in objects(body["messages"])),
            ],
            limit=limit_of(inference, "maxTokens") if isinstance(inference, dict) else None,
            body=body,
        )

    def whole(self, exchange: Exchange) -> Json:
        """See `Wire.whole`."""
        return {
            "metrics": {"latencyMs": 1},
            "output": {"message": {"content": list(_blocks(exchange)), "role": "assistant"}},
            "stopReason": _STOP_REASONS[exchange.finish],
            "usage": _usage(exchange),
        }

    def events(self, exchange: Exchange) -> Iterator[bytes]:
        """See `Wire.events`."""
        for position, (kind, payload) in enumerate(_events(exchange)):
            # Real payloads are padded to random lengths under `p`.
            padded = {**payload, "p": _PADDING[: 2 + position % (len(_PADDING) - 2)]}
            headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
            yield frame(headers, json_bytes(padded))

    def headers(self, number: int) -> Mapping[str, str]:
        """See `Wire.headers`."""
        return {"x-amzn-requestid": f"00000000-0000-4000-8000-{number:012d}"}

    def error(self, refusal: Refusal, number: int) -> tuple[Mapping[str, str], bytes]:
        """See `Wire.error`."""
        namespace = "http://internal.amazon.com/coral/com.amazon.bedrock/"
        named = {"x-amzn-errortype": f"{_error_name(refusal.fail)}:{namespace}"}
        return {**self.headers(number), **named}, json_bytes({"message": refusal.fail.message})

    def error_event(self, fail: Fail, _number: int) -> bytes:
        """See `Wire.error_event`."""
        kind = _STREAM_ERRORS.get(_error_name(fail), "internalServerException")
        headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
        return frame(headers, json_bytes({"message": fail.message}))


def _signer(authorization: str) -> str:
    """The API key or the access key id of a request, or nothing."""
    signed = _CREDENTIAL.search(authorization)
    return signed[1] if signed else bearer_of(authorization)


def _error_name(fail: Fail) -> str:
    if fail.code == "unknown_url":
        return "UnknownOperationException"
    other = "InternalServerException" if fail.status >= _SERVER_FAILED else "ValidationException"
    return fail.code or _ERRORS.get(fail.status, other)


def _usage(exchange: Exchange) -> Json:
    usage: dict[str, object] = {
        "inputTokens": exchange.input_tokens - exchange.cached_tokens,  # without what the cache read; the total has it
        "outputTokens": exchange.output_tokens,
        "serverToolUsage": {},
        "totalTokens": exchange.input_tokens + exchange.output_tokens,
    }
    if exchange.cached_tokens:
        usage |= {"cacheReadInputTokens": exchange.cached_tokens, "cacheWriteInputTokens": 0}
    return usage


def _blocks(exchange: Exchange) -> Iterator[dict[str, object]]:
    answer = exchange.answer
    if answer.reasoning is not None:
        thought = {"signature": _signature(exchange), "text": answer.reasoning}
        yield {"reasoningContent": {"reasoningText": thought}}
    if exchange.visible:
        yield {"text": exchange.visible}
    for part, call in enumerate(answer.calls):
        ident = call.id or exchange.ident("tooluse_", 22, part)
        yield {"toolUse": {"input": dict(call.arguments), "name": call.name, "toolUseId": ident}}


def _signature(exchange: Exchange) -> str:
    return base64.b64encode(exchange.ident("simulated-signature-").encode()).decode()


def _events(exchange: Exchange) -> Iterator[tuple[str, dict[str, object]]]:
    yield "messageStart", {"role": "assistant"}
    for index, block in enumerate(_blocks(exchange)):
        at: dict[str, object] = {"contentBlockIndex": index}
        used = block.get("toolUse")
        if isinstance(used, dict):  # only a tool's block is announced
            named = {"name": used["name"], "toolUseId": used["toolUseId"]}
            yield "contentBlockStart", {**at, "start": {"toolUse": named}}
        for delta in _deltas(block, exchange.answer.chunk_words):
            yield "contentBlockDelta", {**at, "delta": delta}
        yield "contentBlockStop", at
    yield "messageStop", {"stopReason": _STOP_REASONS[exchange.finish]}
    yield "metadata", {"metrics": {"latencyMs": 1}, "usage": _usage(exchange)}


def _deltas(block: Mapping[str, object], chunk_words: int) -> Iterator[Json]:
    match block:
        case {"reasoningContent": {"reasoningText": {"text": str(text), "signature": str(signature)}}}:
            yield from ({"reasoningContent": {"text": piece}} for piece in pieces_of(text, chunk_words))
            yield {"reasoningContent": {"signature": signature}}
        case {"toolUse": {"input": given}}:
            written = argument_pieces(as_json(given), chunk_words)
            yield from ({"toolUse": {"input": piece}} for piece in written)
        case _:
            yield from ({"text": piece} for piece in pieces_of(str(block["text"]), chunk_words))
