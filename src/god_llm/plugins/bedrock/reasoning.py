"""How each family of models on Bedrock is asked to reason.

Converse has no word of its own for it: what a model wants goes into `additionalModelRequestFields`, in the words
of the model's maker. The catalogue says which words a model knows (`reasoning_style`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from god_llm.dialects.claude_thinking import claude_thinking
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.facts import ReasoningEffort
from god_llm.plugins.bedrock.catalogue import CATALOGUE

__all__ = ["reasoning_fields"]

Fields: TypeAlias = dict[str, object]


def reasoning_fields(model: str, effort: ReasoningEffort, max_tokens: int | None) -> Fields:
    """What to send beside the conversation so that a model reasons as asked.

    Args:
        model: the name of a model or an inference profile.
        effort: what was asked for.
        max_tokens: the limit of the answer that was asked for.

    Raises:
        UnsupportedParameterError: it is not known how to ask this model, or it can't be asked so.
    """
    style = CATALOGUE.facts(model).reasoning_style
    if style in ("adaptive", "budget"):
        return _claude(style, effort, max_tokens)
    if style not in _STYLES:
        raise UnsupportedParameterError(
            f"it is not known how {model} is asked to reason on Bedrock; leave reasoning out",
            provider="bedrock",
            model=model,
        )
    return _STYLES[style](effort)


def _claude(style: str, effort: ReasoningEffort, max_tokens: int | None) -> Fields:
    thinking = claude_thinking("bedrock", style, effort, max_tokens)
    asked: Fields = {"type": thinking.kind}
    if thinking.budget:
        asked["budget_tokens"] = thinking.budget
    return (
        {"thinking": asked}
        if thinking.effort is None
        else {
            "thinking": asked,
            "output_config": {"effort": thinking.effort},
        }
    )


def _nova(effort: ReasoningEffort) -> Fields:
    """https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html."""
    if effort == "none":
        return {"reasoningConfig": {"type": "disabled"}}
    return {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": effort}}


_STYLES: Final[Mapping[str | None, Callable[[ReasoningEffort], Fields]]] = {
    "nova": _nova,
    "reasoning": lambda effort: {"reasoning": {"effort": effort}},
    "reasoning_config": lambda effort: {"reasoning_config": effort},
    "reasoning_effort": lambda effort: {"reasoning_effort": effort},
}
