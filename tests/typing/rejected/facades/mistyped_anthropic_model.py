"""Claude's version is written with a dot."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-sonnet-5.5")  # E: arg-type
