"""How Claude is asked to think, at Anthropic and on Bedrock alike.

https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking: newer models decide themselves how long
to think, and take an effort; https://platform.claude.com/docs/en/build-with-claude/extended-thinking: older ones
take a number of tokens, which the answer's limit includes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from god_llm.dialects.conversation import effort_word
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.facts import ModelFacts, ReasoningEffort
from god_llm.domain.settings import Settings

__all__ = ["FALLBACK_MAX_TOKENS", "ClaudeDisplay", "ClaudeEffort", "Thinking", "claude_thinking", "output_limit"]

FALLBACK_MAX_TOKENS: Final = 8192
"""The output limit, without what it may think, of a Claude whose own limit is not known."""

ClaudeEffort: TypeAlias = Literal["low", "medium", "high", "xhigh", "max"]
ClaudeDisplay: TypeAlias = Literal["summarized", "omitted"]

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
# https://platform.claude.com/docs/en/build-with-claude/thinking#controlling-thinking-display
_DISPLAYS: Final[Mapping[bool, ClaudeDisplay]] = {True: "summarized", False: "omitted"}


class Thinking(NamedTuple):
    """What a request says of thinking."""

    kind: Literal["disabled", "adaptive", "enabled"]
    budget: int = 0
    """Tokens, of the `enabled` kind."""
    effort: ClaudeEffort | None = None
    """Of the `adaptive` kind."""
    display: ClaudeDisplay | None = None
    """Return the thinking as text, or leave it out; None leaves it to the model."""


def claude_thinking(provider: str, facts: ModelFacts, settings: Settings) -> Thinking | None:
    """The request fields for a Claude's thinking, or None to leave it to the model.

    Args:
        provider: whose request it is.
        facts: what is known of the model; unless its `reasoning_style` is `"budget"`, it is asked in the newer way.
        settings: what was asked for: `reasoning`, `show_reasoning` and `max_tokens`.

    Raises:
        UnsupportedParameterError: Claude has no such effort, or the limit leaves no room for an answer.
    """
    display = None if settings.show_reasoning is None else _DISPLAYS[settings.show_reasoning]
    effort = settings.reasoning
    if effort is None:
        return None if display is None else _displayed(provider, facts, display)
    if facts.reasoning_style == "budget":
        return _budgeted(provider, effort, settings.max_tokens, display)
    word = effort_word(provider, effort, _EFFORTS)
    return Thinking("disabled") if effort == "none" else Thinking("adaptive", effort=word, display=display)


def output_limit(facts: ModelFacts, settings: Settings, thinking: Thinking | None) -> int:
    """The output limit of a request: the one that was asked for, or else the model's own."""
    if settings.max_tokens is not None:
        return settings.max_tokens
    budget = 0 if thinking is None else thinking.budget
    known = facts.max_output_tokens
    return known if known is not None and known > budget else FALLBACK_MAX_TOKENS + budget


def _displayed(provider: str, facts: ModelFacts, display: ClaudeDisplay) -> Thinking | None:
    """A display without an effort. A model that does not think unless asked to has nothing to omit."""
    if display == "omitted":
        thinks = facts.default_effort not in (None, "none")
        return Thinking("adaptive", display=display) if thinks else None
    if facts.reasoning_style == "budget":
        raise UnsupportedParameterError(
            "this Claude reasons only where it is asked to: pass reasoning= too, or leave show_reasoning out",
            provider=provider,
        )
    return Thinking("adaptive", display=display)


def _budgeted(
    provider: str, effort: ReasoningEffort, max_tokens: int | None, display: ClaudeDisplay | None
) -> Thinking:
    budget = effort_word(provider, effort, _BUDGETS)
    if max_tokens is not None and max_tokens <= budget:
        raise UnsupportedParameterError(
            f"reasoning={effort!r} may use {budget} of the answer's tokens: max_tokens must be above that,"
            f" not {max_tokens}",
            provider=provider,
        )
    return Thinking("enabled", budget=budget, display=display) if budget else Thinking("disabled")
