"""A structured answer is taken for a value of another type."""

from god_llm import ChatOpenAI

names: list[str] = ChatOpenAI("gpt-5.5").answer_as(list[int], "Which?").value  # E: assignment
