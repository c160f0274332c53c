"""A provider of another class is delegated."""

from dependency_injector import providers


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


class Queue:
    def __init__(self, mailers: providers.Provider[Mailer]) -> None:
        self.mailers = mailers


queue = providers.Singleton(Queue, providers.Factory(Newsletter).provider)  # E: arg-type
