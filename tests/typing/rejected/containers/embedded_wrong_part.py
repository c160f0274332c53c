"""A container is embedded with a part of the wrong type."""

from dependency_injector import containers, providers

from god_llm.containers import AnthropicContainer, GroqSettings


class Application(containers.DeclarativeContainer):
    llm = providers.Container(
        AnthropicContainer,
        settings=providers.Singleton(GroqSettings),  # E: arg-type
    )
