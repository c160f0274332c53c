"""Servers speak chat completions alone."""

from god_llm import ChatOpenAI, CustomModel

ChatOpenAI(CustomModel("m"), server="deepseek", api="responses")  # E: call-arg
