"""A container is embedded with a part that it does not have."""

from dependency_injector import containers, providers

from god_llm.containers import BedrockContainer


class Application(containers.DeclarativeContainer):
    llm = providers.Container(BedrockContainer, sttings=None)  # E: call-arg
