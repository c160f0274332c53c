"""A model that never samples is given a temperature."""

from god_llm import ChatOpenAI

ChatOpenAI("o3", 0.2)  # E: arg-type
