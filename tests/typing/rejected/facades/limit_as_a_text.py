"""A limit of tokens is a number."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-sonnet-5-5", max_tokens="100")  # E: arg-type
