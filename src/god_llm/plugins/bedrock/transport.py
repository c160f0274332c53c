"""boto3: the only place, with its error table, that imports it.

A client of boto3 is botocore's, and is asked of botocore here: what `import boto3` brings besides (resources,
S3 transfers) costs more than half as much again, and Bedrock has no use for it.

boto3 has no async, so async calls run in threads. Its retries are off, as all SDKs' are; so is its check of
the request, a walk over the whole conversation, since the formatter writes what the service documents.
"""

from __future__ import annotations

import gzip
import os
import socket
import threading
import weakref
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, cast

from pydantic import SecretStr
from pydantic_core import from_json
from typing_extensions import override

from god_llm.auth.secret import secret
from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    MalformedResponseError,
    MissingDependencyError,
    PromptError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.bedrock.errors import translate
from god_llm.plugins.bedrock.threads import Threads
from god_llm.plugins.bedrock.wire import Request
from god_llm.protocols import AuthSource
from god_llm.transports.timeouts import checked_timeout

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.session import Session
    from types_boto3_bedrock_runtime import BedrockRuntimeClient
    from types_boto3_bedrock_runtime.type_defs import ConverseStreamResponseTypeDef
    from urllib3.response import HTTPResponse

__all__ = ["DEFAULT_CONCURRENCY", "BedrockTransport"]

DEFAULT_CONCURRENCY: Final = 64
"""Async calls under way at the same time on one event loop, where no other number is asked for."""

_TO_CONNECT: Final = 60.0
_TO_ANSWER: Final = 600.0
"""Seconds to wait for a sign of life by default; boto3's 60 would cut long answers short."""
_EVENT_STREAM: Final = "application/vnd.amazon.eventstream"


class _State(TypedDict):
    auth: AuthSource
    region: str | None
    base_url: str | None
    timeout: float | None
    max_concurrency: int


