"""Parrot's reply as a message."""

from __future__ import annotations

from god_llm.provider_kit import AIMessage, JsonObject, StreamDecoder, unified, validated
from god_llm_parrot.decoder import ParrotDecoder
from god_llm_parrot.vocabulary import FINISH_REASONS, usage_of
from god_llm_parrot.wire import REPLY

__all__ = ["ParrotNormaliser"]


class ParrotNormaliser:
    """Reads whole replies, and makes the decoder for streams."""

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        read = validated(REPLY, reply)
        return AIMessage(
            content=read["said"],
            response_id=read["id"],
            response_model=read["model"],
            usage=usage_of(read.get("words")),
            finish_reason=unified(read["why"], FINISH_REASONS, called=False),
            raw_finish_reason=read["why"],
            metadata={},
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        return ParrotDecoder()
