# ruff: noqa: SLF001 - botocore has no public way to another timeout, see `_with_timeouts`
"""Calls through a client of boto3's that the user gave: moto, botocore's hooks and instrumentation see them.

boto3 writes requests and parses replies itself, so plain dicts cross here instead of bytes.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from god_llm.domain.exceptions import ConfigurationError
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts, timeouts_of
from god_llm.http.connections import made
from god_llm.http.deadlines import Deadlines
from god_llm.http.threads import DEFAULT_CONCURRENCY, waiting

if TYPE_CHECKING:
    import boto3
    from types_boto3_bedrock_runtime import BedrockRuntimeClient

__all__ = ["Boto3Calls", "check_client"]

_SERVICE: Final = "bedrock-runtime"
_FAILURE: Final = 300


@dataclass(frozen=True, slots=True)
class _Call:
    """Hooks that a call adds to the client's own."""

    headers: Mapping[str, str]
    query: Mapping[str, str]


class _ThisThread(threading.local):
    call: _Call | None = None


_THIS_THREAD: Final = _ThisThread()


class Boto3Calls:
    """Makes calls through a `boto3.Session`, a `bedrock-runtime` client, or what a function makes.

    Args:
        given: what the user gave.
        connections: how many a client that is made of a session keeps open.
    """

    def __init__(self, given: object, connections: int | None) -> None:
        self._given = given
        self._connections = connections or DEFAULT_CONCURRENCY
        self._lock = threading.Lock()
        self._source: object = None
        self._clients: dict[Timeouts | None, tuple[BedrockRuntimeClient, bool]] = {}

    def replies(
        self,
        request: Mapping[str, object],
        headers: Mapping[str, str],
        query: Mapping[str, str],
        *,
        stream: bool,
        limits: Timeouts | None,
    ) -> Generator[JsonObject, None, None]:
        """The whole reply, or the events of a stream, the first of which also has `ResponseMetadata`.

        A limit is checked when bytes arrive, and by the read timeout of the socket.
        """
        client, parameters = self._client(limits), cast("Any", request)  # Any: boto3 checks it itself
        deadlines = Deadlines(limits)
        if not stream:
            with _ours(_Call(headers, query)):
                reply = client.converse(**parameters)
            yield cast("JsonObject", reply)
            return
        with _ours(_Call(headers, query)):
            answer = client.converse_stream(**parameters)
        events, first = answer["stream"], {"ResponseMetadata": answer["ResponseMetadata"]}
        try:
            with waiting(_interrupting(events)):
                for event in cast("Iterator[JsonObject]", events):
                    if deadlines.left() <= 0:
                        raise deadlines.exceeded()
                    yield {**first, **event}
                    first = {}
                    deadlines.event_arrived()
        finally:
            events.close()

    def close(self) -> None:
        """Close the clients that were made here. One that the user gave stays open."""
        with self._lock:
            clients, self._clients, self._source = [*self._clients.values()], {}, None
        for client, ours in clients:
            if ours:
                client.close()

    def _client(self, limits: Timeouts | None) -> BedrockRuntimeClient:
        held = self._clients.get(limits)
        if held is None:
            with self._lock:
                held = self._clients.get(limits)
                if held is None:
                    held = self._clients[limits] = self._made(limits)
        return held[0]

    def _made(self, limits: Timeouts | None) -> tuple[BedrockRuntimeClient, bool]:
        """A client for these time limits, and whether it is ours to close."""
        if self._source is None:
            self._source = made(self._given)
            check_client(self._source)
        if _is_session(self._source):
            client = _of_session(cast("boto3.Session", self._source), limits, self._connections)
            ours = True
        else:
            given = cast("BedrockRuntimeClient", self._source)
            client = given if limits is None else _with_timeouts(given, limits)
            ours = limits is None and callable(self._given)
        _watch(client)
        return client, ours


def check_client(given: object) -> None:
    """Refuse what is neither a session nor a client of Bedrock's. Nothing is imported.

    Raises:
        ConfigurationError: it is something else.
    """
    if not _is_session(given) and _service_of(given) != _SERVICE:
        raise ConfigurationError(
            f"client= takes a boto3.Session, a {_SERVICE} client of boto3's, or a function that makes one of them,"
            f" not {_service_of(given) or type(given).__name__}",
            provider="bedrock",
        )


