"""A model by its full name takes what the facade takes."""

from god_llm import chat_model

chat_model("openai:o3", temperature=0.2)  # E: arg-type
chat_model("openai:gpt-4o", reasoning="low")  # E: arg-type
chat_model("anthropic:claude-sonnet-5-5", top_p=0.5)  # E: arg-type
