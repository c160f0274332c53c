"""Groq's name of the model has a maker in front, which is left out."""

from god_llm import ChatGroq

ChatGroq("gpt-oss-20b")  # E: arg-type
