"""Ollama's reply as an `AIMessage`."""

from __future__ import annotations

from collections.abc import Iterator

from god_llm.dialects.logprobs import token_logprobs
from god_llm.dialects.replies import validated
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.finish import unified
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import ContentPart, ReasoningPart, TextPart, any_calls
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.ollama.errors import failure
from god_llm.plugins.ollama.vocabulary import FINISH_REASONS, call_of, reply_metadata, usage_of
from god_llm.plugins.ollama.wire import REPLY, ReplyMessage
from god_llm.protocols import StreamDecoder

__all__ = ["OllamaNormaliser"]


class OllamaNormaliser:
    """Reads whole replies, and makes the decoder for streams. Ollama's answers have no id."""

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        error = failure(reply)
        if error is not None:
            raise error
        answer = validated(REPLY, reply)
        if "message" not in answer:
            raise MalformedResponseError("the reply has no message", provider="ollama")
        if answer.get("done") is False:
            raise MalformedResponseError("the reply is a piece of an answer (done: false)", provider="ollama")
        raw = answer.get("done_reason")
        parts = tuple(_parts(answer["message"]))
        return AIMessage(
            parts=parts,
            response_model=answer.get("model"),
            usage=usage_of(answer),
            finish_reason=unified(raw, FINISH_REASONS, called=any_calls(parts)),
            raw_finish_reason=raw,
            metadata=reply_metadata(answer, token_logprobs(answer.get("logprobs"))),
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        from god_llm.plugins.ollama.decoder import OllamaDecoder

        return OllamaDecoder()


def _parts(message: ReplyMessage) -> Iterator[ContentPart]:
    thinking, content = message.get("thinking"), message.get("content")
    if thinking:
        yield ReasoningPart(text=thinking)
    if content:
        yield TextPart(text=content)
    yield from map(call_of, message.get("tool_calls") or ())
