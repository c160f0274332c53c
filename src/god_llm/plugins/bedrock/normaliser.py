"""Bedrock's reply as an `AIMessage`."""

from __future__ import annotations

from god_llm.dialects.replies import validated
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.finish import unified
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import any_calls
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.bedrock.blocks import parts_of_blocks
from god_llm.plugins.bedrock.vocabulary import FINISH_REASONS, reply_metadata, usage_of
from god_llm.plugins.bedrock.wire import REPLY
from god_llm.protocols import StreamDecoder

__all__ = ["BedrockNormaliser"]


class BedrockNormaliser:
    """Reads whole replies, and makes the decoder for streams. Bedrock does not say which model answered."""

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        answer = validated(REPLY, reply)
        said = (answer.get("output") or {}).get("message")
        if said is None:
            raise MalformedResponseError("the reply has no output.message", provider="bedrock")
        raw = answer.get("stopReason")
        parts = tuple(parts_of_blocks(said["content"]))
        return AIMessage(
            parts=parts,
            response_id=answer.get("ResponseMetadata", {}).get("RequestId"),
            usage=usage_of(answer.get("usage")),
            finish_reason=unified(raw, FINISH_REASONS, called=any_calls(parts)),
            raw_finish_reason=raw,
            metadata=reply_metadata(answer),
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        from god_llm.plugins.bedrock.decoder import BedrockDecoder

        return BedrockDecoder()
