"""Containers are given parts of one another, and whole containers where they expect the parts of one."""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import assert_type

from dependency_injector import containers, providers


class Film:
    def __init__(self, title: str) -> None:
        self.title = title


class Finder(ABC):
    def __init__(self, films: Callable[..., Film]) -> None:
        self.films = films

    @abstractmethod
    def found(self) -> list[Film]: ...


class FileFinder(Finder):
    def __init__(self, films: Callable[..., Film], path: str) -> None:
        super().__init__(films)

    def found(self) -> list[Film]:
        return []


class TableFinder(Finder):
    def __init__(self, films: Callable[[str], Film], table: sqlite3.Connection) -> None:
        super().__init__(films)

    def found(self) -> list[Film]:
        return []


class Lister:
    def __init__(self, finder: Finder) -> None:
        self.finder = finder


class Gateways(containers.DeclarativeContainer):
    config = providers.Configuration(strict=True)
    table = providers.Singleton(sqlite3.connect, config.table)


class Films(containers.DeclarativeContainer):
    config = providers.Configuration()
    gateways = providers.DependenciesContainer()
    table: providers.Provider[sqlite3.Connection] = providers.Dependency(instance_of=sqlite3.Connection)
    film = providers.Factory(Film)
    in_file = providers.Singleton(FileFinder, films=film.provider, path=config.path)
    in_table = providers.Singleton(TableFinder, films=film.provider, table=gateways.table)
    in_another = providers.Singleton(TableFinder, film.provider, table)
    finder = providers.Selector(config.kind, file=in_file, table=in_table)
    lister = providers.Factory(Lister, finder=finder)


class Application(containers.DeclarativeContainer):
    config = providers.Configuration()
    gateways = providers.Container(Gateways, config=config.gateways)
    films = providers.Container(Films, config=config.films, gateways=gateways, table=gateways.table)


application = Application(config={"films": {"kind": "file"}})
application.config.from_dict({"films": {"path": "/"}})
application.films.config.override({"kind": "table"})
application.films.finder.override(providers.Factory(FileFinder))
assert_type(application.films.lister().finder, Finder)
assert_type(application.gateways.table(), sqlite3.Connection)
