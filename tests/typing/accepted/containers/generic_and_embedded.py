"""Generic, abstract and embedded targets, items of lists, and factories by name."""

import queue
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from dependency_injector import containers, providers

from god_llm import ChatAnthropic, ChatGroq, Generator
from god_llm.containers import AnthropicSettings, BedrockSettings
from god_llm.testing import FakeGenerator, FakeTransport


class Store(ABC):
    @abstractmethod
    def put(self, text: str) -> None: ...


class Memory(Store):
    def put(self, text: str) -> None: ...


class Worker:
    def __init__(self, jobs: "queue.Queue[int]", stores: Sequence[Store] = ()) -> None: ...


class Statistics:
    def __init__(self, numbers: list[float], by_name: dict[str, Any] | None = None) -> None: ...


class Inner(containers.DeclarativeContainer):
    store = providers.Singleton(Memory)


class Fake(containers.DeclarativeContainer):
    store = providers.Singleton(Memory)


class App(containers.DeclarativeContainer):
    llm = providers.Factory(ChatAnthropic, "claude-sonnet-5-5")
    user = providers.Dependency()
    store = providers.Dependency(instance_of=Store)
    generator = providers.Dependency(instance_of=Generator, default=FakeGenerator("Hello"))
    jobs = providers.Singleton(queue.Queue)
    worker = providers.Factory(Worker, jobs, providers.List(store, providers.Object(Memory())))
    numbers = providers.Object([1, 2])
    statistics = providers.Factory(Statistics, numbers, by_name=providers.Dict(a=1, b=providers.Object("c")))
    in_place = providers.Factory(Statistics, providers.Object([1, 2]))
    inner = providers.Container(Inner)
    gateways = providers.DependenciesContainer(store=providers.Dependency(instance_of=Store))
    by_name = providers.FactoryAggregate(
        claude=providers.Factory(ChatAnthropic, "claude-haiku-4-5"),
        groq=providers.Factory(ChatGroq, "openai/gpt-oss-20b"),
    )


class Test(App):
    inner = providers.Container(Fake)


App.jobs().put(3)
App.by_name("claude", temperature=0.2).generate("Hello")
App.by_name.groq(temperature=0.2).generate("Hello")
App.llm.override(providers.Factory(ChatAnthropic, "claude-haiku-4-5", transport=FakeTransport({})))
App(store=Memory(), inner=Fake(), gateways=Inner()).store().put("Hello")
App().inner.override(providers.Container(Fake))
settings = [AnthropicSettings(), AnthropicSettings(model="claude-sonnet-5-5"), BedrockSettings(region="eu-west-1")]
EVENTS = [{"type": "start", "message": {"id": 1}}, {"type": "end"}, {"usage": 3}]
fake = FakeTransport(EVENTS)
