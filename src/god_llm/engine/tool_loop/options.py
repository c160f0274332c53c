"""The keyword options of a run, as a type."""

from __future__ import annotations

from decimal import Decimal

from god_llm.domain.runs import Decisions
from god_llm.domain.settings import GenerationSettings
from god_llm.domain.tools import ToolChoice

__all__ = ["RunOptions"]


class RunOptions(GenerationSettings, total=False):
    """The keyword options of a run; the settings of generation hold for each of its answers."""

    context: object
    """The value of each tool's `ToolContext`."""
    choice: ToolChoice | None
    """The choice of tools for the first answer; later answers are free."""
    parallel: bool
    """Make the calls of one answer at the same time, each in a thread (in async code: a task)."""
    max_turns: int | None
    """Answers, by default 10; None is no limit."""
    max_calls: int | None
    """Calls of tools."""
    max_total_tokens: int | None
    """Input and output tokens of all answers."""
    max_cost: Decimal | float | None
    """US dollars for all answers, by list prices; an answer without a known price ends the run."""
    decisions: Decisions | None
    """For the calls of a paused run: id -> True, False or a reason to refuse."""
