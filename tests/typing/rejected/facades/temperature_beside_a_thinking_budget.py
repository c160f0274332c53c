"""Claude takes no temperature while it thinks."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-haiku-4-5", 0.5, reasoning="low")  # E: arg-type
