"""Each kind of provider knows what it provides."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import assert_type

from dependency_injector import providers, resources


class Mailer:
    def __init__(self, host: str, port: int = 25) -> None:
        self.host = host


def connected(host: str) -> Iterator[bytes]:
    yield host.encode()


async def connected_later(host: str) -> AsyncIterator[bytes]:
    yield host.encode()


@contextmanager
def opened(host: str) -> Iterator[bytes]:
    yield host.encode()


async def fetched(url: str) -> bytes:
    return url.encode()


class Pool(resources.Resource[list[str]]):
    def init(self, size: int = 1) -> list[str]:
        return [""] * size


host = providers.Object("localhost")
assert_type(host, providers.Object[str])
assert_type(providers.Factory(Mailer, host), providers.Factory[Mailer])
assert_type(providers.Singleton(Mailer, host, 25), providers.Singleton[Mailer])
assert_type(providers.ThreadSafeSingleton(Mailer, host=host), providers.ThreadSafeSingleton[Mailer])
assert_type(providers.ThreadLocalSingleton(Mailer), providers.ThreadLocalSingleton[Mailer])
assert_type(providers.ContextLocalSingleton(Mailer), providers.ContextLocalSingleton[Mailer])
assert_type(providers.DelegatedFactory(Mailer), providers.DelegatedFactory[Mailer])
assert_type(providers.Callable(len, "text")(), int)
assert_type(providers.Resource(connected, host), providers.Resource[bytes])
assert_type(providers.Resource(connected_later, host), providers.Resource[bytes])
assert_type(providers.Resource(opened, host=host), providers.Resource[bytes])
assert_type(providers.Resource(Pool, size=3), providers.Resource[list[str]])
assert_type(providers.Factory(Mailer)("localhost", port=25), Mailer)
assert_type(providers.Singleton(Mailer, "localhost")(), Mailer)
