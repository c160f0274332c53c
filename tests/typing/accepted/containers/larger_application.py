"""An application is wired around a container of the library, and tested through it."""

from typing import Protocol, assert_type

from dependency_injector import containers, providers

from god_llm import AIMessage, ChatAnthropic
from god_llm.containers import AnthropicContainer, AnthropicSettings
from god_llm.testing import FakeTransport, FrozenClock, SequentialIds


class Model(Protocol):
    def generate(self, prompt: str) -> AIMessage: ...


class Assistant:
    def __init__(self, llm: Model, manner: str) -> None:
        self.llm = llm


class Application(containers.DeclarativeContainer):
    claude = providers.Container(AnthropicContainer, settings=AnthropicSettings(model="claude-sonnet-5-5"))
    manner = providers.Object("Answer in one sentence.")
    assistant = providers.Factory(Assistant, llm=claude.llm, manner=manner)


application = Application()
application.claude.transport.override(providers.Singleton(FakeTransport, {}))
application.claude.override_providers(ids=SequentialIds(), clock=FrozenClock())
application.manner.override("Answer as a pirate.")
assert_type(application.assistant(), Assistant)
assert_type(application.claude(), AnthropicContainer)
llm: ChatAnthropic = application.claude.llm(temperature=0.2)
