"""How Claude is asked to think, at Anthropic and on Bedrock alike.

https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking: newer models decide themselves how long
to think, and take an effort; https://platform.claude.com/docs/en/build-with-claude/extended-thinking: older ones
take a number of tokens, which the answer's limit includes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from god_llm.dialects.conversation import effort_word
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.facts import ReasoningEffort

__all__ = ["ClaudeEffort", "Thinking", "claude_thinking"]

ClaudeEffort: TypeAlias = Literal["low", "medium", "high", "xhigh", "max"]

_EFFORTS: Final[Mapping[ReasoningEffort, ClaudeEffort | None]] = {
    "none": None,
    "default": None,
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
_BUDGETS: Final[Mapping[ReasoningEffort, int]] = {"none": 0, "low": 2048, "medium": 8192, "high": 24576}
"""Tokens to think with. The least that Claude takes is 1024."""


@dataclass(frozen=True, slots=True)
class Thinking:
    """What a request says of thinking."""

    kind: Literal["disabled", "adaptive", "enabled"]
    budget: int = 0
    """Tokens, of the `enabled` kind."""
    effort: ClaudeEffort | None = None
    """Of the `adaptive` kind."""


def claude_thinking(provider: str, style: str | None, effort: ReasoningEffort, max_tokens: int | None) -> Thinking:
    """How to ask for an effort.

    Args:
        provider: whose request it is.
        style: the model's `reasoning_style`; unless it is `"budget"`, the newer way.
        effort: what was asked for.
        max_tokens: the limit of the answer that was asked for.

    Raises:
        UnsupportedParameterError: Claude has no such effort, or the limit leaves no room for an answer.
    """
    if style != "budget":
        word = effort_word(provider, effort, _EFFORTS)
        return Thinking("disabled") if effort == "none" else Thinking("adaptive", effort=word)
    budget = effort_word(provider, effort, _BUDGETS)
    if max_tokens is not None and max_tokens <= budget:
        raise UnsupportedParameterError(
            f"reasoning={effort!r} may use {budget} of the answer's tokens: max_tokens must be above that,"
            f" not {max_tokens}",
            provider=provider,
        )
    return Thinking("enabled", budget=budget) if budget else Thinking("disabled")
