"""A model's name is mistyped."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.55")  # E: arg-type
