"""The closing line of a stream in OpenAI's format."""

from typing import Final

from god_llm.domain.plain_json import JsonObject

__all__ = ["DONE"]

DONE: Final[JsonObject] = {"type": "[DONE]"}
"""Stands among a stream's events for the line `data: [DONE]`, which is not JSON."""
