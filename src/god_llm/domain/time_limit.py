"""The names of the time limits of a call."""

from typing import Literal, TypeAlias

__all__ = ["TimeLimit"]

TimeLimit: TypeAlias = Literal["connect", "first_event", "idle", "total"]
"""The attributes of `Timeouts`."""
