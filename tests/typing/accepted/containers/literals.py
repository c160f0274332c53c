"""A Literal stays one, whether it is given itself or by a provider."""

from enum import Enum
from typing import Generic, Literal, TypeVar, assert_type, overload

from dependency_injector import providers

Any_T = TypeVar("Any_T", bound=Literal["small", "large", "thinker"])
Warm_T = TypeVar("Warm_T", bound=Literal["small", "large"])
Cold_T = TypeVar("Cold_T", bound=Literal["thinker"])
T = TypeVar("T")


class Chat(Generic[Any_T]):
    @overload
    def __init__(self: "Chat[Warm_T]", name: Warm_T, temperature: float = 0.7) -> None: ...
    @overload
    def __init__(self: "Chat[Cold_T]", name: Cold_T) -> None: ...
    def __init__(self, name: str, temperature: float = 0.7) -> None:
        self.name = name


class Box(Generic[T]):
    def __init__(self, content: T) -> None:
        self.content = content


class Colour(Enum):
    RED = 1
    BLUE = 2


def painted(colour: Literal[Colour.RED], solid: Literal[True] = True) -> int:
    return len(colour.name)


assert_type(providers.Factory(Chat, "small", 0.2), providers.Factory[Chat[Literal["small"]]])
assert_type(providers.Singleton(Chat, name="thinker")(), Chat[Literal["thinker"]])
name = providers.Object("large")
assert_type(providers.Factory(Chat, name), providers.Factory[Chat[Literal["large"]]])
assert_type(providers.Factory(Chat)("small"), Chat[Literal["small"]])
assert_type(providers.Factory(Box, name), providers.Factory[Box[str]])
assert_type(providers.Factory(Box, 1)(), Box[int])
providers.Callable(painted, providers.Object(Colour.RED), providers.Object(True))
name.override("small")
