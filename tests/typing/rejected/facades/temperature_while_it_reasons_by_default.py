"""A model that reasons unless it is told not to takes no temperature as it is."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5", 0.5)  # E: arg-type
