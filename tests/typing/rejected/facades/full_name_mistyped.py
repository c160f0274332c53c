"""A full name has a model that is not listed."""

from god_llm import chat_model

chat_model("openai:gpt-5.55")  # E: arg-type
