"""A model that always reasons is told not to."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b", reasoning="none")  # E: arg-type
