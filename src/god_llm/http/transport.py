"""The transport of every provider that speaks JSON over HTTP."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Generator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Final, Generic, Self, TypedDict, TypeVar

from pydantic import SecretStr
from typing_extensions import override

from god_llm.auth.environment import EnvironmentAuth
from god_llm.auth.secret import optional_secret
from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.timeouts import Timeouts, timeouts_of
from god_llm.http.bodies import AsyncBody, Body, in_time
from god_llm.http.connections import Connections
from god_llm.http.deadlines import Deadlines
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import (
    HttpStatusError,
    refused_fields,
)
from god_llm.http.failures import domain_error
from god_llm.http.frames import forget_frames
from god_llm.http.headers import Hidden, header_values, reveal
from god_llm.http.json_object import json_object
from god_llm.http.library import Library, Opening
from god_llm.http.options import ConnectionOptions, checked_timeout
from god_llm.http.outgoing import Outgoing
from god_llm.http.redirects import MAX_REDIRECTS, target_within_origin
from god_llm.http.secret_texts import hide_sent
from god_llm.protocols import AuthSource

if TYPE_CHECKING:
    from god_llm.http.client import AsyncResponse, Client, Response
    from god_llm.http.framing import Splitter

__all__ = ["HttpTransport"]

RequestT = TypeVar("RequestT", bound=JsonObject)

_REMEMBERED_KEYS: Final = 256
"""More keys than requests are under way at once."""


class _State(TypedDict):
    auth: AuthSource | None
    options: ConnectionOptions
    timeout: float | Timeouts | None
    endpoint: Endpoint | None


class HttpTransport(Generic[RequestT]):
    """Carries plain JSON to an `Endpoint` through a `Library`. A provider's transport sets the two.

    Clients are made on first use: one for all threads, one per event loop. The key is asked for once per request;
    no client holds one. A redirect to another origin is never followed.

    Args:
        auth: where the key comes from; by default the environment. With a client of the user's own there is none.
        options: how to connect.

    Raises:
        ConfigurationError: an option means nothing here, or not beside another one.
    """

    endpoint: Endpoint
    library: Library
    sent_keys: deque[SecretStr] | None
    """The latest keys that went out, if a recorder has asked for them."""

    def __init__(self, auth: AuthSource | None = None, options: ConnectionOptions | None = None) -> None:
        options = ConnectionOptions() if options is None else options
        self._check(auth, options)
        self._auth = EnvironmentAuth() if auth is None else auth
        self._options = options
        self._timeout: float | Timeouts | None = None
        self._set_up()

    @classmethod
    def connect(cls, auth: AuthSource | None, options: ConnectionOptions, endpoint: Endpoint | None = None) -> Self:
        """A transport of this class with all its options in one value, for another endpoint if one is given."""
        transport = cls.__new__(cls)
        if endpoint is not None:
            transport.endpoint = endpoint
        HttpTransport.__init__(transport, auth, options)
        return transport

    def send(self, request: RequestT, /) -> JsonObject:
        """See `Transport.send`. The reply also has the response headers that operators need."""
        outgoing = self._outgoing(request, stream=False)
        deadlines = Deadlines(outgoing.timeouts)
        try:
            response = self._post(self._connections.client(), outgoing)
            with Body(response, deadlines) as body:
                reply = body.whole()
            return self._with_facts(json_object(reply), response)
        except BaseLLMException as error:
            forget_frames(error.__cause__)
            hide_sent(error, outgoing)
            raise
        except Exception as error:
            if not self._is_known(error):
                raise
            raise self._ours(error, outgoing, deadlines) from forget_frames(error)

    def stream(self, request: RequestT, /) -> Generator[JsonObject, None, None]:
        """See `Transport.stream`. The first event also has the response headers that operators need."""
        outgoing = self._outgoing(request, stream=True)
        deadlines, quiet, is_last = Deadlines(outgoing.timeouts), self.endpoint.keep_alive, self.endpoint.is_last
        try:
            response = self._post(self._connections.client(), outgoing)
            with Body(response, deadlines) as body:
                events = self._events_of(response)
                while (piece := body.read()) is not None:
                    last = None
                    for event in events.feed(piece):
                        yield event
                        if event.get("type") not in quiet:
                            last = event
                    if last is None:
                        deadlines.nothing_arrived()
                    elif is_last(last):
                        deadlines.stream_ended()
                    else:
                        body.event_arrived()
                yield from events.finish()
        except BaseLLMException as error:
            forget_frames(error.__cause__)
            hide_sent(error, outgoing)
            raise
        except Exception as error:
            if not self._is_known(error):
                raise
            raise self._ours(error, outgoing, deadlines) from forget_frames(error)

    async def asend(self, request: RequestT, /) -> JsonObject:
        """See `AsyncTransport.asend`."""
        outgoing = self._outgoing(request, stream=False)
        deadlines = Deadlines(outgoing.timeouts)
        try:
            response = await in_time(self._apost(outgoing), deadlines)
            async with AsyncBody(response, deadlines) as body:
                reply = await body.whole()
            return self._with_facts(json_object(reply), response)
        except BaseLLMException as error:
            forget_frames(error.__cause__)
            hide_sent(error, outgoing)
            raise
        except Exception as error:
            if not self._is_known(error):
                raise
            raise self._ours(error, outgoing, deadlines) from forget_frames(error)

    async def astream(self, request: RequestT, /) -> AsyncGenerator[JsonObject, None]:
        """See `AsyncTransport.astream`."""
        outgoing = self._outgoing(request, stream=True)
        deadlines, quiet, is_last = Deadlines(outgoing.timeouts), self.endpoint.keep_alive, self.endpoint.is_last
        try:
            response = await in_time(self._apost(outgoing), deadlines)
            async with AsyncBody(response, deadlines) as body:
                events = self._events_of(response)
                while (piece := await body.read()) is not None:
                    last = None
                    for event in events.feed(piece):
                        yield event
                        if event.get("type") not in quiet:
                            last = event
                    if last is None:
                        deadlines.nothing_arrived()
                    elif is_last(last):
                        deadlines.stream_ended()
                    else:
                        body.event_arrived()
                for event in events.finish():
                    yield event
        except BaseLLMException as error:
            forget_frames(error.__cause__)
            hide_sent(error, outgoing)
            raise
        except Exception as error:
            if not self._is_known(error):
                raise
            raise self._ours(error, outgoing, deadlines) from forget_frames(error)

    def with_timeout(self, timeout: float | Timeouts, /) -> Self:
        """A transport that shares this one's connections and has other time limits.

        Raises:
            InvalidSettingError: it is neither a finite number above 0 nor a `Timeouts`.
        """
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._timeout = checked_timeout(timeout)  # noqa: SLF001 - an object of this class
        return other

    def remember_keys(self) -> None:
        """Keep the latest keys that go out, so that a recorder can take them out of what comes back."""
        if self.sent_keys is None:
            self.sent_keys = deque(maxlen=_REMEMBERED_KEYS)

    def close(self) -> None:
        """Close the client of sync calls. A client that the user gave stays open."""
        self._connections.close()

    async def aclose(self) -> None:
        """Close the client of the running event loop. A client that the user gave stays open."""
        await self._connections.aclose()

    # -- copies ----------------------------------------------------------------------------------------

    @override
    def __getstate__(self) -> dict[str, object]:
        """The configuration alone: a pickle has no connections, and no keys.

        Raises:
            ConfigurationError: it has a client, or secrets in `headers=` or `query=`.
        """
        from god_llm.http.pickling import refuse_unpicklable  # few transports are pickled

        options = self._options
        refuse_unpicklable(options, self.endpoint.provider)
        return {
            "auth": None if options.has_client else self._auth,
            "options": options,
            "timeout": self._timeout,
            "endpoint": self.__dict__.get("endpoint"),
        }

    def __setstate__(self, state: _State) -> None:
        if state["endpoint"] is not None:  # one that the class chose when it was made
            self.endpoint = state["endpoint"]
        HttpTransport.__init__(self, state["auth"], state["options"])
        self._timeout = state["timeout"]

    def __copy__(self) -> Self:
        """A transport with connections of its own, or with the client that the user gave."""
        return self._again(self._auth)

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """As `__copy__`, with a copy of the source of keys."""
        return self._again(deepcopy(self._auth, memo))

    def _again(self, auth: AuthSource) -> Self:
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        HttpTransport.__init__(other, None if self._options.has_client else auth, self._options)
        other._timeout = self._timeout  # noqa: SLF001 - an object of this class
        return other

    # -- requests --------------------------------------------------------------------------------------

    def _outgoing(self, request: RequestT, *, stream: bool) -> Outgoing:
        path = self.endpoint.path
        return Outgoing(
            path if isinstance(path, str) else path(request, stream),
            self._body(request, stream=stream),
            self._headers_for(request),
            self._query,
            self._limits(),
        )

    def _limits(self) -> Timeouts | None:
        """The time limits of a request; None for those of a client of the user's own."""
        chosen = self._options.timeout if self._timeout is None else self._timeout
        return None if chosen is None and self._options.has_client else timeouts_of(chosen)

    def _body(self, request: RequestT, *, stream: bool) -> JsonObject:
        switch = self.endpoint.whole if not stream else {**self.endpoint.streaming, **self._optional()}
        left_out = self.endpoint.path_fields | self.endpoint.header_fields.keys()
        if left_out and not left_out.isdisjoint(request):
            return {**{name: value for name, value in request.items() if name not in left_out}, **switch}
        return {**request, **switch} if switch else request

    def _headers_for(self, request: RequestT) -> Mapping[str, str]:
        headers = {**self._headers, **self._key_header()}
        for name, header in self.endpoint.header_fields.items():
            if request.get(name):
                earlier = [headers[header]] if header in headers else []
                headers[header] = ",".join([*earlier, *header_values(name, request[name])])
        return headers

    def _key_header(self) -> dict[str, str]:
        """The header with the key of now; empty if there is no key to send."""
        endpoint = self.endpoint
        if self._keys is None:
            return {}
        key = optional_secret(endpoint.provider, self._keys.get_key(endpoint.provider))
        if key is not None:
            if self.sent_keys is not None:
                self.sent_keys.append(key)
            return {endpoint.key_header: Hidden(endpoint.key_prefix + key.get_secret_value())}
        if endpoint.needs_key(self._options.base_url):
            from god_llm.auth.missing_key import missing_key

            raise missing_key(endpoint.provider)
        return {}

    def _optional(self) -> JsonObject:
        """The optional fields that the server has not refused so far."""
        return {name: value for name, value in self.endpoint.optional.items() if name not in self._refused}

    def _post(self, client: Client, request: Outgoing) -> Response:
        """The response to a request: redirects within the origin are followed, refused optional fields left out."""
        for _ in range(MAX_REDIRECTS):
            try:
                return client.post(request)
            except Exception as error:
                changed = self._changed(error, request)
                if changed is None:
                    raise
            request = changed
        return client.post(request)

    async def _apost(self, request: Outgoing) -> AsyncResponse:
        client = await self._connections.aclient()
        for _ in range(MAX_REDIRECTS):
            try:
                return await client.post(request)
            except Exception as error:
                changed = self._changed(error, request)
                if changed is None:
                    raise
            request = changed
        return await client.post(request)

    def _changed(self, error: Exception, request: Outgoing) -> Outgoing | None:
        """The request to send instead of one that failed, or None if the failure stands."""
        failure = None if isinstance(error, BaseLLMException) else self.library.classify(error)
        if not isinstance(failure, HttpStatusError):
            return None
        target = target_within_origin(failure)
        if target is not None:
            return request._replace(url=target, query={})
        refused = refused_fields(failure, self.endpoint.optional.keys() & request.body.keys())
        self._refused.update(refused)
        body = {name: value for name, value in request.body.items() if name not in refused}
        return request._replace(body=body) if refused else None

    def _events_of(self, response: Response | AsyncResponse) -> Splitter:
        """The splitter of a stream's body."""
        from god_llm.http.stream_head import StreamHead  # with the first stream

        splitter = self.endpoint.framing.split(response.headers, self.endpoint.failure)
        return StreamHead(splitter, self.endpoint, self.endpoint.facts(response.status_code, response.headers))

    def _with_facts(self, reply: JsonObject, response: Response | AsyncResponse) -> JsonObject:
        """A whole reply with the facts of its response.

        Raises:
            ProviderError: the reply reports an error, with status 200.
        """
        failure = self.endpoint.failure(reply)
        if failure is not None:
            raise failure
        facts = self.endpoint.facts(response.status_code, response.headers)
        return {**reply, **facts} if facts else reply

    # -- failures --------------------------------------------------------------------------------------

    def _is_known(self, error: Exception) -> bool:
        return self._options.has_client or self.library.classify(error) is not None

    def _ours(
        self, error: Exception, request: Outgoing | None = None, deadlines: Deadlines | None = None
    ) -> BaseLLMException:
        return domain_error(error, self.endpoint, self.library, request, self._hidden, deadlines)

    # -- construction ----------------------------------------------------------------------------------

    def _check(self, auth: AuthSource | None, options: ConnectionOptions) -> None:
        self.library.refuse(options)
        if not options.has_client:
            return
        if auth is not None:
            raise ConfigurationError(
                "a key has no effect beside client= or async_client=: set it on the client that you give",
                provider=self.endpoint.provider,
            )
        if self.library.accepts is None:
            raise ConfigurationError(
                f"{type(self).__name__} takes no client=: it has only one way to connect",
                provider=self.endpoint.provider,
            )
        for client, of_async in ((options.client, False), (options.async_client, True)):
            if client is not None and not callable(client):
                self.library.accepts(client, of_async)

    def _set_up(self) -> None:
        """Derive everything else from the endpoint, the library, the source of keys and the options."""
        self._connections = Connections(self.library, Opening(self.endpoint, self._options, self._auth))
        self.sent_keys = None
        self._refused: set[str] = set()  # optional fields; shared with the copies that `with_timeout` makes
        self._keys = self._source_of_keys()
        self._headers = self._own_headers()
        self._query = {name: reveal(value) for name, value in self._options.query.items()}
        given = (*self._options.headers.values(), *self._options.query.values())
        # Recordings look for secrets in what a transport holds.
        self._secrets = tuple(value for value in given if isinstance(value, SecretStr))
        self._hidden = frozenset(n for n, value in self._options.query.items() if isinstance(value, SecretStr))
        if self._hidden:
            from god_llm.http.secret_queries import hide_in_logs  # few users have any

            hide_in_logs(self._hidden)

    def _source_of_keys(self) -> AuthSource | None:
        """The source of the key; None if the client that the user gave, or a header, has it."""
        header = self.endpoint.key_header.lower()
        if self._options.has_client or any(name.lower() == header for name in self._options.headers):
            return None
        if self.endpoint.owns(self._options.base_url):
            return self._auth
        from god_llm.auth.elsewhere import elsewhere  # for servers that are not the provider's own

        return elsewhere(self._auth)

    def _own_headers(self) -> dict[str, str]:
        """The user's headers, in the spelling of the endpoint's where it has one: some SDKs compare it."""
        spelt = {name.lower(): name for name in (self.endpoint.key_header, *self.endpoint.header_fields.values())}
        return {spelt.get(name.lower(), name): Hidden(reveal(value)) for name, value in self._options.headers.items()}
