"""Names in Ollama's library; any other tag goes in as a `CustomModel`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from god_llm.domain.models import Catalogue, Sampling

__all__ = ["CATALOGUE", "OllamaModel"]

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

_SAMPLING: Final[dict[str, Sampling]] = {}

CATALOGUE: Final = Catalogue("ollama", frozenset(get_args(OllamaModel)), _SAMPLING)
