"""Two providers are swapped where they are wired."""

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


mailer = providers.Singleton(Mailer, "localhost")
name = providers.Object("Weekly")
news = providers.Factory(
    Newsletter,
    name,  # E: arg-type
    mailer,  # E: arg-type
)
