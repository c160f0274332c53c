"""botocore's parts, put together for Bedrock: what signs a request, and what carries it.

The client that boto3 makes writes every request, and reads every answer, member by member from a description of
the service: most of what a call costs, and what the description does not know is lost. This one has the rest of
botocore: its configuration, its credentials, its signature, its connections, its errors.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from typing_extensions import override

from god_llm.domain.exceptions import BaseLLMException, ConfigurationError, PromptError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts, timeouts_of
from god_llm.http.bodies import shut
from god_llm.http.errors import HttpStatusError
from god_llm.http.library import Opening
from god_llm.http.outgoing import Outgoing
from god_llm.http.threads import DEFAULT_CONCURRENCY, waiting
from god_llm.plugins.bedrock.configuration import Configuration, configuration, place_of
from god_llm.plugins.bedrock.errors import classify, no_credentials

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest, AWSResponse
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.httpsession import URLLib3Session
    from urllib3.response import HTTPResponse

__all__ = ["BotocoreClient", "open_client"]

_FAILURE: Final = 300
_SIGNATURE_HEADER: Final = "Authorization"
"""As `Endpoint.key_header` spells it; the transport writes headers of the user's own in the same spelling."""
_TIMESTAMP: Final = "%Y%m%dT%H%M%SZ"
_SESSIONS: Final = 8
"""The number of `Timeouts` that a client keeps connections for: botocore's connections belong to one timeout."""


def open_client(opening: Opening) -> BotocoreClient:
    """A client for an endpoint.

    Raises:
        ConfigurationError: there is no region, or no such place, or AWS's configuration can't be used.
        ImportError: botocore is not installed.
    """
    try:
        return BotocoreClient(opening)
    except (BaseLLMException, ImportError):
        raise
    except Exception as error:
        if classify(error) is not None:
            raise
        raise ConfigurationError(f"botocore can't be set up: {error}", provider="bedrock") from error


