"""What a plugin author needs, under the name of the public contract."""

from god_llm.domain.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage, UserMessage
from god_llm.domain.models import CustomModel
from god_llm.domain.providers import CustomProvider, LLMProviderType
from god_llm.domain.settings import TemperatureValidator
from god_llm.engine.base import BaseLLM
from god_llm.engine.chat import ChatModel
from god_llm.plugins.anthropic.models import AnthropicModel
from god_llm.plugins.bedrock.models import BedrockModel
from god_llm.plugins.groq.models import GroqModel
from god_llm.plugins.ollama.models import OllamaModel
from god_llm.plugins.openai.models import OpenAIModel

__all__ = [
    "AIMessage",
    "AnthropicModel",
    "BaseLLM",
    "BaseMessage",
    "BedrockModel",
    "ChatModel",
    "CustomModel",
    "CustomProvider",
    "GroqModel",
    "LLMProviderType",
    "OllamaModel",
    "OpenAIModel",
    "SystemMessage",
    "TemperatureValidator",
    "ToolMessage",
    "UserMessage",
]
