"""A call of a container's model misspells a setting."""

from god_llm.containers import AnthropicContainer

AnthropicContainer().llm(max_token=3)  # E: call-arg
