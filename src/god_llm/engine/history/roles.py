"""The kinds of parts that a message of each role may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from god_llm.domain.exceptions import UnsupportedFeatureError
from god_llm.domain.messages import AIMessage, BaseMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ContentPart

__all__ = ["check_roles"]

_MEDIA: Final = frozenset({"text", "image", "document", "audio", "video"})
_USER: Final = _MEDIA | {"tool_result"}
_ASSISTANT: Final = _MEDIA | {"reasoning", "tool_call", "refusal", "citation", "server_tool", "unknown"}
_REMEDY: Final[Mapping[str, str]] = {
    "tool_call": "an AIMessage says what the model called",
    "reasoning": "an AIMessage says what the model thought",
    "refusal": "an AIMessage says what the model refused",
    "tool_result": "a ToolMessage, or a ToolResultPart in a UserMessage, answers a call",
}


def check_roles(provider: str, message: BaseMessage) -> None:
    """Accept a message whose parts belong to its role.

    Raises:
        UnsupportedFeatureError: a part belongs to another role; no provider would take it, some would drop it.
    """
    match message:
        case UserMessage():
            _check(provider, "UserMessage", message.parts, _USER)
        case ToolMessage():
            _check(provider, "ToolMessage", message.parts, _MEDIA)
        case AIMessage():
            _check(provider, "AIMessage", message.parts, _ASSISTANT)
        case _:
            return


def _check(provider: str, role: str, parts: Iterable[ContentPart], accepted: frozenset[str]) -> None:
    for part in parts:
        if part.type not in accepted:
            remedy = _REMEDY.get(part.type, "the model's own parts go back in its AIMessage")
            raise UnsupportedFeatureError(
                f"a {role} can't hold a {part.type} part: {remedy}; nothing was sent", provider=provider
            )
