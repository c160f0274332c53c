"""A part of one provider, among all of them, is overridden with the wrong thing."""

from god_llm.containers import LLMContainer

LLMContainer().groq.auth.override(None)  # E: arg-type
