"""A structured answer: the value, and the message that it was read from."""

from __future__ import annotations

from typing import Generic, Literal, NamedTuple, TypeAlias

from typing_extensions import TypeVar

from god_llm.domain.messages import AIMessage

__all__ = ["Answer", "AnswerMode", "NoValue"]

ValueT = TypeVar("ValueT")

AnswerMode: TypeAlias = Literal["schema", "tool", "prompt"]
"""How a structured answer is asked for: by JSON schema, by a tool that the model must call, or in words."""

NoValue: TypeAlias = Literal["refusal", "length", "content_filter", "tool_call", "empty", "validation"]
"""Why a message holds no value: the model refused, reached its output limit, was filtered, called one of the tools on
offer, said nothing, or said something that does not fit the type."""


class Answer(NamedTuple, Generic[ValueT]):
    """A structured answer.

    Attributes:
        value: of the type that was asked for.
        message: the message that it was read from; its usage counts earlier attempts too.
    """

    value: ValueT
    message: AIMessage
