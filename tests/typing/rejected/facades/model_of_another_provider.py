"""A model is asked for at a provider that has it not."""

from god_llm import ChatAnthropic

ChatAnthropic("gpt-5.5")  # E: arg-type
