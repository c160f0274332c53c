"""Where ids and times come from, so that a test or a container can freeze them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeAlias

__all__ = ["Clock", "IdSource", "new_id", "utc_now"]

IdSource: TypeAlias = Callable[[], str]
"""Gives the id of the next message."""

Clock: TypeAlias = Callable[[], datetime]
"""Gives the present time, aware, in UTC."""


_UUID4: Final = (4 << 76) | (2 << 62)
"""The version and the variant of a uuid4, where they stand in it (RFC 9562, 5.4)."""
_RANDOM: Final = (1 << 128) - 1 - (15 << 76) - (3 << 62)
"""The other bits."""


def new_id() -> str:
    """A random id: uuid4, 32 hexadecimal digits.

    As `uuid4().hex`, which takes twice as long, since it makes an object first; a call takes four ids.
    """
    return f"{int.from_bytes(os.urandom(16)) & _RANDOM | _UUID4:032x}"


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)
