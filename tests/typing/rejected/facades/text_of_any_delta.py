"""Not every delta has text."""

from god_llm import ChatGroq

for delta in ChatGroq("openai/gpt-oss-20b").stream("Hello"):
    print(delta.text)  # E: union-attr
