"""Llama does not reason on this machine either."""

from god_llm import ChatOllama

ChatOllama("llama3.1", reasoning="default")  # E: arg-type
