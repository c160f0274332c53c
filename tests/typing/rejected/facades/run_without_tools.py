"""A run is given no tools."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5").run("hi")  # E: call-arg
