"""Whatever can be called can be a target."""

import functools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, ParamSpec, TypedDict, TypeVar, Unpack, assert_type

from dependency_injector import providers
from pydantic import BaseModel

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Point:
    x: int
    y: int = 0


class Pair(NamedTuple):
    first: str
    second: str


class Settings(BaseModel):
    host: str = "localhost"


class Named:
    def __new__(cls, name: str) -> "Named":
        return super().__new__(cls)


class Counted(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:  # Any: a metaclass takes what its classes take
        return super().__call__(*args, **kwargs)


class Thing(metaclass=Counted):
    def __init__(self, name: str) -> None:
        self.name = name


class Options(TypedDict, total=False):
    port: int


class Mailer:
    def __init__(self, host: str, **options: Unpack[Options]) -> None:
        self.host = host

    def send(self, text: str) -> bool:
        return bool(text)

    @classmethod
    def local(cls) -> "Mailer":
        return cls("localhost")

    def __call__(self, text: str) -> int:
        return len(text)


def forwarded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return function(*args, **kwargs)


def anything(*args: object, **kwargs: object) -> None:
    raise NotImplementedError


def made_by(cls: type[Mailer], unknown: Any) -> None:  # Any: a target of which nothing is known
    assert_type(providers.Factory(cls, "localhost"), providers.Factory[Mailer])
    providers.Factory(unknown, 1, 2, three=3)


assert_type(providers.Factory(Point, 1), providers.Factory[Point])
assert_type(providers.Factory(Pair, "a", second="b")().second, str)
assert_type(providers.Singleton(Settings, host="mail"), providers.Singleton[Settings])
assert_type(providers.Singleton(Settings), providers.Singleton[Settings])
assert_type(providers.Factory(Named, "a"), providers.Factory[Named])
providers.Factory(Thing, "a")
assert_type(providers.Factory(Mailer, "localhost", port=25), providers.Factory[Mailer])
assert_type(providers.Callable(Mailer("a").send, "text"), providers.Callable[bool])
assert_type(providers.Callable(Mailer("a"), "text"), providers.Callable[int])
assert_type(providers.Factory(Mailer.local), providers.Factory[Mailer])
assert_type(providers.Callable(forwarded, len, "text"), providers.Callable[int])
providers.Callable(anything, 1, two=2)
assert_type(providers.Callable(functools.partial(Point, y=2), x=1), providers.Callable[Point])
providers.Callable(lambda left, right: (left, right), 1, right=2)
assert_type(providers.Factory(dict, a=1), providers.Factory[dict[str, int]])
providers.Factory(list)
assert_type(providers.Factory(list[int]), providers.Factory[list[int]])
assert_type(providers.Callable(open, "file", mode="rb")().read(), bytes)
assert_type(providers.Callable(operator.add, 1, 2), providers.Callable[Any])
named: providers.Factory[Mailer] = providers.Factory("package.Mailer", 1, two=2)
later: providers.Factory[Mailer] = providers.Factory()
assert_type(providers.Factory[object](Mailer, "localhost"), providers.Factory[object])
generic: providers.Factory[list[int]] = providers.Factory(list)
