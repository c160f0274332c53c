"""The mission's template for a new provider, as its author would write it in a package of their own."""

from __future__ import annotations

from typing import Optional

from god_llm.plugins.base import AIMessage, BaseLLM, CustomProvider, TemperatureValidator
from god_llm.plugins.exceptions import BaseLLMException


class NewProvider(BaseLLM):
    def __init__(
        self,
        model_name: str,
        temperature: Optional[TemperatureValidator] = 0.7,
        api_key: Optional[str] = None,
    ):
        super().__init__(CustomProvider("new_provider"), api_key)
        self.model_name = model_name
        self.temperature = temperature

    def generate(self, prompt: str) -> AIMessage:
        try:
            return AIMessage(content=prompt.upper())
        except Exception as e:
            raise BaseLLMException(f"Error: {e}")
