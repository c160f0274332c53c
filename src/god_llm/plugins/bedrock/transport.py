"""Bedrock's transport: writes a request's JSON, posts it, and reads the answer's JSON or its events.

botocore has no async, so async calls run in threads.
"""

from __future__ import annotations

import json
import threading
import weakref
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress
from typing import TYPE_CHECKING, Final, Literal, TypedDict, cast
from urllib.parse import quote

from typing_extensions import override

from god_llm.auth.secret import secret
from god_llm.dialects.replies import json_object
from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    MalformedResponseError,
    MissingDependencyError,
    PromptError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.bedrock.client import Client
from god_llm.plugins.bedrock.errors import failed, failed_inside, translate
from god_llm.plugins.bedrock.threads import Threads
from god_llm.plugins.bedrock.wire import Event, Request
from god_llm.protocols import AuthSource
from god_llm.transports.timeouts import checked_timeout

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse
    from botocore.eventstream import EventStreamMessage

__all__ = ["DEFAULT_CONCURRENCY", "BedrockTransport"]

DEFAULT_CONCURRENCY: Final = 64
"""Async calls under way at the same time on one event loop, where no other number is asked for."""

_FAILURE: Final = 300
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
        self._opened: list[Client] = []
        # Who never closes a facade leaves no socket open.
        weakref.finalize(self, _close_all, self._opened)
        self._waits = _Waits()

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
        """See `Transport.send`. The reply also has `ResponseMetadata`, as boto3's has."""
        answer = self._answer(request, "converse")
        with _failures():
            return {**json_object(_whole(answer)), **_metadata(answer)}

    def stream(self, request: Request, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`. The first event also has `ResponseMetadata`."""
        events = _Events(self._answer(request, "converse-stream"))
        try:
            with self._waits.waiting(events.interrupt):
                yield from events
        finally:
            events.close()

    async def asend(self, request: Request, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        async with aclosing(self._threads.items(_Remote(self._waits, lambda: iter((self.send(request),))))) as replies:
            return await anext(replies)

    def astream(self, request: Request, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        return self._threads.items(_Remote(self._waits, lambda: self.stream(request)))

    def close(self) -> None:
        """Close the connections that are not in use; the next call opens new ones."""
        with self._lock:
            _close_all(self._opened)

    async def aclose(self) -> None:
        """As `close`: sync and async calls share their connections."""
        self.close()

    def _answer(self, request: Request, action: Literal["converse", "converse-stream"]) -> AWSResponse:
        """The service's answer, which reports success."""
        path, body = _path(request, action), _written(request)
        key = self._auth.get_key("bedrock")
        if key is not None:
            secret("bedrock", key)  # http.client would quote a key that no header takes in its error
        client = self._client()
        with _failures():
            answer = client.post(path, body, bearer=key, streamed=action == "converse-stream")
            if answer.status_code >= _FAILURE:
                raise failed(answer)
        return answer

    def _client(self) -> Client:
        if not self._opened:
            with self._lock:
                if not self._opened:
                    self._opened.append(self._built())
        return self._opened[0]

    def _built(self) -> Client:
        try:
            return Client(
                self._auth,
                region=self._region,
                base_url=self._base_url,
                timeout=self._timeout,
                connections=self._max_concurrency,
                waiting=self._waits.waiting,
            )
        except ImportError as error:
            raise MissingDependencyError(
                "the SDK for bedrock is not installed: pip install 'god-llm[bedrock]'", provider="bedrock"
            ) from error
        except BaseLLMException:
            raise
        except Exception as error:
            raise translate(error) or ConfigurationError(f"botocore can't be set up: {error}") from error


class _Waits(threading.local):
    """For which task a thread makes a call."""

    remote: _Remote | None = None

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


class _Remote:
    """A call that a thread makes for a task: a `Source` for `Threads`."""

    def __init__(self, waits: _Waits, answers: Callable[[], Iterator[JsonObject]]) -> None:
        self._thread = waits
        self._answers = answers
        self._lock = threading.Lock()
        self._end: Callable[[], None] | None = None
        self._given_up = False

    def items(self) -> Generator[JsonObject, None, None]:
        """See `Source.items`."""
        self._thread.remote = self
        try:
            yield from self._answers()
        finally:
            self._thread.remote = None

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

    def __init__(self, answer: AWSResponse) -> None:
        self._raw = answer.raw
        self._metadata = _metadata(answer)
        kind = answer.headers.get("content-type", _EVENT_STREAM)
        if not kind.startswith(_EVENT_STREAM):
            self.close()
            raise MalformedResponseError(f"asked for a stream of events, the provider sent {kind}", provider="bedrock")

    def __iter__(self) -> Iterator[JsonObject]:
        from botocore.eventstream import EventStreamBuffer

        events, first = EventStreamBuffer(), self._metadata
        try:
            for piece in self._raw.stream():
                events.add_data(piece)
                for event in filter(None, map(_event, events)):
                    yield {**first, **event}
                    first = {}
        except BaseLLMException:
            raise
        except Exception as error:
            raise _ours(error) from error

    def close(self) -> None:
        """Release the connection."""
        self._raw.close()

    def interrupt(self) -> None:
        """Shut the socket down, so that a read in another thread ends."""
        shutdown: Callable[[], None] | None = getattr(self._raw, "shutdown", None)  # urllib3 2.3
        if shutdown is not None:
            with suppress(OSError, RuntimeError, ValueError):  # it has ended by itself
                shutdown()


def _close_all(clients: list[Client]) -> None:
    for client in clients:
        client.close()


@contextmanager
def _failures() -> Generator[None, None, None]:
    """What goes wrong in a call is raised as ours."""
    try:
        yield
    except BaseLLMException:
        raise
    except Exception as error:
        raise _ours(error) from error


def _ours(error: Exception) -> BaseLLMException:
    """Answers are read by the shape that the service documents, and trip over any other."""
    return translate(error) or MalformedResponseError(f"this answer can't be read: {error!r}", provider="bedrock")


def _path(request: Request, action: str) -> str:
    model = request.get("modelId")
    if not isinstance(model, str):
        raise PromptError("the request names no model: `modelId` must be a text", provider="bedrock")
    try:
        return f"/model/{quote(model, safe='')}/{action}"
    except UnicodeError as error:
        raise PromptError("the model's name is no text that a URL can say", provider="bedrock") from error


def _written(request: Request) -> bytes:
    """The body: all that the request says but for the model, which is in the path.

    Raises:
        PromptError: no JSON can say it.
    """
    body = {name: value for name, value in request.items() if name != "modelId"}
    try:
        return _ENCODER.encode(body).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise PromptError(f"no JSON can say this request: {error!r}", provider="bedrock") from error


def _blob(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"a {type(value).__name__} is no JSON")


_ENCODER: Final = json.JSONEncoder(default=_blob, allow_nan=False, separators=(",", ":"))


def _whole(answer: AWSResponse) -> bytes:
    """The body, of which botocore does not mind if the end is missing."""
    from botocore.exceptions import IncompleteReadError

    body, length = answer.content, answer.headers.get("content-length", "")
    if length.isdecimal() and len(body) < int(length):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(length))
    return body


def _metadata(answer: AWSResponse) -> JsonObject:
    """What boto3 says of an HTTP response."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    known = {"RequestId": headers["x-amzn-requestid"]} if "x-amzn-requestid" in headers else {}
    facts = {**known, "HTTPStatusCode": answer.status_code, "HTTPHeaders": headers, "RetryAttempts": 0}
    return {"ResponseMetadata": facts}


def _event(message: EventStreamMessage) -> JsonObject:
    """An event: its name -> what it says. Empty for a message that is none.

    https://smithy.io/2.0/aws/amazon-eventstream.html
    """
    # Its stubs take the headers for a number.
    headers = cast("Mapping[str, object]", message.headers)
    if headers.get(":message-type") in ("exception", "error"):
        raise failed_inside(message)
    name = headers.get(":event-type")
    if not isinstance(name, str):
        return {}
    if name not in Event.__annotations__:  # what it says may be anything
        with suppress(MalformedResponseError):
            return {name: json_object(message.payload)}
        return {name: {}}
    return {name: json_object(message.payload) if message.payload else {}}
