"""Anthropic's reply as an `AIMessage`."""

from __future__ import annotations

from god_llm.dialects.replies import validated
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.finish import unified
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import any_calls
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic.blocks import parts_of_blocks
from god_llm.plugins.anthropic.errors import failure
from god_llm.plugins.anthropic.vocabulary import FINISH_REASONS, attached_to_message, reply_metadata, usage_of
from god_llm.plugins.anthropic.wire import REPLY
from god_llm.protocols import StreamDecoder

__all__ = ["AnthropicNormaliser"]


class AnthropicNormaliser:
    """Reads whole replies, and makes the decoder for streams."""

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        error = failure(reply)
        if error is not None:
            raise error
        message = validated(REPLY, reply)
        if "content" not in message:
            raise MalformedResponseError("the reply has no content", provider="anthropic")
        raw = message.get("stop_reason")
        parts = tuple(parts_of_blocks(message["content"]))
        return AIMessage(
            parts=parts,
            response_id=message.get("id"),
            response_model=message.get("model"),
            usage=usage_of(message.get("usage")),
            finish_reason=unified(raw, FINISH_REASONS, called=any_calls(parts)),
            raw_finish_reason=raw,
            metadata=reply_metadata(message),
            provider_data=attached_to_message(message),
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        from god_llm.plugins.anthropic.decoder import AnthropicDecoder

        return AnthropicDecoder()
