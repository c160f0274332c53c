"""One TLS context for all clients of a process: building it is most of what a client costs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable
    from socket import socket
    from ssl import MemoryBIO, SSLContext, SSLObject, SSLSession, SSLSocket

__all__ = ["shared_tls", "tls_when_needed"]


@cache
def shared_tls(create: Callable[[], SSLContext]) -> SSLContext:
    """The context that `create` (an HTTP library's own `create_ssl_context`) makes, made once."""
    return create()


@cache
def tls_when_needed(create: Callable[[], SSLContext]) -> SSLContext:
    """A context that passes all on to `shared_tls(create)`, which is made with the first encrypted connection.

    For services that are usually spoken to in plain HTTP: they then don't pay for reading the certificates (13 ms).
    """
    import ssl

    class WhenNeeded(ssl.SSLContext):
        @override
        def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
            shared_tls(create).set_alpn_protocols(alpn_protocols)

        @override
        def wrap_socket(
            self,
            sock: socket,
            server_side: bool = False,
            do_handshake_on_connect: bool = True,
            suppress_ragged_eofs: bool = True,
            server_hostname: str | bytes | None = None,
            session: SSLSession | None = None,
        ) -> SSLSocket:
            return shared_tls(create).wrap_socket(
                sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session
            )

        @override
        def wrap_bio(
            self,
            incoming: MemoryBIO,
            outgoing: MemoryBIO,
            server_side: bool = False,
            server_hostname: str | bytes | None = None,
            session: SSLSession | None = None,
        ) -> SSLObject:
            return shared_tls(create).wrap_bio(incoming, outgoing, server_side, server_hostname, session)

    return WhenNeeded(ssl.PROTOCOL_TLS_CLIENT)
