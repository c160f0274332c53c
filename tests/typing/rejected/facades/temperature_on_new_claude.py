"""New Claudes take no temperature."""

from god_llm import ChatAnthropic

ChatAnthropic("claude-sonnet-5-5", temperature=0.5)  # E: arg-type
