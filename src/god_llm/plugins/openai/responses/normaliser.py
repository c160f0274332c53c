"""A response of OpenAI's Responses API as an `AIMessage`."""

from __future__ import annotations

from god_llm.dialects.replies import validated
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.messages import AIMessage
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.openai.errors import response_failure
from god_llm.plugins.openai.responses.items import parts_of_item
from god_llm.plugins.openai.responses.vocabulary import ending, usage_of
from god_llm.plugins.openai.responses.wire import REPLY
from god_llm.protocols import StreamDecoder

__all__ = ["OpenAIResponsesNormaliser"]


class OpenAIResponsesNormaliser:
    """Reads whole replies of the Responses API, and makes the decoder for streams."""

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        error = response_failure(reply)
        if error is not None:
            raise error
        response = validated(REPLY, reply)
        if "output" not in response:
            raise MalformedResponseError("the reply has no output", provider="openai")
        output = response["output"] or []
        end = ending(response, output)
        return AIMessage(
            parts=tuple([part for item in output for _, part in parts_of_item(item)]),
            response_id=response.get("id"),
            response_model=response.get("model"),
            usage=usage_of(response.get("usage")),
            finish_reason=end.finish_reason,
            raw_finish_reason=end.raw_finish_reason,
            metadata=dict(end.metadata),
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        from god_llm.plugins.openai.responses.decoder import OpenAIResponsesDecoder

        return OpenAIResponsesDecoder()
