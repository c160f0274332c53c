"""Llama does not reason."""

from god_llm import ChatGroq

ChatGroq("meta-llama/llama-4-scout-17b-16e-instruct", reasoning="low")  # E: arg-type
