"""A service is wired to a part that the embedded container does not have."""

from dependency_injector import containers, providers

from god_llm import ChatAnthropic
from god_llm.containers import AnthropicContainer


class Summary:
    def __init__(self, llm: ChatAnthropic) -> None:
        self.llm = llm


class Application(containers.DeclarativeContainer):
    claude = providers.Container(AnthropicContainer)
    summary = providers.Factory(Summary, llm=claude.lm)  # E: attr-defined
