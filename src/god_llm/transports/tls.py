"""One TLS context for all clients of a process: building it is most of what a client costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssl import SSLContext

__all__ = ["shared_tls"]


@cache
def shared_tls(create: Callable[[], SSLContext]) -> SSLContext:
    """The context that `create` (an HTTP library's own `create_ssl_context`) makes, made once."""
    return create()
