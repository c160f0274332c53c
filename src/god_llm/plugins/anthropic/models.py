"""The models of Anthropic, and those of them that may be called alike."""

# Written by scripts/generate_models.py from catalogue.json; edit that file, not this one.

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from typing_extensions import TypeVar

from god_llm.domain.facts import PackagedFacts
from god_llm.domain.models import Catalogue, CustomModel

__all__ = ["CATALOGUE", "AnthropicModel"]

_FACTS: Final = PackagedFacts("god_llm.plugins.anthropic")
CATALOGUE: Final = Catalogue("anthropic", _FACTS, max_temperature=1.0)

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

AnyAnthropicModel: TypeAlias = AnthropicModel | CustomModel

AnthropicModelT = TypeVar("AnthropicModelT", bound=AnyAnthropicModel, default=AnyAnthropicModel, covariant=True)

if TYPE_CHECKING:
    # One model of each group of models that may be called alike: what the facade's overloads speak of.
    Retired = TypeVar(
        "Retired", bound=Literal["claude-mythos-preview", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929"]
    )
    Listed = TypeVar("Listed", bound=AnyAnthropicModel)
    RetiredSampled = TypeVar("RetiredSampled", bound=Literal["claude-sonnet-4-5", "claude-sonnet-4-5-20250929"])
    Sampled = TypeVar(
        "Sampled",
        bound=Literal[
            "claude-haiku-4-5",
            "claude-haiku-4-5-20251001",
            "claude-opus-4-5",
            "claude-opus-4-5-20251101",
            "claude-opus-4-6",
            "claude-opus-4-6-20260205",
            "claude-sonnet-4-5",
            "claude-sonnet-4-5-20250929",
            "claude-sonnet-4-6",
        ],
    )
    Silenced = TypeVar(
        "Silenced",
        bound=Literal[
            "claude-haiku-4-5",
            "claude-haiku-4-5-20251001",
            "claude-opus-4-5",
            "claude-opus-4-5-20251101",
            "claude-opus-4-6",
            "claude-opus-4-6-20260205",
            "claude-sonnet-4-5",
            "claude-sonnet-4-5-20250929",
            "claude-sonnet-4-6",
        ],
    )
    Default = TypeVar("Default", bound=Literal["claude-mythos-preview"])
    LowMediumHighXhighMax = TypeVar(
        "LowMediumHighXhighMax",
        bound=Literal[
            "claude-fable-5",
            "claude-fable-5-1",
            "claude-fable-5-2",
            "claude-mythos-5",
            "claude-mythos-5-1",
            "claude-mythos-5-2",
            "claude-opus-5-5",
        ],
    )
    NoneLowMediumHigh = TypeVar(
        "NoneLowMediumHigh",
        bound=Literal[
            "claude-haiku-4-5",
            "claude-haiku-4-5-20251001",
            "claude-opus-4-5",
            "claude-opus-4-5-20251101",
            "claude-sonnet-4-5",
            "claude-sonnet-4-5-20250929",
        ],
    )
    NoneLowMediumHighMax = TypeVar(
        "NoneLowMediumHighMax", bound=Literal["claude-opus-4-6", "claude-opus-4-6-20260205", "claude-sonnet-4-6"]
    )
    NoneLowMediumHighXhighMax = TypeVar(
        "NoneLowMediumHighXhighMax",
        bound=Literal[
            "claude-haiku-5-5",
            "claude-opus-4-7",
            "claude-opus-4-7-20260416",
            "claude-opus-4-8",
            "claude-opus-5",
            "claude-sonnet-5",
            "claude-sonnet-5-5",
        ],
    )
    Custom = TypeVar("Custom", bound=CustomModel)
