"""A text that may be anything is no full name before `model_id` has seen it."""

from god_llm import BaseLLM, chat_model


def made(name: str) -> BaseLLM:
    return chat_model(name)  # E: arg-type
