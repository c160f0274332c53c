"""A tool is given by its name."""

from god_llm import ChatOpenAI

ChatOpenAI("gpt-5.5").run("hi", ["add"])  # E: list-item
