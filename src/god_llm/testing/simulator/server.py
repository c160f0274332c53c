"""HTTP/1.1 on loopback: requests in, replies out. It knows nothing of any provider."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from typing_extensions import override

__all__ = ["HOST", "LoopbackServer", "Reply", "Request", "Service"]

HOST: Final = "127.0.0.1"
_HEX: Final = 16
_PATIENCE: Final = 2.0
"""Seconds that closing waits for the threads of cut connections."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP reply. A body that is an iterator is sent piece by piece, as it is made.

    Attributes:
        status: the status code.
        headers: as they are; `content-length` is added for a body of bytes that has none.
        body: bytes, or an iterator of pieces.
        cut: whether the connection is cut when the body has been sent, without its proper end.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterator[bytes] = b""
    cut: bool = False


Service: TypeAlias = Callable[[Request], Reply | None]
"""Answers requests, each in a thread of its own; None cuts the connection without a word."""


class LoopbackServer(ThreadingHTTPServer):
    """Serves until it is closed; closing it also cuts the connections that are open.

    Args:
        service: answers the requests.
        port: to listen on; 0 takes any free one.
    """

    daemon_threads = True
    block_on_close = True
    request_queue_size = 1024

    def __init__(self, service: Service, port: int = 0) -> None:
        self.service = service
        self._open: set[object] = set()
        self._closed = threading.Condition()
        super().__init__((HOST, port), _Connection)

    def serve(self) -> threading.Thread:
        """Start to serve, in a daemon thread."""
        thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="god-llm-simulator", daemon=True
        )
        thread.start()
        return thread

    def close(self) -> None:
        """Stop serving and cut all connections."""
        self.shutdown()
        with self._closed:
            for connection in self._open:
                assert isinstance(connection, socket.socket)
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._closed.wait_for(lambda: not self._open, timeout=_PATIENCE)
        self.server_close()

    @override
    def process_request(self, request: object, client_address: object) -> None:
        with self._closed:
            self._open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]  # passed on as it came

    @override
    def process_request_thread(self, request: object, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # the same
        finally:
            with self._closed:
                self._open.discard(request)
                self._closed.notify_all()

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away; anything else is a bug worth a traceback."""
        import sys

        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


class _Connection(BaseHTTPRequestHandler):
    """One connection, kept alive from request to request."""

    server: LoopbackServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 65_536

    def do_POST(self) -> None:
        """Serve one request."""
        url = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, url.path, url.query, headers, self._body())
        reply = self.server.service(request)
        if reply is None:
            self._cut()
        else:
            self._send(reply)

    # The names are the standard library's.
    do_GET = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_POST  # noqa: N815

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: the journal has it."""

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", "").lower():
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        pieces = []
        while size := int(self.rfile.readline().partition(b";")[0], _HEX):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _send(self, reply: Reply) -> None:
        headers = {"date": formatdate(usegmt=True), **reply.headers}
        if isinstance(reply.body, bytes):
            headers.setdefault("content-length", str(len(reply.body)))
            # Head and body in one write: one packet, and no pause between two.
            self.wfile.write(_head(reply.status, headers) + (b"" if self.command == "HEAD" else reply.body))
        else:
            self.wfile.write(_head(reply.status, {**headers, "transfer-encoding": "chunked"}))
            for piece in reply.body:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            if not reply.cut:
                self.wfile.write(b"0\r\n\r\n")
        if reply.cut:
            self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:  # a status that only one provider has, such as 529
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
