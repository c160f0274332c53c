"""botocore's parts, put together for Bedrock: what signs a request, and what carries it.

The client that boto3 makes writes every request, and reads every answer, member by member from a description of
the service: most of what a call costs, and what the description does not know is lost. This one has the rest of
botocore: its configuration, its credentials, its signature, its connections, its errors.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr
from typing_extensions import override

from god_llm.domain.exceptions import BaseLLMException, ConfigurationError
from god_llm.plugins.bedrock.configuration import Configuration, configuration, place_of
from god_llm.plugins.bedrock.errors import no_credentials, translate
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest, AWSResponse
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.httpsession import URLLib3Session
    from urllib3.response import HTTPResponse

__all__ = ["Client", "Waiting"]

Waiting = Callable[[Callable[[], None]], AbstractContextManager[None]]
"""While a thread waits for the service; what it is given makes the thread come back."""

_TO_CONNECT: Final = 60.0
_TO_ANSWER: Final = 600.0
"""Seconds to wait for a sign of life by default; boto3's 60 would cut long answers short."""
_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"


class Client:
    """Posts to Bedrock, signed; for all threads.

    Args:
        auth: who signs. An `AWSAuth` says with what, else AWS's own chain does, at the first request to be signed.
        region: by default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
        base_url: of the service; by default AWS's configuration names one, or the region does.
        timeout: seconds without a sign of life from the service; by default 600.
        connections: how many are kept open.
        waiting: entered by a thread while it waits for an answer to begin.

    Raises:
        ConfigurationError: there is no region, or no such place.
        BotoCoreError: AWS's configuration can't be read.
        ImportError: botocore is not installed.
    """

    def __init__(
        self,
        auth: AuthSource,
        *,
        region: str | None,
        base_url: str | None,
        timeout: float | None,
        connections: int,
        waiting: Waiting,
    ) -> None:
        from botocore import __version__ as version
        from botocore.awsrequest import AWSRequest

        self._configured = configuration(auth)
        self._region, url = place_of(self._configured, region, base_url)
        self._root, self._query = _split(url)
        self._http = _http(self._configured, url, timeout, connections)
        _watch_connections(self._http, waiting)
        self._headers = {"Content-Type": "application/json", "User-Agent": f"god_llm Botocore/{version}"}
        self._request = AWSRequest
        self._credentials: Credentials | None = None
        self._looked = False
        self._lock = threading.Lock()

    def post(self, path: str, body: bytes, *, bearer: SecretStr | None, streamed: bool) -> AWSResponse:
        """The answer, whatever its status; read to its end, or, `streamed`, yet to be read.

        Args:
            path: from the service's root on, percent-encoded.
            body: JSON.
            bearer: a key that goes out as it is, in place of a signature.
            streamed: leave the body to be read from `.raw`.

        Raises:
            MissingAPIKeyError: there is nothing to sign with.
            BaseLLMException: the credentials can't be had.
            BotoCoreError: nothing came back.
        """
        url = f"{self._root}{path}{self._query}"
        request = self._request("POST", url, headers=self._headers, data=body, stream_output=streamed)
        if bearer is None:
            self._sign(request)
        else:
            request.headers["Authorization"] = f"Bearer {bearer.get_secret_value()}"
        return self._http.send(request.prepare())

    def close(self) -> None:
        """Close the connections that are not in use, and the others when they are done.

        botocore's own `close` only lets go of them, and one that has been interrupted before waits for the garbage
        collector.
        """
        pools = []
        with suppress(AttributeError):
            managed = self._http._manager.pools  # type: ignore[attr-defined]  # noqa: SLF001 - see `_watch_connections`
            pools = [managed.get(key) for key in managed.keys()]  # noqa: SIM118 - urllib3's container can't be iterated over
        self._http.close()
        for pool in pools:
            if pool is not None:
                pool.close()

    def _sign(self, request: AWSRequest) -> None:
        try:
            _put_signature(request, self._signing_keys().get_frozen_credentials(), self._region)
        except BaseLLMException:
            raise
        except Exception as error:
            # Its own words may quote what it could not read: a key.
            raise translate(error) or ConfigurationError(
                f"AWS's credentials can't be used: {type(error).__name__}", provider="bedrock"
            ) from error

    def _signing_keys(self) -> Credentials:
        """Looked for once, whether there are any or not; botocore renews those that end."""
        with self._lock:
            if not self._looked:
                self._credentials = self._configured.credentials(self._region)
                self._looked = True
        if self._credentials is None:
            raise no_credentials()
        return self._credentials


def _put_signature(request: AWSRequest, keys: ReadOnlyCredentials, region: str) -> None:
    """AWS's signature, by the steps of botocore's signer: all of them at once would log a session's token.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    """
    from botocore.auth import SigV4Auth

    signer = SigV4Auth(keys, "bedrock", region)
    request.context["timestamp"] = request.headers["X-Amz-Date"] = datetime.now(UTC).strftime(_TIMESTAMP)
    if keys.token:
        request.headers["X-Amz-Security-Token"] = keys.token
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    signed = signer.signed_headers(signer.headers_to_sign(request))
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={signed}, Signature={signature}"
    )


def _split(url: str) -> tuple[str, str]:
    """What stands before the path of a request, and what after it."""
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    return root, f"?{parts.query}" if parts.query else ""


def _http(configured: Configuration, url: str, timeout: float | None, connections: int) -> URLLib3Session:
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if configured.switch("tcp_keepalive"):
        options.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    return URLLib3Session(
        # Its stubs know only some of the types that botocore itself gives here.
        verify=configured.text("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True,  # type: ignore[arg-type]
        proxies=get_environ_proxies(url),
        timeout=(_TO_CONNECT, _TO_ANSWER) if timeout is None else (timeout, timeout),  # type: ignore[arg-type]
        max_pool_connections=connections,
        socket_options=options,  # type: ignore[arg-type]
    )


def _watch_connections(http: URLLib3Session, waiting: Waiting) -> None:
    """Let a thread that waits for the beginning of an answer be interrupted.

    botocore has no public way to its connections. Two private names are used, and no others; without them
    a call that is given up goes on in its thread, until the answer or the timeout. A test checks that they
    are there.
    """
    from botocore.awsrequest import (
        AWSHTTPConnection,
        AWSHTTPConnectionPool,
        AWSHTTPSConnection,
        AWSHTTPSConnectionPool,
    )

    class Plain(AWSHTTPConnection):
        @override
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
            with waiting(lambda: _shut(self.sock)):
                return super().getresponse()

    class Secure(AWSHTTPSConnection):
        @override
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
            with waiting(lambda: _shut(self.sock)):
                return super().getresponse()

    class PlainPool(AWSHTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(AWSHTTPSConnectionPool):
        ConnectionCls = Secure

    pools = {"http": PlainPool, "https": SecurePool}
    with suppress(AttributeError):
        http._manager.pool_classes_by_scheme = pools  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        http._pool_classes_by_scheme = pools  # type: ignore[attr-defined]  # noqa: SLF001 - for proxies; see above


def _shut(connection: socket.socket | None) -> None:
    """End all reading from a connection. Not by way of `SSLSocket.shutdown`, which drops what a reader still uses."""
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
