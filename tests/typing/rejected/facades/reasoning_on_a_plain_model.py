"""A model that does not reason is told to."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-4o", reasoning="low")  # E: arg-type
