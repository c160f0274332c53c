"""A provider without `generate` is none."""

from god_llm import BaseLLM, CustomProvider


class ChatParrot(BaseLLM):
    def __init__(self) -> None:
        super().__init__(CustomProvider("parrot"), "key")


ChatParrot()  # E: abstract
