"""A singleton of one's own class is given a text for a number."""

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


mailer = providers.Singleton(Mailer, "localhost", port="25")  # E: arg-type
