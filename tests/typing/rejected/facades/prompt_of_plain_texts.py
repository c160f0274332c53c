"""A conversation is made of messages, not of texts."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").generate(["Hello", "Hi"])  # E: list-item
