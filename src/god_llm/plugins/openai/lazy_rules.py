"""The rules of `extra=` for each of OpenAI's APIs, loaded with the first `extra=`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["chat_completions_extra", "responses_extra"]


def responses_extra() -> ExtraRules:
    """The rules of Responses."""
    from god_llm.plugins.openai.responses.extra import EXTRA_RULES

    return EXTRA_RULES


def chat_completions_extra() -> ExtraRules:
    """The rules of chat completions."""
    from god_llm.plugins.openai.chat_completions.extra import EXTRA_RULES

    return EXTRA_RULES
