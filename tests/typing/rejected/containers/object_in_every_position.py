"""What is in an `Object` is checked wherever the provider stands."""

import sys

from dependency_injector import containers, providers


class Mailer:
    def send(self, text: str) -> str:
        return text


class Wrong:
    pass


class Queue:
    def __init__(self, mailer: Mailer) -> None:
        self.mailer = mailer


class Queues:
    def __init__(self, mailers: list[Mailer], by_name: dict[str, Mailer] | None = None) -> None:
        self.mailers = mailers


class Inner(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)


class App(containers.DeclarativeContainer):
    config = providers.Configuration()
    mailer = providers.Singleton(Mailer)
    inner = providers.Container(Inner, mailer=providers.Object(Wrong()))  # E: arg-type
    by_argument = providers.Factory(Queue, providers.Object(Wrong()))  # E: arg-type
    in_list = providers.Factory(Queues, providers.List(mailer, providers.Object(Wrong())))  # E: list-item
    in_dict = providers.Factory(Queues, [], by_name=providers.Dict(a=mailer, b=providers.Object(Wrong())))  # E: dict-item
    selected = providers.Selector(config.kind, real=mailer, fake=providers.Object(Wrong()))
    by_choice = providers.Factory(Queue, selected)  # E: arg-type
    declared: providers.Selector[Mailer] = providers.Selector(config.kind, fake=providers.Object(Wrong()))  # E: arg-type
    default = providers.Dependency(instance_of=Mailer, default=providers.Object(Wrong()))  # E: arg-type
    in_place = providers.Factory(Queue, providers.Dependency(instance_of=Wrong))  # E: arg-type
    aggregated = providers.Factory(Queue, providers.FactoryAggregate(one=providers.Factory(Mailer)))  # E: arg-type
    embedded = providers.Factory(Queue, providers.Container(Inner))  # E: arg-type


def overridden() -> None:
    App.mailer.override(providers.Object(Wrong()))  # E: arg-type
    App().inner.mailer.override(providers.Object(Wrong()))  # E: arg-type
    App(mailer=providers.Object(Wrong()))  # E: arg-type
    App().override_providers(mailer=providers.Object(Wrong()))  # E: arg-type
    App().mailer.override(providers.Object(Wrong()) if sys.argv else providers.Object(Mailer()))  # E: arg-type
    App.default.set_default(providers.Object(Wrong()))  # E: arg-type
    with App.mailer.override(providers.Object(Wrong())):  # E: arg-type
        App.mailer().send("Hello")
