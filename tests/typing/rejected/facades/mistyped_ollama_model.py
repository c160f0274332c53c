"""A tag that is not listed is passed as it is, in place of a `CustomModel`."""

from god_llm import ChatOllama

ChatOllama("qwen3:8b")  # E: arg-type