class BotocoreClient:
    """Posts to Bedrock, signed; a `Client`, for all threads.

    A request that has an `Authorization` header already is not signed. An `AWSAuth` says with what to sign, otherwise
    AWS's own chain does, at the first request to be signed.

    Raises:
        ConfigurationError: there is no region, or no such place.
        BotoCoreError: AWS's configuration can't be read.
        ImportError: botocore is not installed.
    """

    def __init__(self, opening: Opening) -> None:
        from botocore import __version__ as version
        from botocore.awsrequest import AWSRequest

        options = opening.options
        self._configured = configuration(opening.auth)
        self._region, self._url = place_of(self._configured, options.region, options.base_url)
        self._root, self._query = _split(self._url)
        self._timeouts = timeouts_of(options.timeout)
        self._connections = options.max_concurrency or DEFAULT_CONCURRENCY
        self._headers = {"Content-Type": "application/json", "User-Agent": f"god_llm Botocore/{version}"}
        self._request = AWSRequest
        self._credentials: Credentials | None = None
        self._looked = False
        self._lock = threading.Lock()
        self._sessions: dict[Timeouts, URLLib3Session] = {}
        self._session(self._timeouts)

    def post(self, request: Outgoing) -> BotocoreResponse:
        """See `Client.post`.

        Raises:
            PromptError: the body can't be written as JSON.
            MissingAPIKeyError: there is nothing to sign with.
            BaseLLMException: the credentials can't be fetched.
        """
        asked = self._request(
            "POST",
            self._place(request),
            headers={**self._headers, **request.headers},
            data=_written(request.body),
            stream_output=True,
        )
        if _SIGNATURE_HEADER not in request.headers:
            self._sign(asked)
        limits = request.timeouts or timeouts_of(None)
        return _checked(self._session(limits).send(asked.prepare()), limits)

    def close(self) -> None:
        """Close the connections that are not in use, and the others when they are done."""
        with self._lock:
            sessions, self._sessions = [*self._sessions.values()], {}
        for session in sessions:
            _close(session)

    def _place(self, request: Outgoing) -> str:
        if not request.url.startswith("/"):  # a redirect's whole URL
            return request.url
        added = urlencode(request.query) if request.query else ""
        query = "&".join(filter(None, (self._query, added)))
        return f"{self._root}{request.url}?{query}" if query else self._root + request.url

    def _session(self, limits: Timeouts) -> URLLib3Session:
        """The connections for these time limits."""
        session = self._sessions.get(limits)
        if session is None:
            with self._lock:
                session = self._sessions.get(limits)
                if session is None:
                    self._make_room()
                    session = self._sessions[limits] = _http(self._configured, self._url, limits, self._connections)
                    _watch_connections(session)
        return session

    def _make_room(self) -> None:
        """Drop the oldest connections, but for the client's own."""
        if len(self._sessions) >= _SESSIONS:
            oldest = next(limits for limits in self._sessions if limits != self._timeouts)
            _close(self._sessions.pop(oldest))

    def _sign(self, request: AWSRequest) -> None:
        try:
            _put_signature(request, self._signing_keys().get_frozen_credentials(), self._region)
        except BaseLLMException:
            raise
        except Exception as error:
            if classify(error) is not None:
                raise
            # Its text may quote what it could not read: a key.
            raise ConfigurationError(
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


class BotocoreResponse:
    """A `Response`, and one that another thread can interrupt."""

    def __init__(self, answer: AWSResponse) -> None:
        self._raw = answer.raw
        self.status_code: int = answer.status_code
        self.headers: Mapping[str, str] = answer.headers  # case-insensitive

    def iter_bytes(self) -> Iterator[bytes]:
        """The body as it arrives.

        Raises:
            IncompleteReadError: its end is missing, which botocore does not report.
        """
        received, length = 0, self.headers.get("content-length", "")
        with waiting(self.interrupt):
            for piece in self._raw.stream():
                received += len(piece)
                yield piece
        if length.isdecimal() and received < int(length) and "content-encoding" not in self.headers:
            from botocore.exceptions import IncompleteReadError

            raise IncompleteReadError(actual_bytes=received, expected_bytes=int(length))

    def close(self) -> None:
        """Release the connection."""
        self._raw.close()

    def interrupt(self) -> None:
        """Shut the socket down, so that a read in another thread ends."""
        shutdown = getattr(self._raw, "shutdown", None)  # urllib3 2.3
        if shutdown is not None:
            with suppress(OSError, RuntimeError, ValueError):  # it has ended by itself
                shutdown()


def _checked(answer: AWSResponse, limits: Timeouts) -> BotocoreResponse:
    """The response, if it is not an error."""
    if answer.status_code >= _FAILURE:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        raise HttpStatusError(answer.status_code, headers, answer.content, answer.url)
    if limits.longest_silence > limits.until_first_event:
        connection = getattr(answer.raw, "connection", None)  # None once the connection was released
        if connection is not None and connection.sock is not None:
            connection.sock.settimeout(limits.longest_silence)
    return BotocoreResponse(answer)


def _written(body: JsonObject) -> bytes:
    """The body as JSON.

    Raises:
        PromptError: JSON can't hold it.
    """
    try:
        return _ENCODER.encode(body).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise PromptError(
            f"no JSON can hold this request ({error!r}): take that value out", provider="bedrock"
        ) from error


def _blob(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"a {type(value).__name__} is no JSON")


_ENCODER: Final = json.JSONEncoder(default=_blob, allow_nan=False, separators=(",", ":"))


def _close(session: URLLib3Session) -> None:
    """Close all connections of a session.

    botocore's own `close` only lets go of them, and one that has been interrupted before waits for the garbage
    collector.
    """
    pools = []
    with suppress(AttributeError):
        managed = session._manager.pools  # type: ignore[attr-defined]  # noqa: SLF001 - see `_watch_connections`
        pools = [managed.get(key) for key in managed.keys()]  # noqa: SIM118 - urllib3's container can't be iterated over
    session.close()
    for pool in pools:
        if pool is not None:
            pool.close()


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
    """The part of a URL before a request's path, and its query."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")), parts.query


def _http(configured: Configuration, url: str, limits: Timeouts, connections: int) -> URLLib3Session:
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    first = limits.until_first_event
    options = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]
    if configured.switch("tcp_keepalive"):
        options.append((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1))
    return URLLib3Session(
        # Its stubs know only some of the types that botocore itself gives here.
        verify=configured.text("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE") or True,  # type: ignore[arg-type]
        proxies=get_environ_proxies(url),
        timeout=(min(limits.connect, first), first),  # type: ignore[arg-type]  # as above
        max_pool_connections=connections,
        socket_options=options,  # type: ignore[arg-type]
    )


def _watch_connections(http: URLLib3Session) -> None:
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
            with waiting(lambda: shut(self.sock)):
                return super().getresponse()

    class Secure(AWSHTTPSConnection):
        @override
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
            with waiting(lambda: shut(self.sock)):
                return super().getresponse()

    class PlainPool(AWSHTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(AWSHTTPSConnectionPool):
        ConnectionCls = Secure

    pools = {"http": PlainPool, "https": SecurePool}
    with suppress(AttributeError):
        http._manager.pool_classes_by_scheme = pools  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        http._pool_classes_by_scheme = pools  # type: ignore[attr-defined]  # noqa: SLF001 - for proxies; see above
