"""One call asks for a setting that only one of two models takes."""

from typing import Literal

from god_llm import ChatAnthropic


def asked(llm: ChatAnthropic[Literal["claude-haiku-4-5", "claude-sonnet-5-5"]]) -> None:
    llm.stream("Hello", top_p=0.9)  # E: arg-type
