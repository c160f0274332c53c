"""A setting of one call is of another type."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").generate("Hello", reasoning="hihg")  # E: arg-type
