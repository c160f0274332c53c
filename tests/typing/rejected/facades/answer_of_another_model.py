"""The answer of one model is taken for that of another."""

from typing import Literal

from god_llm import AIMessage, ChatOpenAI

answer: AIMessage[Literal["gpt-5.4"]] = ChatOpenAI("gpt-5.5").generate("Hello")  # E: assignment
