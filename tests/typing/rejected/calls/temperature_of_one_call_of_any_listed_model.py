"""One call asks any of the listed models for a temperature."""

from god_llm import ChatOpenAI
from god_llm.plugins.base import OpenAIModel


def asked(llm: ChatOpenAI[OpenAIModel]) -> None:
    llm.generate("Hello", temperature=0.2)  # E: arg-type
