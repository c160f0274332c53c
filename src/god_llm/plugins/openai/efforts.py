"""OpenAI's words for how much to reason, the same in both of its APIs.

https://platform.openai.com/docs/guides/reasoning
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from god_llm.domain.facts import ReasoningEffort

__all__ = ["EFFORTS", "OpenAIEffort"]

OpenAIEffort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]

EFFORTS: Final[Mapping[ReasoningEffort, OpenAIEffort]] = {
    "none": "none",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
"""A model that reasons always does so at a level: there is no `default`."""
