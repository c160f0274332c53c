"""A prompt is a text or messages."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").generate(42)  # E: arg-type
