"""A structured answer: the value, and the message that it was read from."""

from __future__ import annotations

from typing import Generic, Literal, NamedTuple, TypeAlias

from typing_extensions import TypeVar

from god_llm.domain.messages import AIMessage

__all__ = ["Answer", "AnswerMode", "NoValue"]

ValueT = TypeVar("ValueT")

AnswerMode: TypeAlias = Literal["schema", "tool", "prompt"]
"""The request for a structured answer: a JSON schema, a tool that the model must call, or instructions in words."""

NoValue: TypeAlias = Literal["refusal", "length", "content_filter", "tool_call", "empty", "validation"]
"""The reason why a message holds no value.

The model refused, reached its output limit, was filtered, called one of the tools on offer, sent no text, or sent a
text that does not fit the type.
"""


class Answer(NamedTuple, Generic[ValueT]):
    """A structured answer.

    Attributes:
        value: of the type that was asked for.
        message: the message that it was read from; its usage counts earlier attempts too.
    """

    value: ValueT
    message: AIMessage
