"""A call of a container's model gives a setting of the wrong type."""

from god_llm.containers import AnthropicContainer

AnthropicContainer().llm(temperature="hot")  # E: arg-type
