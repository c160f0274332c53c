"""A resource of a context manager provides what is entered, which need not be the manager."""

from io import TextIOWrapper
from types import TracebackType
from typing import Self, assert_type

from dependency_injector import providers


class Session:
    pass


class Connection:
    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


class Pool:
    def __init__(self, size: int = 1) -> None:
        self.size = size

    async def __aenter__(self) -> Session:
        return Session()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass


assert_type(providers.Resource(Connection), providers.Resource[Connection])
assert_type(providers.ContextLocalResource(Pool, size=3), providers.ContextLocalResource[Session])
assert_type(providers.Resource(open, "file"), providers.Resource[TextIOWrapper])
