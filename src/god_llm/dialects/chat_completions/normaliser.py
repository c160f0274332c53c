"""A whole reply as an `AIMessage`."""

from __future__ import annotations

from typing import TypedDict

from god_llm.dialects.chat_completions.attachments import attached_to_message
from god_llm.dialects.chat_completions.pieces import parts_of_message
from god_llm.dialects.chat_completions.vocabulary import (
    ReplyVariant,
    choice_facts,
    choice_logprobs,
    finish_of,
    raw_finish_of,
)
from god_llm.dialects.chat_completions.wire import REPLY, Choice
from god_llm.dialects.replies import validated
from god_llm.domain.messages import AIMessage
from god_llm.domain.parts import RefusalPart, any_calls
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.usage import Usage
from god_llm.protocols import StreamDecoder

__all__ = ["ChatCompletionsNormaliser"]


class _Fields(TypedDict, total=False):
    """The fields of a message that the reply has once, whatever the number of choices."""

    response_id: str | None
    response_model: str | None
    usage: Usage | None
    metadata: dict[str, object]


class ChatCompletionsNormaliser:
    """Reads whole replies, and makes the decoder for streams.

    Of several choices the one with the lowest index is the message; the others are kept in
    `metadata["choices"]`.
    """

    def __init__(self, variant: ReplyVariant) -> None:
        self._variant = variant

    def normalise(self, reply: JsonObject) -> AIMessage:
        """See `ResponseNormaliser.normalise`."""
        self._variant.check(reply)
        answer = validated(REPLY, reply)
        choices = sorted(map(_numbered, enumerate(answer["choices"])), key=lambda choice: choice[0])
        facts = self._variant.metadata(reply)
        logprobs = choice_logprobs(choices[0][1]) if choices else ()
        if logprobs:
            facts["logprobs"] = logprobs
        if len(choices) > 1:
            facts["choices"] = [
                choice_facts(index, self._message(choice, {}), raw_finish_of(choice), choice_logprobs(choice))
                for index, choice in choices[1:]
            ]
        of_reply: _Fields = {
            "response_id": answer.get("id"),
            "response_model": answer.get("model"),
            "usage": self._variant.usage_of(reply),
            "metadata": facts,
        }
        return self._message(choices[0][1], of_reply) if choices else AIMessage(**of_reply)

    def _message(self, choice: Choice, of_reply: _Fields) -> AIMessage:
        """The message of one choice, with the fields that the whole reply has."""
        said, raw = choice["message"], raw_finish_of(choice)
        parts = tuple(parts_of_message(said, self._variant.reasoning_field))
        refused = any(isinstance(part, RefusalPart) for part in parts)
        return AIMessage(
            parts=parts,
            finish_reason=finish_of(raw, called=any_calls(parts), refused=refused),
            raw_finish_reason=raw,
            provider_data=attached_to_message(said),
            **of_reply,
        )

    def decoder(self) -> StreamDecoder:
        """See `ResponseNormaliser.decoder`."""
        from god_llm.dialects.chat_completions.decoder import ChatCompletionsDecoder

        return ChatCompletionsDecoder(self._variant)


def _numbered(placed: tuple[int, Choice]) -> tuple[int, Choice]:
    """A choice with its index, by default its place."""
    place, choice = placed
    index = choice.get("index")
    return place if index is None else index, choice
