"""The TLS contexts that clients share."""

from __future__ import annotations

import socket
import ssl

import pytest

from god_llm.http.tls import shared_tls, tls_when_needed


class Maker:
    """Makes a context, and counts."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> ssl.SSLContext:
        """A context that checks certificates."""
        self.made += 1
        return ssl.create_default_context()


def test_one_context_for_all_clients() -> None:
    """However many clients ask, the context is made once."""
    make = Maker()
    assert shared_tls(make) is shared_tls(make)
    assert make.made == 1


@pytest.mark.parametrize("how", ["socket", "memory"])
def test_a_context_that_waits_is_the_shared_one_when_it_is_needed(how: str) -> None:
    """Nothing is made before a connection is encrypted, which then has the shared context with its checks."""
    make = Maker()
    waiting = tls_when_needed(make)
    assert make.made == 0
    with socket.socket() as plain:
        waiting.set_alpn_protocols(["http/1.1"])
        if how == "socket":
            secured = waiting.wrap_socket(plain, server_hostname="a.test", do_handshake_on_connect=False)
            context, name = secured.context, secured.server_hostname
            secured.close()
        else:
            wrapped = waiting.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="a.test")
            context, name = wrapped.context, wrapped.server_hostname
    assert context is shared_tls(make)
    assert (context.verify_mode, context.check_hostname, name) == (ssl.CERT_REQUIRED, True, "a.test")
    assert make.made == 1
