"""The names of providers."""

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

__all__ = ["KEYLESS", "PROVIDERS", "TELEMETRY_NAMES", "CustomProvider", "LLMProviderType", "ProviderName"]

LLMProviderType: TypeAlias = Literal["ollama", "openai", "anthropic", "bedrock", "groq"]
"""The providers this library knows. Another package adds one with `CustomProvider("name")`."""


class CustomProvider(str):
    """The name of a provider that another package brings: the one door past `LLMProviderType`."""

    __slots__ = ()


ProviderName: TypeAlias = LLMProviderType | CustomProvider

KEYLESS: frozenset[str] = frozenset({"ollama", "bedrock"})
"""Providers that also answer without a key: a local Ollama needs none, and AWS signs with its own credentials."""

PROVIDERS: tuple[str, ...] = get_args(LLMProviderType)

TELEMETRY_NAMES: Final[Mapping[str, str]] = {"bedrock": "aws.bedrock"}
"""Provider -> its `gen_ai.provider.name` in OpenTelemetry, where that is another one.

https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
"""
