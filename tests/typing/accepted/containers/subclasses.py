"""Providers and containers of one's own are read like those they derive from."""

from typing import Any, TypeVar, assert_type, overload

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


class Answering(providers.Factory[Mailer]):
    @overload
    def __call__(self, host: str) -> Mailer: ...
    @overload
    def __call__(self, host: int, port: int) -> Mailer: ...
    def __call__(self, host: str | int, port: int = 25) -> Mailer:
        raise NotImplementedError

    def override(self, provider: object) -> Any:  # Any: the class that it overrides leaves it open
        raise NotImplementedError


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
assert_type(Answering(Mailer, "localhost")(25, 25), Mailer)
Answering(Mailer).override("anything")
Derived(mailer=Mailer("mail"))
Own(3)
Open().anything.override(3)
dynamic = containers.DynamicContainer()
dynamic.mailer = providers.Factory(Mailer, "localhost")
dynamic.mailer()
