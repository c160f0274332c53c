"""A formatter writes another provider's requests."""

from god_llm import ChatAnthropic
from god_llm.plugins.bedrock import BedrockFormatter

ChatAnthropic("claude-sonnet-5-5", formatter=BedrockFormatter())  # E: arg-type
