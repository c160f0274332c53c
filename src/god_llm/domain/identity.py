"""Where ids and times come from, so that a test or a container can freeze them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import uuid4

__all__ = ["Clock", "IdSource", "new_id", "utc_now"]

IdSource: TypeAlias = Callable[[], str]
"""Gives the id of the next message."""

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present time, aware, in UTC."""


def new_id() -> str:
    """A random id: uuid4, 32 hexadecimal digits."""
    return uuid4().hex


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)
