"""A mode of structured answers is misspelt."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5").generate_as(int, "How many?", mode="json")  # E: arg-type
