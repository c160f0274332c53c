"""A container for tests has a part of the right name and the wrong type."""

from dependency_injector import containers, providers

from god_llm.containers import GroqContainer


class ForTests(containers.DeclarativeContainer):
    transport = providers.Object("recorded.json")


GroqContainer().override(ForTests())  # E: arg-type
