"""A full name begins with a provider."""

from god_llm import chat_model

chat_model("gpt-5.5")  # E: arg-type
