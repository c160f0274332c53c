"""A pydantic model is given a field of the wrong type, and one that it does not have."""

from dependency_injector import providers
from pydantic import BaseModel


class Point(BaseModel, extra="forbid"):
    x: int


points = providers.Factory(Point, x="one")  # E: arg-type
others = providers.Factory(Point, x=1, z=2)  # E: call-arg
