"""The models of Groq, and those of them that may be called alike."""

# Written by scripts/generate_models.py from catalogue.json; edit that file, not this one.

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from typing_extensions import TypeVar

from god_llm.domain.facts import PackagedFacts
from god_llm.domain.models import Catalogue, CustomModel

__all__ = ["CATALOGUE", "GroqModel"]

_FACTS: Final = PackagedFacts("god_llm.plugins.groq")
CATALOGUE: Final = Catalogue("groq", _FACTS, max_temperature=2.0)

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

AnyGroqModel: TypeAlias = GroqModel | CustomModel

GroqModelT = TypeVar("GroqModelT", bound=AnyGroqModel, default=AnyGroqModel, covariant=True)

if TYPE_CHECKING:
    # One model of each group of models that may be called alike: what the facade's overloads speak of.
    Retired = TypeVar(
        "Retired",
        bound=Literal[
            "gemma2-9b-it",
            "llama-3.1-70b-versatile",
            "llama-3.1-8b-instant",
            "llama-3.2-1b-preview",
            "llama-3.3-70b-versatile",
            "llama-guard-3-8b",
        ],
    )
    Listed = TypeVar("Listed", bound=AnyGroqModel)
    RetiredSampled = TypeVar(
        "RetiredSampled",
        bound=Literal[
            "gemma2-9b-it",
            "llama-3.1-70b-versatile",
            "llama-3.1-8b-instant",
            "llama-3.2-1b-preview",
            "llama-3.3-70b-versatile",
            "llama-guard-3-8b",
        ],
    )
    Sampled = TypeVar(
        "Sampled",
        bound=Literal[
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
        ],
    )
    SomehowSampled = TypeVar("SomehowSampled", bound=Literal["compound-beta", "compound-beta-mini"])
    LowMediumHighSampled = TypeVar(
        "LowMediumHighSampled",
        bound=Literal["openai/gpt-oss-120b", "openai/gpt-oss-20b", "openai/gpt-oss-safeguard-20b"],
    )
    NoneDefaultSampled = TypeVar(
        "NoneDefaultSampled", bound=Literal["qwen/qwen3-32b", "qwen/qwen3.6-27b", "qwen/qwen3.8-27b"]
    )
    Custom = TypeVar("Custom", bound=CustomModel)
