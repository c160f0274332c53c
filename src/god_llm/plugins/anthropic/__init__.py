"""Anthropic's Messages API."""

from god_llm.plugins.anthropic.chat import ChatAnthropic
from god_llm.plugins.anthropic.formatter import AnthropicFormatter
from god_llm.plugins.anthropic.models import AnthropicModel
from god_llm.plugins.anthropic.normaliser import AnthropicNormaliser
from god_llm.plugins.anthropic.transport import AnthropicTransport

__all__ = [
    "AnthropicFormatter",
    "AnthropicModel",
    "AnthropicNormaliser",
    "AnthropicTransport",
    "ChatAnthropic",
]
