"""What dependency_injector injects fits where it is wired."""

from typing import assert_type

from dependency_injector import providers


class Mailer:
    def __init__(self, host: str, port: int = 25, *, timeout: float | None = None) -> None:
        self.host = host

    def greeting(self) -> str:
        return self.host


class Queue:
    def __init__(self, mailers: providers.Provider[Mailer], first: Mailer) -> None:
        self.mailers = mailers


class Fleet:
    def __init__(self, mailers: list[Mailer], by_name: dict[str, Mailer]) -> None:
        self.mailers = mailers


async def host_of_today() -> str:
    return "localhost"


config = providers.Configuration()
mailer = providers.Factory(Mailer, config.host, port=config.port.as_int(), timeout=config["timeout"])
assert_type(mailer, providers.Factory[Mailer])
providers.Factory(Mailer, mailer.provided.host, mailer.provided["port"])
providers.Factory(Mailer, mailer.provided.greeting.call())
providers.Factory(Mailer, providers.Coroutine(host_of_today))
providers.Factory(Mailer, providers.Dependency(instance_of=str))
providers.Factory(Mailer, providers.Selector(config.environment, test=providers.Object("localhost")))
providers.Factory(Queue, mailer.provider, mailer)
providers.Factory(Queue, mailer.delegate(), first=mailer)
providers.Factory(Queue, providers.Delegate(mailer), mailer)
providers.Factory(Queue, providers.DelegatedFactory(Mailer, "localhost"), mailer)
providers.Factory(Fleet, providers.List(mailer, mailer), providers.Dict(first=mailer))
either: str | providers.Provider[str] = "localhost"
providers.Factory(Mailer, either)
arguments = ["localhost"]
options = {"port": 25}
providers.Factory(Mailer, *arguments, **options)
