"""The keyword options of a structured answer, as a type."""

from __future__ import annotations

from god_llm.domain.answers import AnswerMode
from god_llm.domain.settings import GenerationSettings

__all__ = ["AnswerOptions"]


class AnswerOptions(GenerationSettings, total=False):
    """The keyword options of a structured answer; the settings of generation hold for each of its attempts."""

    mode: AnswerMode | None
    """By JSON schema, by a tool that the model must call, or in words; by default the best one that the model has."""
    reasks: int
    """Questions after an answer that does not fit, each with the problem; by default 0."""
