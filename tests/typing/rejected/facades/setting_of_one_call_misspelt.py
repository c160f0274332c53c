"""A setting of one call is misspelt."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").generate("Hello", max_token=5)  # E: call-arg
