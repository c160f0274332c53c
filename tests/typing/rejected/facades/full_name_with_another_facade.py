"""The facade of another provider is expected of a full name."""

from god_llm import ChatAnthropic, chat_model

llm: ChatAnthropic = chat_model("openai:gpt-5.5")  # E: assignment
