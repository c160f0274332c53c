"""Formatter and normaliser are swapped."""

from god_llm import ChatAnthropic
from god_llm.plugins.anthropic import AnthropicFormatter, AnthropicNormaliser

ChatAnthropic("claude-sonnet-5-5", formatter=AnthropicNormaliser(), normaliser=AnthropicFormatter())  # E: arg-type
