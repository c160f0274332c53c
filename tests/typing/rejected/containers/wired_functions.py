"""What is wired into a function is of its parameter's type."""

from typing import Annotated

from dependency_injector import containers, providers
from dependency_injector.wiring import Closing, Provide, Provider, inject
from fastapi import Depends

from god_llm import Generator


class Mailer:
    name: str = "mailer"


class App(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)
    resource = providers.Resource(Mailer)


@inject
def by_default(llm: Generator = Provide[App.mailer]) -> None: ...  # E: assignment
@inject
def closing(llm: Generator = Closing[Provide[App.resource]]) -> None: ...  # E: assignment
@inject
def annotated(llm: Annotated[Generator, Provide[App.mailer]]) -> None: ...  # E: arg-type
@inject
def annotated_closing(llm: "Annotated[Generator, Closing[Provide[App.resource]]]") -> None: ...  # E: arg-type
@inject
def depending(llm: Generator = Depends(Provide[App.mailer])) -> None: ...  # E: assignment
@inject
def depending_too(llm: Annotated[Generator, Depends(Provide[App.mailer])]) -> None: ...  # E: arg-type
@inject
def of_a_part(number: int = Provide[App.mailer.provided.name]) -> None: ...  # E: assignment
@inject
def the_provider(mailer: Mailer = Provider[App.mailer]) -> None: ...  # E: assignment
@inject
def misspelt(mailer: Mailer = Provide[App.maler]) -> None: ...  # E: attr-defined


class Service:
    @inject
    def __init__(self, llm: Generator = Provide[App.mailer]) -> None: ...  # E: assignment
