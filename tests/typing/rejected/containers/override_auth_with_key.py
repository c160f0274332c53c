"""A container's source of keys is overridden with a key."""

from god_llm.containers import GroqContainer

GroqContainer().auth.override("key")  # E: arg-type
