"""`override_providers` is given a part of the wrong type."""

from god_llm.containers import GroqContainer

GroqContainer().override_providers(formatter=str)  # E: arg-type