def _is_session(given: object) -> bool:
    return any(kind.__module__ == "boto3.session" and kind.__name__ == "Session" for kind in type(given).__mro__)


def _service_of(given: object) -> str | None:
    """The service of a boto3 client."""
    kinds = type(given).__mro__
    if not any(kind.__module__ == "botocore.client" and kind.__name__ == "BaseClient" for kind in kinds):
        return None
    name: str = cast("Any", given).meta.service_model.service_name  # Any: botocore's stubs don't have it
    return name


def _of_session(session: boto3.Session, limits: Timeouts | None, connections: int) -> BedrockRuntimeClient:
    from botocore.config import Config

    connect, read = _socket_timeouts(timeouts_of(limits))
    return session.client(
        "bedrock-runtime",
        config=Config(read_timeout=read, connect_timeout=connect, max_pool_connections=connections),
    )


def _socket_timeouts(limits: Timeouts) -> tuple[float, float]:
    """Seconds to connect, and between two pieces of an answer."""
    return min(limits.connect, limits.until_first_event), limits.longest_silence


def _with_timeouts(client: BedrockRuntimeClient, limits: Timeouts) -> BedrockRuntimeClient:
    """The client with connections of other time limits.

    botocore has no public way to it. Private names of the client, its endpoint and its HTTP session are used; a test
    checks that they are there.
    """
    try:
        other: Any = object.__new__(type(client))  # Any: private names
        other.__dict__.update(client.__dict__)
        other._endpoint = copy.copy(other._endpoint)
        other._endpoint.http_session = _session_with_timeouts(other._endpoint.http_session, limits)
    except AttributeError as error:
        raise ConfigurationError(
            "this client of boto3's can't be given another timeout: give a boto3.Session instead of the client, or set"
            " read_timeout in its botocore Config",
            provider="bedrock",
        ) from error
    return cast("BedrockRuntimeClient", other)


def _session_with_timeouts(session: Any, limits: Timeouts) -> object:  # Any: private names of botocore's HTTP session
    from urllib3 import PoolManager, Timeout

    other = copy.copy(session)
    connect, read = _socket_timeouts(limits)
    other._timeout = Timeout(connect=connect, read=read)
    other._proxy_managers = {}
    other._manager = PoolManager(**other._get_pool_manager_kwargs())
    other._manager.pool_classes_by_scheme = other._pool_classes_by_scheme
    return other


def _watch(client: BedrockRuntimeClient) -> None:
    """Let calls of ours add headers and go without boto3's own retries; other calls of the client are unchanged."""
    events = client.meta.events
    events.register(f"before-call.{_SERVICE}", _add, unique_id="god-llm-add")
    events.register_first(f"needs-retry.{_SERVICE}", _never_again, unique_id="god-llm-retry")


@contextmanager
def _ours(call: _Call) -> Generator[None, None, None]:
    _THIS_THREAD.call = call
    try:
        yield
    finally:
        _THIS_THREAD.call = None


def _add(params: dict[str, Any], **_: object) -> None:  # Any: botocore's own dict of a request
    """Add headers and query to a request of ours, before it is signed."""
    call = _THIS_THREAD.call
    if call is not None:
        params["headers"].update(call.headers)
        if call.query:
            params["url"] += ("&" if "?" in params["url"] else "?") + urlencode(call.query)


def _never_again(
    response: tuple[Any, Mapping[str, Any]] | None = None,  # Any: botocore's HTTP response and parsed reply
    caught_exception: Exception | None = None,
    operation: Any = None,  # Any: botocore's model of the operation
    **_: object,
) -> None:
    """Raise what a call of ours failed with, before boto3 thinks of retries: those are `RetryingTransport`'s."""
    if _THIS_THREAD.call is None:
        return
    if caught_exception is not None:
        raise caught_exception
    if response is not None and response[0].status_code >= _FAILURE:
        from botocore.exceptions import ClientError

        raise ClientError(cast("Any", response[1]), operation.name)  # Any: the stubs have a TypedDict of their own


def _interrupting(events: object) -> Callable[[], None]:
    """An interrupt for the read of an event stream in another thread, as far as botocore allows one."""
    shutdown: Callable[[], None] | None = getattr(getattr(events, "_raw_stream", None), "shutdown", None)

    def interrupt() -> None:
        if shutdown is not None:
            with suppress(OSError, RuntimeError, ValueError):  # it has ended by itself
                shutdown()

    return interrupt
