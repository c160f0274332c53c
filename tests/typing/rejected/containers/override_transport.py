"""A container's transport is overridden with something that is none."""

from god_llm.containers import AnthropicContainer

AnthropicContainer().transport.override(42)  # E: arg-type
