"""OpenAI's other API is misspelt."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5", api="chat")  # E: arg-type
