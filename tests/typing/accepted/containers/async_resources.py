"""What dependency_injector awaits fits where its result is wanted."""

from collections.abc import AsyncIterator

from dependency_injector import containers, providers


class Database:
    pass


class Service:
    def __init__(self, database: Database) -> None:
        self.database = database


async def connected() -> AsyncIterator[Database]:
    yield Database()


async def made() -> Database:
    return Database()


class Application(containers.DeclarativeContainer):
    database = providers.Resource(connected)
    other = providers.Resource(made)
    service = providers.Factory(Service, database)
    another = providers.Singleton(Service, database=other)
    third = providers.Factory(Service, providers.Callable(made))
