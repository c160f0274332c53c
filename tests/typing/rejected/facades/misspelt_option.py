"""A keyword is misspelt."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b", max_token=5)  # E: call-arg
