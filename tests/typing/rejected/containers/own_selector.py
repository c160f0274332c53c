"""One of the choices of a selector does not fit."""

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


host = providers.Selector(
    providers.Configuration().environment,
    test=providers.Object("localhost"),
    production=providers.Object(b"mail.example"),
)
mailer = providers.Factory(Mailer, host)  # E: arg-type
