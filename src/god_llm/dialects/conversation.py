"""What several formatters need to know of a conversation."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import TypeVar

from god_llm.domain.exceptions import (
    MalformedResponseError,
    PromptError,
    UnsupportedFeatureError,
    UnsupportedParameterError,
)
from god_llm.domain.facts import ReasoningEffort
from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.parts import ContentPart, TextPart, ToolCallPart
from god_llm.domain.plain_json import JsonValue
from god_llm.domain.settings import Settings

__all__ = [
    "arguments_of",
    "base64_text",
    "effort_word",
    "instructions_first",
    "not_empty",
    "offers_tools",
    "parts_of",
    "refused_message",
    "refused_part",
    "shows_reasoning",
    "tier_word",
]

TurnT = TypeVar("TurnT")
WordT = TypeVar("WordT")


def instructions_first(messages: Sequence[BaseMessage]) -> tuple[list[str], Sequence[BaseMessage]]:
    """The leading system messages' texts, and the rest, for providers that take instructions apart from the turns."""
    turns = next((n for n, m in enumerate(messages) if not isinstance(m, SystemMessage)), len(messages))
    return [message.content for message in messages[:turns] if message.content.strip()], messages[turns:]


def not_empty(provider: str, turns: list[TurnT]) -> list[TurnT]:
    """The turns of a request, of which there must be one.

    Raises:
        PromptError: all text of the conversation is blank, and the provider takes no blank text.
    """
    if not turns:
        raise PromptError(f"{provider} takes no prompt without text; nothing was sent", provider=provider)
    return turns


def parts_of(message: BaseMessage) -> Sequence[ContentPart]:
    """A message's parts; of a message of another class, its content as text."""
    if isinstance(message, UserMessage | AIMessage | ToolMessage):
        return message.parts
    return (TextPart(text=message.content),)


def arguments_of(provider: str, call: ToolCallPart) -> dict[str, JsonValue]:
    """An earlier call's arguments, for providers that take them as an object.

    Raises:
        UnsupportedFeatureError: the model wrote something else, which can't be sent back as it is.
    """
    try:
        return dict(call.arguments)
    except MalformedResponseError as error:
        raise refused_part(provider, call, str(error)) from error


def refused_part(provider: str, part: ContentPart, why: str = "") -> UnsupportedFeatureError:
    """The error for a part that a provider can't take."""
    kind = getattr(part, "kind", None)
    what = f"{part.type} part" + (f" ({kind})" if kind else "")
    return UnsupportedFeatureError(
        f"{provider} can't take this {what}{': ' + why if why else ''}; nothing was sent", provider=provider
    )


def refused_message(provider: str, message: BaseMessage) -> UnsupportedFeatureError:
    """The error for a message of a class that no formatter knows."""
    return UnsupportedFeatureError(
        f"a {type(message).__name__} can't be sent to {provider}: use SystemMessage, UserMessage, AIMessage or"
        " ToolMessage",
        provider=provider,
    )


def offers_tools(settings: Settings) -> bool:
    """True if a request has tools, from `with_tools` or `extra`: providers reject `parallel_tool_calls` without any."""
    return bool(settings.tools or "tools" in (settings.extra or ()))


def shows_reasoning(settings: Settings) -> bool | None:
    """The request's switch for reasoning text; None to send none, for example where reasoning is off."""
    return None if settings.reasoning == "none" else settings.show_reasoning


def tier_word(provider: str, tier: str, words: Mapping[str, WordT]) -> WordT:
    """An API's own name of a service tier.

    Raises:
        UnsupportedParameterError: the API has no such tier; the message lists those it has.
    """
    if tier not in words:
        raise UnsupportedParameterError(
            f"{provider} takes no service_tier={tier!r}; it takes {', '.join(map(repr, words))}", provider=provider
        )
    return words[tier]


def effort_word(provider: str, effort: ReasoningEffort, words: Mapping[ReasoningEffort, WordT]) -> WordT:
    """A provider's word for an effort.

    Raises:
        UnsupportedParameterError: it has none.
    """
    if effort not in words:
        raise UnsupportedParameterError(
            f"{provider} can't be asked for reasoning={effort!r} here; it takes {', '.join(map(repr, words))}",
            provider=provider,
        )
    return words[effort]


def base64_text(data: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(data).decode("ascii")
