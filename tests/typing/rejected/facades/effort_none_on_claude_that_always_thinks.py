"""A Claude that always thinks is told not to."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-opus-5-5", reasoning="none")  # E: arg-type
