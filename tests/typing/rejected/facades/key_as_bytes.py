"""A key is passed as bytes."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-sonnet-5-5", api_key=b"key")  # E: arg-type
