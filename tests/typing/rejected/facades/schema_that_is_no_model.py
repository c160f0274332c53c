"""A structured answer is asked for with a dict in place of a pydantic model."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").generate_as({"type": "object"}, "Hello")  # E: arg-type
