"""Subclasses of facades, which call the facade's constructor or inherit it."""

from typing import Any, Literal

from god_llm import ChatAnthropic, ChatOpenAI, CustomModel


class Reasoning(ChatOpenAI):
    def __init__(self, api_key: str | None = None) -> None:
        super().__init__("gpt-5.5", reasoning="high", api_key=api_key)


class Sampling(ChatOpenAI[Literal["gpt-4o"]]):
    def __init__(self) -> None:
        super().__init__("gpt-4o", temperature=0.2)
        self.asked = 0

    def ask(self) -> str:
        return self.generate("Hello", temperature=0.3).content


class Mine(ChatAnthropic[CustomModel]):
    def __init__(self, name: str) -> None:
        super().__init__(CustomModel(name), temperature=0.2)


class Untyped(ChatAnthropic):
    def __init__(self, model: Any, **options: Any) -> None:
        super().__init__(model, **options)


class Keyed(Reasoning):
    def __init__(self) -> None:
        super().__init__(api_key="key")


class Inheriting(ChatAnthropic):
    pass


for llm in (Reasoning(), Sampling(), Mine("mine"), Untyped("mine"), Keyed(), Inheriting("claude-sonnet-5-5")):
    llm.generate("Hello")
