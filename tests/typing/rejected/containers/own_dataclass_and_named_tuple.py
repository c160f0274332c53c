"""A dataclass and a named tuple are given fields of the wrong type."""

from dataclasses import dataclass
from typing import NamedTuple

from dependency_injector import providers


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


class Pair(NamedTuple):
    first: str
    second: str


point = providers.Factory(Point, x="1")  # E: arg-type
pair = providers.Factory(Pair, "a", 2)  # E: arg-type
