"""Anthropic's Messages API."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.plugins.anthropic.chat import ChatAnthropic as ChatAnthropic
    from god_llm.plugins.anthropic.extra import AnthropicExtra as AnthropicExtra
    from god_llm.plugins.anthropic.formatter import AnthropicFormatter as AnthropicFormatter
    from god_llm.plugins.anthropic.models import AnthropicModel as AnthropicModel
    from god_llm.plugins.anthropic.normaliser import AnthropicNormaliser as AnthropicNormaliser
    from god_llm.plugins.anthropic.transport import AnthropicTransport as AnthropicTransport
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "AnthropicExtra": "extra",
            "AnthropicFormatter": "formatter",
            "AnthropicModel": "models",
            "AnthropicNormaliser": "normaliser",
            "AnthropicTransport": "transport",
            "ChatAnthropic": "chat",
        },
    )

__all__ = [
    "AnthropicExtra",
    "AnthropicFormatter",
    "AnthropicModel",
    "AnthropicNormaliser",
    "AnthropicTransport",
    "ChatAnthropic",
]
