"""What is wired into a function is what the part provides, however it is written."""

from collections.abc import Callable
from typing import Annotated, Any

from dependency_injector import containers, providers
from dependency_injector.wiring import Closing, Provide, Provider, as_int, inject
from fastapi import Depends

from god_llm import ChatAnthropic, ChatGenerator, Generator
from god_llm.containers import AnthropicContainer


class Mailer:
    name: str = "mailer"


async def made() -> Mailer:
    return Mailer()


class Inner(containers.DeclarativeContainer):
    mailer = providers.Singleton(Mailer)


class App(containers.DeclarativeContainer):
    config = providers.Configuration()
    mailer = providers.Singleton(Mailer)
    llm = providers.Factory(ChatAnthropic, "claude-sonnet-5-5")
    resource = providers.Resource(made)
    coroutine = providers.Coroutine(made)
    inner = providers.Container(Inner)
    claude = providers.Container(AnthropicContainer)
    dependency = providers.Dependency(instance_of=Mailer)
    selector = providers.Selector(config.kind, one=mailer, other=mailer)
    delegated = providers.DelegatedFactory(Mailer)


@inject
def models(llm: Generator = Provide[App.llm], claude: ChatGenerator = Provide[App.claude.llm]) -> None: ...
@inject
def parts(
    inner: Inner = Provide[App.inner],
    mailer: Mailer = Provide[App.inner.mailer],
    dependency: Mailer = Provide[App.dependency],
    selected: Mailer | None = Provide[App.selector],
    delegated: Any = Provide[App.delegated],
    name: str = Provide[App.mailer.provided.name],
    whole: App = Provide[App],
) -> None: ...
@inject
def awaited(mailer: Mailer = Closing[Provide[App.resource]], other: Mailer = Provide[App.coroutine]) -> None: ...
@inject
def values(number: int = Provide[App.config.number.as_int()], text: str = Provide["config.text", as_int()]) -> None: ...
@inject
def annotated(
    llm: Annotated[Generator, Provide[App.llm]], mailer: "Annotated[Mailer, Provide[App.mailer]]"
) -> None: ...
@inject
def depending(
    mailer: Annotated[Mailer, Depends(Provide[App.mailer])], llm: Generator = Depends(Provide[App.llm])
) -> None: ...
@inject
def factories(
    one: Callable[..., Mailer] = Provide[App.mailer.provider], other: Callable[..., Mailer] = Provider[App.mailer]
) -> None: ...
