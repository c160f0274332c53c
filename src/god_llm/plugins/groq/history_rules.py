"""Groq's restrictions on conversations."""

from __future__ import annotations

from typing import Final

from god_llm.engine.history.media_rules import IMAGES, WEB, MediaRule
from god_llm.engine.history.rules import HistoryRules, WordRule

__all__ = ["HISTORY"]

HISTORY: Final = HistoryRules(
    call_ids=WordRule("\\x21-\\x7e", 64),
    tool_names=WordRule("a-zA-Z0-9_-", 64),
    media={"image": MediaRule(IMAGES, WEB)},  # https://console.groq.com/docs/vision
)
