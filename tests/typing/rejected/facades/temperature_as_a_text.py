"""A temperature that was read from a file is still a text."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b", "0.2")  # E: arg-type
