"""Providers and containers of one's own are read like those they derive from."""

from typing import TypeVar, assert_type

from dependency_injector import containers, providers

T = TypeVar("T")


class Mailer:
    def __init__(self, host: str) -> None:
        self.host = host


class MailerFactory(providers.Factory[T]):
    provided_type = Mailer


class Counter(providers.Singleton[T]):
    def __init__(self, start: int, target: type[T]) -> None:
        super().__init__(target)


class Base(containers.DeclarativeContainer):
    mailer = MailerFactory(Mailer, "localhost")


class Derived(Base):
    count = Counter(3, Mailer)


class Own(containers.DeclarativeContainer):
    def __init__(self, anything: int) -> None:
        super().__init__()


class Open(containers.DeclarativeContainer):
    pass


assert_type(Base.mailer, MailerFactory[Mailer])
Derived(mailer=Mailer("mail"))
Own(3)
Open().anything.override(3)
dynamic = containers.DynamicContainer()
dynamic.mailer = providers.Factory(Mailer, "localhost")
dynamic.mailer()
