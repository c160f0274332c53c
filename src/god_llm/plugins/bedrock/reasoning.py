"""How each family of models on Bedrock is asked to reason.

Converse has no word of its own for it: what a model wants goes into `additionalModelRequestFields`, in the words
of the model's maker. The catalogue says which words a model knows (`reasoning_style`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from god_llm.dialects.claude_thinking import claude_thinking, output_limit
from god_llm.domain.exceptions import UnsupportedParameterError
from god_llm.domain.facts import ModelFacts, ReasoningEffort
from god_llm.domain.settings import Settings
from god_llm.plugins.bedrock.catalogue import CATALOGUE

__all__ = ["Reasoning", "reasoning_fields"]

Fields: TypeAlias = dict[str, object]


class Reasoning(NamedTuple):
    """The request fields for reasoning."""

    fields: Fields
    """For `additionalModelRequestFields`."""
    needed_limit: int | None = None
    """The output limit to send where none was asked for: a thinking budget must be below it."""


def reasoning_fields(model: str, settings: Settings) -> Reasoning:
    """The request fields for `reasoning` and `show_reasoning`; none where neither is set.

    Args:
        model: the name of a model or an inference profile.
        settings: what was asked for.

    Raises:
        UnsupportedParameterError: it is not known how to ask this model, or it can't be asked so.
    """
    if settings.reasoning is None and settings.show_reasoning is None:
        return _NOTHING_ASKED
    facts = CATALOGUE.facts(model)
    if facts.reasoning_style in ("adaptive", "budget"):
        return _claude(facts, settings)
    if settings.show_reasoning is not None:
        raise _unknown_way(model, "to show its reasoning", "show_reasoning")
    if facts.reasoning_style not in _STYLES or settings.reasoning is None:
        raise _unknown_way(model, "to reason", "reasoning")
    return Reasoning(_STYLES[facts.reasoning_style](settings.reasoning))


def _unknown_way(model: str, what: str, setting: str) -> UnsupportedParameterError:
    return UnsupportedParameterError(
        f"it is not known how {model} is asked {what} on Bedrock; leave {setting} out", provider="bedrock", model=model
    )


def _claude(facts: ModelFacts, settings: Settings) -> Reasoning:
    thinking = claude_thinking("bedrock", facts, settings)
    if thinking is None:
        return _NOTHING_ASKED
    asked: Fields = {"type": thinking.kind}
    if thinking.budget:
        asked["budget_tokens"] = thinking.budget
    if thinking.display is not None:
        asked["display"] = thinking.display
    fields: Fields = {"thinking": asked}
    if thinking.effort is not None:
        fields["output_config"] = {"effort": thinking.effort}
    return Reasoning(fields, output_limit(facts, settings, thinking) if thinking.budget else None)


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
_NOTHING_ASKED: Final = Reasoning({})
