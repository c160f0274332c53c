"""A container is replaced by a container whose parts fit, and by nothing else."""

from dependency_injector import containers, providers

from god_llm import Generator
from god_llm.containers import GroqContainer


class Mailer:
    pass


class Wrong:
    pass


class Service:
    def __init__(self, llm: Generator) -> None:
        self.llm = llm


class Inner(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)


class Other(containers.DeclarativeContainer):
    mailer = providers.Singleton(Wrong)


class App(containers.DeclarativeContainer):
    groq = providers.Container(GroqContainer)
    inner = providers.Container(Inner)
    gateways = providers.DependenciesContainer(mailer=providers.Dependency(instance_of=Mailer))
    mailer = providers.Singleton(Mailer)
    whole = providers.Factory(Service, llm=groq)  # E: arg-type
    of_dependency = providers.Factory(Service, llm=gateways.mailer)  # E: arg-type


class WithAnother(App):
    inner = providers.Container(Other)  # E: arg-type


@containers.override(Inner)  # E: arg-type
class Overriding(containers.DeclarativeContainer):
    mailer = providers.Singleton(Wrong)


@containers.copy(Inner)  # E: arg-type
class Copied(containers.DeclarativeContainer):
    mailer = providers.Singleton(Wrong)


def replaced() -> None:
    App(inner=3)  # E: arg-type
    App(inner=Other())  # E: arg-type
    App(gateways=Mailer())  # E: arg-type
    App(gateways=Other())  # E: arg-type
    App().inner.override(Mailer())  # E: arg-type
    App().set_provider("mailer", providers.Singleton(Wrong))  # E: arg-type
    App().set_provider("mailr", providers.Singleton(Mailer))  # E: attr-defined
    App().set_providers(mailer=providers.Singleton(Wrong))  # E: arg-type
    App().mailer.override(Inner())  # E: arg-type