class BedrockTransport:
    """Sends requests to Bedrock. A client is made on first use, for all threads.

    A key of `auth` (a Bedrock API key) goes out as a bearer token, asked for at every request. Where there is
    none, requests are signed: with what an `AWSAuth` says, else with what AWS's own chain finds.

    A cancelled async call, or an async stream that is left early, gives up its connection and its thread at once.

    Args:
        auth: how to sign in.
        region: by default `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's.
        base_url: of the service; by default the region's.
        timeout: seconds without a sign of life from the service; by default 600.
        max_concurrency: how many async calls may be under way at a time, for one event loop; further ones wait.
            As many connections are kept open.

    Raises:
        InvalidSettingError: `max_concurrency` is below 1.
    """

    def __init__(
        self,
        auth: AuthSource,
        *,
        region: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        max_concurrency: int = DEFAULT_CONCURRENCY,
    ) -> None:
        self._auth = auth
        self._region = region
        self._base_url = base_url
        self._timeout = checked_timeout(timeout)
        self._max_concurrency = max_concurrency
        self._threads = Threads(max_concurrency)
        self._lock = threading.Lock()
        self._clients: dict[bool, BedrockRuntimeClient] = {}
        # Who never closes a facade leaves no socket open.
        weakref.finalize(self, _close_all, self._clients)
        self._call = _Call()

    @override
    def __getstate__(self) -> dict[str, object]:
        """The configuration alone: a pickle has no connections, and no keys."""
        return {
            "auth": self._auth,
            "region": self._region,
            "base_url": self._base_url,
            "timeout": self._timeout,
            "max_concurrency": self._max_concurrency,
        }

    def __setstate__(self, state: _State) -> None:
        BedrockTransport.__init__(self, **state)

    def send(self, request: Request, /) -> JsonObject:
        """See `Transport.send`."""
        with self._calling() as client:
            reply = client.converse(**request)
        if "output" not in reply:  # boto3 makes an empty answer of a body that is no JSON
            raise MalformedResponseError("the provider sent something that is not its JSON", provider="bedrock")
        return reply

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`. The first event also has boto3's `ResponseMetadata`."""
        events = self._events(request)
        try:
            with self._call.waiting(events.interrupt):
                yield from events
        finally:
            events.close()

    async def asend(self, request: Request, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        async with aclosing(self._threads.items(_Remote(self._call, lambda: iter((self.send(request),))))) as replies:
            return await anext(replies)

    def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        return self._threads.items(_Remote(self._call, lambda: self.stream(request)))

    def close(self) -> None:
        """Close the connections that are not in use; the next call opens new ones."""
        with self._lock:
            _close_all(self._clients)

    async def aclose(self) -> None:
        """As `close`: sync and async calls share their connections."""
        self.close()

    def _events(self, request: Request) -> _Events:
        with self._calling() as client:
            # Typed for `converse`; the two differ in a guardrail's stream mode, which is optional.
            reply = client.converse_stream(**request)  # type: ignore[arg-type]
            answer = self._call.answer
        assert answer is not None
        events = _Events(reply, answer)
        kind = answer.headers.get("content-type", _EVENT_STREAM)
        if not kind.startswith(_EVENT_STREAM):
            events.close()
            raise MalformedResponseError(f"asked for a stream of events, the provider sent {kind}", provider="bedrock")
        return events

    @contextmanager
    def _calling(self) -> Generator[BedrockRuntimeClient, None, None]:
        """The client for one call of this thread; what goes wrong in it is raised as ours."""
        call = self._call
        key = self._auth.get_key("bedrock")
        if key is not None:
            secret("bedrock", key)  # http.client would quote a key that no header takes in its error
        client = self._client(bearer=key is not None)
        call.key, call.sent, call.answer = key, False, None
        try:
            yield client
        except Exception as error:
            raise translate(error) or (_unreadable(error) if call.sent else _unwritable(error)) from error
        finally:
            call.key = call.answer = None

    def _client(self, *, bearer: bool) -> BedrockRuntimeClient:
        client = self._clients.get(bearer)
        if client is None:
            with self._lock:
                client = self._clients.get(bearer)
                if client is None:
                    client = self._clients[bearer] = self._opened(bearer=bearer)
        return client

    def _opened(self, *, bearer: bool) -> BedrockRuntimeClient:
        try:
            client = self._built(bearer=bearer)
        except ImportError as error:
            raise MissingDependencyError(
                "the SDK for bedrock is not installed: pip install 'god-llm[bedrock]'", provider="bedrock"
            ) from error
        except BaseLLMException:
            raise
        except Exception as error:
            raise translate(error) or ConfigurationError(f"boto3 can't be set up: {error}") from error
        on = client.meta.events.register
        on("before-send.bedrock-runtime", self._call.note_sent)
        on("after-call.bedrock-runtime", self._call.note_answer)
        _watch_connections(client, self._call)
        return client

    def _built(self, *, bearer: bool) -> BedrockRuntimeClient:
        from botocore import UNSIGNED
        from botocore import __version__ as botocore_version
        from botocore.config import Config

        from god_llm.auth.aws import AWSAuth

        session = _session(self._auth)
        region = self._region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        if not region:
            raise ConfigurationError(
                "no AWS region for bedrock: pass region=, or set AWS_REGION or AWS_DEFAULT_REGION", provider="bedrock"
            )
        if not bearer and isinstance(self._auth, AWSAuth) and self._auth.role_arn is not None:
            session = _assuming(session, self._auth.role_arn, region)
        client = session.create_client(
            "bedrock-runtime",
            region_name=region,
            endpoint_url=self._base_url,
            config=Config(
                # Said in code, it holds against what the environment or a profile prefers.
                signature_version=UNSIGNED if bearer else "v4",
                retries={"total_max_attempts": 1},
                connect_timeout=_TO_CONNECT if self._timeout is None else self._timeout,
                read_timeout=_TO_ANSWER if self._timeout is None else self._timeout,
                max_pool_connections=self._max_concurrency,
                parameter_validation=False,
                # botocore would put its own together anew for each request, twice: a tenth of what a call costs.
                user_agent=f"god_llm Botocore/{botocore_version}",
            ),
        )
        # botocore makes the class of the service that is asked for; its stubs don't say so.
        return cast("BedrockRuntimeClient", client)


class _Call(threading.local):
    """What boto3's events know of the call under way in a thread.

    https://docs.aws.amazon.com/boto3/latest/guide/events.html
    """

    key: SecretStr | None = None
    sent = False
    answer: AWSResponse | None = None
    remote: _Remote | None = None
    """Where the call is made for a task."""

    @contextmanager
    def waiting(self, end: Callable[[], None]) -> Generator[None, None, None]:
        """While the thread waits for the service: `end` makes it come back."""
        if self.remote is None:
            yield
            return
        self.remote.waits(end)
        try:
            yield
        finally:
            self.remote.waits(None)

    def note_sent(self, request: AWSPreparedRequest, **_: object) -> None:
        """Put the key, if there is one, where a bearer token stands; from here on, what can't be read is the answer.

        botocore's own signer takes a token from the environment alone, and botocore logs what it has signed.
        """
        if self.key is not None:
            request.headers["Authorization"] = f"Bearer {self.key.get_secret_value()}"
        self.sent = True

    def note_answer(self, http_response: AWSResponse, **_: object) -> None:
        """Keep the response, whose connection a stream goes on reading."""
        self.answer = http_response


class _Remote:
    """A call that a thread makes for a task: a `Source` for `Threads`."""

    def __init__(self, call: _Call, answers: Callable[[], Iterator[JsonObject]]) -> None:
        self._call = call
        self._answers = answers
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self._given_up = False

    def items(self) -> Generator[JsonObject, None, None]:
        """See `Source.items`."""
        self._call.remote = self
        try:
            yield from self._answers()
        finally:
            self._call.remote = None

    def waits(self, end: Callable[[], None] | None) -> None:
        """From here on `end` makes the thread come back; None: it waits for nothing."""
        with self._lock:
            self._end = end
            if end is not None and self._given_up:
                end()

    def interrupt(self) -> None:
        """See `Source.interrupt`."""
        with self._lock:
            self._given_up = True
            if self._end is not None:
                self._end()


class _Events:
    """The events of one streamed reply."""

    def __init__(self, reply: ConverseStreamResponseTypeDef, answer: AWSResponse) -> None:
        self._stream = reply["stream"]
        self._first: JsonObject = {"ResponseMetadata": reply["ResponseMetadata"]}
        self._raw = answer.raw

    def __iter__(self) -> Iterator[JsonObject]:
        try:
            for event in self._stream:
                if self._first:
                    yield {**self._first, **event}
                    self._first = {}
                else:
                    yield event
        except Exception as error:
            raise translate(error) or _unreadable(error) from error

    def close(self) -> None:
        """Release the connection."""
        self._stream.close()

    def interrupt(self) -> None:
        """Shut the socket down, so that a read in another thread ends."""
        shutdown: Callable[[], None] | None = getattr(self._raw, "shutdown", None)  # urllib3 2.3
        if shutdown is not None:
            with suppress(OSError, RuntimeError, ValueError):  # it has ended by itself
                shutdown()


def _watch_connections(client: BedrockRuntimeClient, call: _Call) -> None:
    """Let a thread that waits for the beginning of an answer be interrupted.

    botocore has no public way to its connections. Three private names are used, and no others; without them
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
            with call.waiting(lambda: _shut(self.sock)):
                return super().getresponse()

    class Secure(AWSHTTPSConnection):
        @override
        def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3's own
            with call.waiting(lambda: _shut(self.sock)):
                return super().getresponse()

    class PlainPool(AWSHTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(AWSHTTPSConnectionPool):
        ConnectionCls = Secure

    pools = {"http": PlainPool, "https": SecurePool}
    with suppress(AttributeError):
        session = client._endpoint.http_session  # type: ignore[attr-defined]  # noqa: SLF001 - see above
        session._manager.pool_classes_by_scheme = pools  # noqa: SLF001 - see above
        session._pool_classes_by_scheme = pools  # noqa: SLF001 - for proxies; see above


def _close_all(clients: Mapping[bool, BedrockRuntimeClient]) -> None:
    """Close the connections that are not in use, and the others when they are done.

    boto3's own `close` only lets go of them, and one that has been interrupted before waits for the garbage
    collector. Of the private names above, two are used.
    """
    for client in clients.values():
        pools = []
        with suppress(AttributeError):
            managed = client._endpoint.http_session._manager.pools  # type: ignore[attr-defined]  # noqa: SLF001 - see above
            pools = [managed.get(key) for key in managed.keys()]  # noqa: SIM118 - urllib3's container can't be iterated over
        client.close()
        for pool in pools:
            if pool is not None:
                pool.close()


def _shut(connection: socket.socket | None) -> None:
    """End all reading from a connection. Not by way of `SSLSocket.shutdown`, which drops what a reader still uses."""
    if connection is not None:
        with suppress(OSError):  # it has ended by itself
            socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _unwritable(error: Exception) -> PromptError:
    """Requests are written by the shape that the service documents, and trips over any other."""
    return PromptError(f"boto3 can't write this request: {error!r}", provider="bedrock")


def _unreadable(error: Exception) -> MalformedResponseError:
    """Answers are read in the same way."""
    return MalformedResponseError(f"boto3 can't read this answer: {error!r}", provider="bedrock")


def _session(auth: AuthSource) -> Session:
    """A session that signs in as `auth` says: set up as `boto3.Session` sets up botocore's."""
    from botocore.session import get_session

    from god_llm.auth.aws import AWSAuth

    session = get_session()
    if isinstance(auth, AWSAuth):
        if auth.profile is not None:
            session.set_config_variable("profile", auth.profile)
        keys = auth.access_key_id, _unwrapped(auth.secret_access_key), _unwrapped(auth.session_token)
        if any(keys):
            session.set_credentials(*keys)  # type: ignore[arg-type]  # one that is missing is None to boto3 too
    return _straight(session)


def _straight(session: Session) -> Session:
    """The session, made to read what botocore knows of services without detours.

    By itself it looks into the folders of all 400 services, twice, to see whether it knows the one that is asked
    for, and takes four times as long to parse a description: together most of what a client costs. A service that
    it does not know it still reports.

    https://docs.aws.amazon.com/botocore/latest/reference/loaders.html
    """
    from botocore.loaders import JSONFileLoader, Loader

    class Files(JSONFileLoader):
        @override
        def load_file(self, file_path: str) -> object:
            for path, opened in ((Path(f"{file_path}.json"), open), (Path(f"{file_path}.json.gz"), gzip.open)):
                if path.is_file():
                    with opened(path, "rb") as file:
                        return from_json(file.read())
            return None

    class Straight(Loader):
        @override
        def list_available_services(self, type_name: str) -> list[str]:
            folders = [path for path in map(Path, self.search_paths) if path.is_dir()]
            return sorted({service.name for folder in folders for service in folder.iterdir()})

    paths = session.get_component("data_loader").search_paths
    session.register_component("data_loader", Straight(paths, Files(), include_default_search_paths=False))
    return session


def _assuming(session: Session, role_arn: str, region: str) -> Session:
    """A session in the role; its credentials are fetched, and fetched again before they expire, by the other's."""
    from botocore.credentials import (
        CredentialProvider,
        CredentialResolver,
        DeferredRefreshableCredentials,
        create_assume_role_refresher,
    )
    from botocore.session import get_session

    role = {"RoleArn": role_arn, "RoleSessionName": "god-llm"}
    refresh = create_assume_role_refresher(session.create_client("sts", region_name=region), role)

    class Role(CredentialProvider):
        METHOD = "assume-role"

        @override
        def load(self) -> DeferredRefreshableCredentials:
            return DeferredRefreshableCredentials(refresh, self.METHOD)

    inner = get_session()
    inner.register_component("credential_provider", CredentialResolver([Role()]))
    return _straight(inner)


def _unwrapped(key: SecretStr | None) -> str | None:
    return None if key is None else secret("bedrock", key).get_secret_value()
