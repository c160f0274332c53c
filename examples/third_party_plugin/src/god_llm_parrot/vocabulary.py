"""Parrot's words and ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.provider_kit import FinishReason, Usage
from god_llm_parrot.wire import Words

__all__ = ["FINISH_REASONS", "usage_of"]

FINISH_REASONS: Final[Mapping[str, FinishReason]] = {"done": "stop", "limit": "length", "rude": "refusal"}


def usage_of(words: Words | None) -> Usage | None:
    """Counts; one that was not sent is None."""
    return None if not words else Usage(input_tokens=words.get("heard"), output_tokens=words.get("said"))
