"""A name that an overloaded, generic class does not know."""

from typing import Generic, Literal, TypeVar, overload

from dependency_injector import providers

Any_T = TypeVar("Any_T", bound=Literal["small", "large", "thinker"])
Warm_T = TypeVar("Warm_T", bound=Literal["small", "large"])
Cold_T = TypeVar("Cold_T", bound=Literal["thinker"])


class Chat(Generic[Any_T]):
    @overload
    def __init__(self: "Chat[Warm_T]", name: Warm_T, temperature: float = 0.7) -> None: ...
    @overload
    def __init__(self: "Chat[Cold_T]", name: Cold_T) -> None: ...
    def __init__(self, name: str, temperature: float = 0.7) -> None:
        self.name = name


misspelt = providers.Factory(Chat, "smal")  # E: type-var
heated = providers.Factory(Chat, "thinker", temperature=0.2)  # E: call-arg
