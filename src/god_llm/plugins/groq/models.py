"""Groq's models, and which of them take sampling parameters."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from god_llm.domain.models import Catalogue, Sampling

__all__ = ["CATALOGUE", "GroqModel"]

GroqModel: TypeAlias = Literal[
    "compound-beta",
    "compound-beta-mini",
    "gemma2-9b-it",
    "llama-3.1-70b-versatile",
    "llama-3.1-8b-instant",
    "llama-3.2-1b-preview",
    "llama-3.3-70b-versatile",
    "llama-guard-3-8b",
    "meta-llama/llama-4-maverick-17b-128e-instruct",
    "meta-llama/llama-4-scout-17b-16e-instruct",
    "meta-llama/llama-guard-4-12b",
    "meta-llama/llama-prompt-guard-2-22m",
    "meta-llama/llama-prompt-guard-2-86m",
    "moonshotai/kimi-k2-instruct",
    "openai/gpt-oss-120b",
    "openai/gpt-oss-20b",
    "openai/gpt-oss-safeguard-20b",
    "qwen/qwen3-32b",
    "qwen/qwen3.6-27b",
    "qwen/qwen3.8-27b",
]

_SAMPLING: Final[dict[str, Sampling]] = {
    "compound-beta": "always",
    "compound-beta-mini": "always",
    "gemma2-9b-it": "always",
    "llama-3.1-8b-instant": "always",
    "llama-3.3-70b-versatile": "always",
    "llama-guard-3-8b": "always",
    "meta-llama/llama-4-maverick-17b-128e-instruct": "always",
    "meta-llama/llama-4-scout-17b-16e-instruct": "always",
    "meta-llama/llama-guard-4-12b": "always",
    "meta-llama/llama-prompt-guard-2-22m": "always",
    "meta-llama/llama-prompt-guard-2-86m": "always",
    "moonshotai/kimi-k2-instruct": "always",
    "openai/gpt-oss-120b": "always",
    "openai/gpt-oss-20b": "always",
    "openai/gpt-oss-safeguard-20b": "always",
    "qwen/qwen3-32b": "always",
    "qwen/qwen3.6-27b": "always",
    "qwen/qwen3.8-27b": "always",
}

CATALOGUE: Final = Catalogue("groq", frozenset(get_args(GroqModel)), _SAMPLING, hottest=2.0)
