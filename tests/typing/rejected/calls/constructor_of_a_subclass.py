"""A subclass's call of its facade's constructor is checked as a call of the facade."""

from god_llm import ChatAnthropic, ChatOpenAI


class Misspelt(ChatOpenAI):
    def __init__(self) -> None:
        super().__init__("gpt-5.55")  # E: arg-type


class Heated(ChatOpenAI):
    def __init__(self, *, hot: bool) -> None:
        if hot:
            super().__init__("o3", temperature=0.2)  # E: arg-type
        else:
            super().__init__("o3", temprature=0.2)  # E: call-arg


class Plain(ChatAnthropic):
    pass


Plain("claude-sonnet-5-5", temperature=0.2)  # E: arg-type
