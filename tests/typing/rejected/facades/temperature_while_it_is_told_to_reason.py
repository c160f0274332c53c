"""A model that samples only without reasoning is told to do both."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.4", 0.5, reasoning="high")  # E: arg-type
