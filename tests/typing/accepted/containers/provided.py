"""What is taken out of a provided object has the type that it has there."""

from dataclasses import dataclass

from dependency_injector import providers


@dataclass
class Inner:
    host: str
    ports: list[int]


@dataclass
class Settings:
    inner: Inner
    timeout: float | None = None

    def host_of(self, name: str) -> str:
        return name + self.inner.host


def connected(host: str, port: int = 25, timeout: float | None = None) -> bool:
    return bool(host)


settings = providers.Singleton(Settings)
providers.Callable(
    connected,
    settings.provided.inner.host,
    settings.provided.inner.ports[0],
    timeout=settings.provided.timeout,
)
providers.Callable(connected, settings.provided.host_of.call("mail"))
