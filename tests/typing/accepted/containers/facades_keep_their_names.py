"""A facade that a container makes is of its model, as one that is made by hand."""

from typing import Literal

from dependency_injector import containers, providers
from typing_extensions import assert_type

from god_llm import AIMessage, ChatAnthropic, ChatGroq, ChatOpenAI
from god_llm.containers import OpenAISettings, configured


class Application(containers.DeclarativeContainer):
    settings = providers.Singleton(OpenAISettings)
    openai = providers.Factory(ChatOpenAI, "gpt-5.5", reasoning="high")
    groq = providers.Singleton(ChatGroq, providers.Object("openai/gpt-oss-20b"), 0.2)
    claude = providers.ThreadSafeSingleton(ChatAnthropic, model_name="claude-sonnet-5-5")
    from_settings = providers.Factory(
        ChatOpenAI,
        configured(settings.provided.model),
        configured(settings.provided.temperature),
        timeout=settings.provided.timeout,
    )


assert_type(Application.openai(), ChatOpenAI[Literal["gpt-5.5"]])
assert_type(Application.groq(), ChatGroq[Literal["openai/gpt-oss-20b"]])
assert_type(Application.claude(), ChatAnthropic[Literal["claude-sonnet-5-5"]])
assert_type(Application.openai().generate("Hello"), AIMessage[Literal["gpt-5.5"]])
assert_type(Application.openai(reasoning="low"), ChatOpenAI[Literal["gpt-5.5"]])
