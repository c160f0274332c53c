"""An effort is misspelt."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5", reasoning="hihg")  # E: arg-type
