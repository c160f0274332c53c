"""Ollama's restrictions on conversations."""

from __future__ import annotations

from typing import Final

from god_llm.engine.history.media_rules import MediaRule
from god_llm.engine.history.rules import HistoryRules

__all__ = ["HISTORY"]

# https://docs.ollama.com/capabilities/vision: bytes alone.
HISTORY: Final = HistoryRules(media={"image": MediaRule(frozenset({"image/jpeg", "image/png", "image/webp"}))})
