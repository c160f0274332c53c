"""Our messages as Parrot's request."""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.provider_kit import (
    AIMessage,
    BaseMessage,
    ReasoningPart,
    Settings,
    TextPart,
    UserMessage,
    parts_of,
    refused_message,
    refused_part,
)
from god_llm_parrot.wire import Request, Turn

__all__ = ["SETTINGS", "ParrotFormatter"]

SETTINGS = frozenset({"temperature", "max_tokens"})
"""The settings that Parrot accepts."""


class ParrotFormatter:
    """Writes requests. A setting that Parrot does not accept is refused, never dropped."""

    def format(self, model: str, messages: Sequence[BaseMessage], settings: Settings) -> Request:
        """See `PromptFormatter.format`."""
        request: Request = {"model": model, "turns": [_turn(message) for message in messages]}
        if settings.temperature is not None:
            request["heat"] = settings.temperature
        if settings.max_tokens is not None:
            request["limit"] = settings.max_tokens
        return request


def _turn(message: BaseMessage) -> Turn:
    match message:
        case UserMessage():
            return {"who": "you", "text": _text(message)}
        case AIMessage():
            return {"who": "parrot", "text": _text(message)}
        case _:
            raise refused_message("parrot", message)


def _text(message: BaseMessage) -> str:
    """The text; the reasoning of another provider's model is left out."""
    for part in parts_of(message):
        if not isinstance(part, TextPart | ReasoningPart):
            raise refused_part("parrot", part)
    return message.content
