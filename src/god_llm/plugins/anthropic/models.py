"""Anthropic's models, and which of them take sampling parameters."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from god_llm.domain.models import Catalogue, Sampling

__all__ = ["CATALOGUE", "AnthropicModel"]

AnthropicModel: TypeAlias = Literal[
    "claude-fable-5",
    "claude-fable-5-1",
    "claude-fable-5-2",
    "claude-haiku-4-5",
    "claude-haiku-4-5-20251001",
    "claude-haiku-5-5",
    "claude-mythos-5",
    "claude-mythos-5-1",
    "claude-mythos-5-2",
    "claude-mythos-preview",
    "claude-opus-4-5",
    "claude-opus-4-5-20251101",
    "claude-opus-4-6",
    "claude-opus-4-6-20260205",
    "claude-opus-4-7",
    "claude-opus-4-7-20260416",
    "claude-opus-4-8",
    "claude-opus-5",
    "claude-opus-5-5",
    "claude-sonnet-4-5",
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-6",
    "claude-sonnet-5",
    "claude-sonnet-5-5",
]

_SAMPLING: Final[dict[str, Sampling]] = {
    "claude-haiku-4-5": "always",
    "claude-haiku-4-5-20251001": "always",
    "claude-mythos-preview": "always",
    "claude-opus-4-5": "always",
    "claude-opus-4-5-20251101": "always",
    "claude-opus-4-6": "always",
    "claude-opus-4-6-20260205": "always",
    "claude-sonnet-4-5": "always",
    "claude-sonnet-4-5-20250929": "always",
    "claude-sonnet-4-6": "always",
    "claude-fable-5": "never",
    "claude-fable-5-1": "never",
    "claude-fable-5-2": "never",
    "claude-haiku-5-5": "never",
    "claude-mythos-5": "never",
    "claude-mythos-5-1": "never",
    "claude-mythos-5-2": "never",
    "claude-opus-4-7": "never",
    "claude-opus-4-7-20260416": "never",
    "claude-opus-4-8": "never",
    "claude-opus-5": "never",
    "claude-opus-5-5": "never",
    "claude-sonnet-5": "never",
    "claude-sonnet-5-5": "never",
}

CATALOGUE: Final = Catalogue("anthropic", frozenset(get_args(AnthropicModel)), _SAMPLING, hottest=1.0)
