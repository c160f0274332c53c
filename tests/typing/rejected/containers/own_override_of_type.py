"""A container's own part is overridden with a provider of another class."""

from dependency_injector import containers, providers


class Mailer:
    def __init__(self, host: str, port: int = 25, *, timeout: float | None = None) -> None:
        self.host = host
        self.port = port
        self.timeout = timeout

    def greeting(self) -> str:
        return f"EHLO {self.host}"


class Newsletter:
    def __init__(self, mailer: Mailer, name: str) -> None:
        self.mailer = mailer
        self.name = name


class Application(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer, "localhost")


Application().mailer.override(providers.Factory(Newsletter))  # E: arg-type
