"""A function is given an argument of the wrong type."""

from dependency_injector import providers


def joined(first: str, second: str) -> str:
    return first + second


both = providers.Callable(joined, "a", 2)  # E: arg-type
