"""A provider of another package has a name that says so."""

from god_llm import AIMessage, BaseLLM


class ChatParrot(BaseLLM):
    def __init__(self) -> None:
        super().__init__("parrot")  # E: arg-type

    def generate(self, prompt: str) -> AIMessage:
        return AIMessage(content=prompt)
