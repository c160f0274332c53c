"""A part of an embedded container is overridden with the wrong thing."""

from dependency_injector import containers, providers

from god_llm.containers import AnthropicContainer


class Application(containers.DeclarativeContainer):
    claude = providers.Container(AnthropicContainer)


Application().claude.transport.override("recorded.json")  # E: arg-type
