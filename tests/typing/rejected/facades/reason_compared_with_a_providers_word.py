"""A finish reason is compared with the word of a provider."""

from god_llm import ChatAnthropic

print(ChatAnthropic("claude-sonnet-5-5").generate("Hello").finish_reason == "end_turn")  # E: comparison-overlap
