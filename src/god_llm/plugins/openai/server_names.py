"""The names of the servers that speak OpenAI's chat completions; their rows are in `servers.py`."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

__all__ = ["SERVER_NAMES", "ServerName"]

ServerName: TypeAlias = Literal[
    "azure",
    "azure_deployments",
    "cerebras",
    "deepseek",
    "fireworks",
    "gemini",
    "llamacpp",
    "lmstudio",
    "mistral",
    "moonshot",
    "ollama_v1",
    "openrouter",
    "sglang",
    "together",
    "vllm",
    "xai",
]
"""The servers of which there is a row."""

SERVER_NAMES: Final[tuple[str, ...]] = get_args(ServerName)
