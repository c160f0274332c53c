"""The model of an answer is compared with one that it can't be."""

from god_llm import ChatOpenAI

print(ChatOpenAI("gpt-5.5").generate("Hello").model == "gpt-5.55")  # E: comparison-overlap
