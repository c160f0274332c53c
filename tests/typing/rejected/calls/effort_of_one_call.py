"""One call asks for an effort that the model has not."""

from god_llm import ChatGroq

ChatGroq("openai/gpt-oss-20b").stream("Hello", reasoning="max")  # E: arg-type
