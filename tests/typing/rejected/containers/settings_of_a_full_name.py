"""The settings of a model that is named in full, which only the plugin checks."""

from god_llm import chat_model

chat_model("openai:gpt-5.5", stop=["end"])  # E: arg-type
