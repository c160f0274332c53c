"""The model is left out."""

from god_llm import ChatOpenAI

ChatOpenAI(api_key="key")  # E: call-arg
