"""The composition root: a container per provider, one of all, and their settings.

This is the only place that imports `dependency_injector` and `pydantic_settings`.
"""

from god_llm.containers.llm import LLMContainer
from god_llm.containers.parts import configured
from god_llm.containers.providers import (
    AnthropicContainer,
    BedrockContainer,
    GroqContainer,
    OllamaContainer,
    OpenAIContainer,
)
from god_llm.containers.settings import (
    AnthropicSettings,
    BedrockSettings,
    GroqSettings,
    OllamaSettings,
    OpenAISettings,
    ProviderSettings,
)

__all__ = [
    "AnthropicContainer",
    "AnthropicSettings",
    "BedrockContainer",
    "BedrockSettings",
    "GroqContainer",
    "GroqSettings",
    "LLMContainer",
    "OllamaContainer",
    "OllamaSettings",
    "OpenAIContainer",
    "OpenAISettings",
    "ProviderSettings",
    "configured",
]
