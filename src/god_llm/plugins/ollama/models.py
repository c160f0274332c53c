"""The models of Ollama, and those of them that may be called alike."""

# Written by scripts/generate_models.py from catalogue.json; edit that file, not this one.

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from typing_extensions import TypeVar

from god_llm.domain.facts import PackagedFacts
from god_llm.domain.models import Catalogue, CustomModel

__all__ = ["CATALOGUE", "OllamaModel"]

_FACTS: Final = PackagedFacts("god_llm.plugins.ollama")
CATALOGUE: Final = Catalogue("ollama", _FACTS)

OllamaModel: TypeAlias = Literal[
    "codegeex4",
    "codegemma",
    "codellama",
    "deepseek-coder-v2-base",
    "deepseek-coder-v2-instruct",
    "deepseek-coder-v2-lite-base",
    "deepseek-coder-v2-lite-instruct",
    "deepseek-v3.1:671b-cloud",
    "gpt-oss:120b-cloud",
    "gpt-oss:20b-cloud",
    "internlm2_5-20b-chat",
    "llama2",
    "llama2-uncensored",
    "llama2:13b",
    "llama2:70b",
    "llama2:7b",
    "llama3",
    "llama3.1",
    "llama3:70b",
    "llama3:8b",
    "mistral",
    "mistral-7B-Instruct-v0.1",
    "mistral-7B-Instruct-v0.2",
    "mistral-large-instruct-2407",
    "mixtral-8x22B-Instruct-v0.1",
    "mixtral-8x7B-Instruct-v0.1",
    "orca-mini",
    "qwen3-coder:480b-cloud",
    "vicuna",
]

AnyOllamaModel: TypeAlias = OllamaModel | CustomModel

OllamaModelT = TypeVar("OllamaModelT", bound=AnyOllamaModel, default=AnyOllamaModel, covariant=True)

if TYPE_CHECKING:
    # One model of each group of models that may be called alike: what the facade's overloads speak of.
    Listed = TypeVar("Listed", bound=AnyOllamaModel)
    Sampled = TypeVar(
        "Sampled",
        bound=Literal[
            "codegeex4",
            "codegemma",
            "codellama",
            "deepseek-coder-v2-base",
            "deepseek-coder-v2-instruct",
            "deepseek-coder-v2-lite-base",
            "deepseek-coder-v2-lite-instruct",
            "deepseek-v3.1:671b-cloud",
            "gpt-oss:120b-cloud",
            "gpt-oss:20b-cloud",
            "internlm2_5-20b-chat",
            "llama2",
            "llama2-uncensored",
            "llama2:13b",
            "llama2:70b",
            "llama2:7b",
            "llama3",
            "llama3.1",
            "llama3:70b",
            "llama3:8b",
            "mistral",
            "mistral-7B-Instruct-v0.1",
            "mistral-7B-Instruct-v0.2",
            "mistral-large-instruct-2407",
            "mixtral-8x22B-Instruct-v0.1",
            "mixtral-8x7B-Instruct-v0.1",
            "orca-mini",
            "qwen3-coder:480b-cloud",
            "vicuna",
        ],
    )
    LowMediumHighSampled = TypeVar("LowMediumHighSampled", bound=Literal["gpt-oss:120b-cloud", "gpt-oss:20b-cloud"])
    NoneDefaultSampled = TypeVar("NoneDefaultSampled", bound=Literal["deepseek-v3.1:671b-cloud"])
    Custom = TypeVar("Custom", bound=CustomModel)
