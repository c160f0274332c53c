"""What holds for the transports of all six APIs: keys, redirects, headers, query, response headers, timeouts.

Each is asked in four ways against a loopback server, through the real SDK.
"""

from __future__ import annotations

import json
import os
import pickle
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import anyio
import pytest
import trustme
from pydantic import SecretStr

from god_llm import (
    AuthenticationError,
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    InvalidAPIKeyError,
    MalformedResponseError,
    MissingAPIKeyError,
    ProviderError,
    TimeoutExceededError,
)
from god_llm.auth import Auth, AWSAuth, CallbackAuth, ChainAuth, EnvironmentAuth, StaticAuth
from god_llm.http.options import ConnectionOptions
from god_llm.http.transport import HttpTransport
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.bedrock import BedrockTransport
from god_llm.plugins.groq import GroqTransport
from god_llm.plugins.ollama import OllamaTransport
from god_llm.plugins.openai import OpenAIChatTransport, OpenAIResponsesTransport
from god_llm.protocols import AuthSource
from god_llm.testing.simulator.server import LoopbackServer, Reply, Request
from god_llm.testing.simulator.wires.eventstream import CONTENT_TYPE, frame

Json: TypeAlias = Mapping[str, object]
Transport: TypeAlias = HttpTransport[Any]  # Any: the requests of the six APIs have nothing in common

KEY: Final = "PLANTED-KEY-0123"
PROMPT: Final = "a private prompt"
SSE: Final = {"content-type": "Text/Event-Stream; charset=utf-8"}
"""Media types are compared whatever their case."""


@dataclass(frozen=True)
class Api:
    """One of the six."""

    kind: type[Transport]
    provider: str
    request: Json
    base: str = ""
    """What a base URL has after the host."""
    path: str = ""
    stream: bytes = b'data: {"n": 1}\n\ndata: {"n": 2}\n\n'
    stream_headers: Mapping[str, str] = field(default_factory=lambda: SSE)
    variable: str = ""
    url_variable: str = ""
    key_prefix: str = "Bearer "
    key_header: str = "authorization"
    more: Mapping[str, Any] = field(default_factory=dict)  # Any: keywords

    def key(self, key: str) -> str:
        """The header with a key."""
        return self.key_prefix + key

    def make(self, auth: AuthSource | None, url: str | None, **options: Any) -> Transport:
        """A transport; `url` is of the server alone."""
        base = None if url is None else url + self.base
        return self.kind(auth, base_url=base, **self.more, **options)  # type: ignore[call-arg]  # the subclasses' own


CHAT: Final = {"model": "m", "messages": [{"role": "user", "content": PROMPT}]}
EVENTS: Final = b"".join(
    frame({":message-type": "event", ":event-type": name}, b'{"n": 1}') for name in ("messageStart", "messageStop")
)
APIS: Final[Mapping[str, Api]] = {
    "responses": Api(
        OpenAIResponsesTransport, "openai", {"model": "m", "input": PROMPT}, "/v1", "/v1/responses",
        variable="OPENAI_API_KEY", url_variable="OPENAI_BASE_URL",
    ),
    "chat": Api(
        OpenAIChatTransport, "openai", CHAT, "/v1", "/v1/chat/completions",
        variable="OPENAI_API_KEY", url_variable="OPENAI_BASE_URL",
    ),
    "anthropic": Api(
        AnthropicTransport, "anthropic", {**CHAT, "max_tokens": 9}, "", "/v1/messages",
        variable="ANTHROPIC_API_KEY", url_variable="ANTHROPIC_BASE_URL", key_prefix="", key_header="x-api-key",
    ),
    "groq": Api(
        GroqTransport, "groq", CHAT, "", "/openai/v1/chat/completions",
        variable="GROQ_API_KEY", url_variable="GROQ_BASE_URL",
    ),
    "ollama": Api(
        OllamaTransport, "ollama", CHAT, "", "/api/chat", b'{"n": 1}\n{"n": 2}\n',
        {"content-type": "application/x-ndjson"}, variable="OLLAMA_API_KEY", url_variable="OLLAMA_HOST",
    ),
    "bedrock": Api(
        BedrockTransport, "bedrock",
        {"modelId": "m", "messages": [{"role": "user", "content": [{"text": PROMPT}]}]}, "", "/model/m/converse",
        EVENTS, {"content-type": CONTENT_TYPE}, variable="AWS_BEARER_TOKEN_BEDROCK",
        url_variable="AWS_ENDPOINT_URL_BEDROCK_RUNTIME", more={"region": "us-east-1"},
    ),
}  # fmt: skip


@pytest.fixture(params=APIS)
def api(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Api:
    """Each of the six; AWS's own credentials are there, so that a request without a key is signed."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "PLANTED-SECRET")
    return APIS[request.param]


class Server:
    """A loopback server that answers as the API does, unless it has been told otherwise."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self.seen: list[Request] = []
        self.replies: list[Reply | None] = []
        self.headers: Mapping[str, str] = {}
        self._server = LoopbackServer(self._answer)
        self._server.serve()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.other_name = f"http://localhost:{self._server.server_port}"

    def _answer(self, request: Request) -> Reply | None:
        self.seen.append(request)
        if self.replies:
            return self.replies.pop(0)
        asked = json.loads(request.body)
        if asked.get("stream") or request.path.endswith("-stream"):
            return Reply(200, {**self._api.stream_headers, **self.headers}, self._api.stream)
        return Reply(200, {"content-type": "application/json", **self.headers}, b'{"n": 1}')

    def close(self) -> None:
        """Stop."""
        self._server.close()


@pytest.fixture
def server(api: Api) -> Iterator[Server]:
    """A server for the API."""
    running = Server(api)
    yield running
    running.close()


def send(transport: Transport, request: Json) -> list[Json]:
    """A whole reply."""
    return [transport.send(request)]


def stream(transport: Transport, request: Json) -> list[Json]:
    """The events of a stream."""
    return list(transport.stream(request))


def asend(transport: Transport, request: Json) -> list[Json]:
    """`send`, for async code."""

    async def ask() -> list[Json]:
        try:
            return [await transport.asend(request)]
        finally:
            await transport.aclose()

    return anyio.run(ask)


def astream(transport: Transport, request: Json) -> list[Json]:
    """`stream`, for async code."""

    async def ask() -> list[Json]:
        try:
            return [event async for event in transport.astream(request)]
        finally:
            await transport.aclose()

    return anyio.run(ask)


WAYS: Final = (send, stream, asend, astream)
Way: TypeAlias = Callable[[Transport, Json], list[Json]]
every_way = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)


# -- keys ----------------------------------------------------------------------------------------------


@every_way
def test_each_request_has_the_key_of_its_time(api: Api, server: Server, way: Way) -> None:
    """The source is asked once per request, and no header of a request holds an earlier key."""
    asked: list[str] = []

    def rotate(_: object) -> str:
        asked.append(f"ROTATED-{len(asked)}")
        return asked[-1]

    transport = api.make(CallbackAuth(rotate), server.url)
    for turn in range(3):
        way(transport, api.request)
        assert len(asked) == turn + 1
        headers = server.seen[-1].headers
        assert headers[api.key_header] == api.key(asked[-1])
        assert not any(old in value for old in asked[:-1] for value in headers.values())
        assert not any("NOT_GIVEN" in value or "Omit" in value for value in headers.values())
    transport.close()


@every_way
def test_no_key_of_the_environment_comes_from_the_sdk(
    api: Api, server: Server, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an SDK finds in the environment is not sent; the source alone decides."""
    for name in ("ANTHROPIC_AUTH_TOKEN", "OPENAI_ADMIN_KEY", api.variable):
        monkeypatch.setenv(name, "PLANTED-BY-SDK")
    transport = api.make(StaticAuth(KEY), server.url)
    way(transport, api.request)
    transport.close()
    headers = server.seen[-1].headers
    assert headers[api.key_header] == api.key(KEY)
    assert "PLANTED-BY-SDK" not in str(headers)


@every_way
@pytest.mark.parametrize("key", ["PLANTED\nKEY", "PLANTED-schlüssel", "PLANTED KEY"])
def test_a_key_that_no_header_takes_is_refused_unshown(api: Api, server: Server, way: Way, key: str) -> None:
    """Whatever source a key comes from, it is checked before it is sent, and is in no error and no frame."""

    class Plain:
        """A source that does not even wrap what it gives."""

        def get_key(self, _: str) -> Any:  # Any: a str, against the contract
            return key

    for source in (Plain(), CallbackAuth(lambda _: key)):
        transport = api.make(source, server.url)
        with pytest.raises(InvalidAPIKeyError) as caught:
            way(transport, api.request)
        transport.close()
        assert "PLANTED" not in shown(caught.value, skip=__file__)
    assert server.seen == []


def shown(error: BaseException, *, skip: str = "") -> str:
    """What an error, all those behind it and the locals of all their frames show, except for frames of one file."""
    texts, waiting, seen = [], [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        texts += [repr(one), str(one)]
        for frame_, _ in traceback.walk_tb(one.__traceback__):
            if frame_.f_code.co_filename != skip:
                texts += [f"{name}={value!r}" for name, value in frame_.f_locals.items()]
        waiting += [behind for behind in (one.__cause__, one.__context__) if behind is not None]
        if isinstance(one, BaseExceptionGroup):
            waiting += one.exceptions
    return "\n".join(texts)


def echoes() -> Mapping[str, Reply]:
    """Error replies of servers and proxies that quote the key."""
    as_json = {"content-type": "application/json"}
    said = {"message": f"bad key {KEY}", "code": KEY, "details": [{KEY: KEY}]}
    return {
        "error": Reply(401, {**as_json, "x-request-id": KEY}, json.dumps({"error": said, **said}).encode()),
        "page": Reply(502, {"content-type": "text/html"}, b"<html>" + b"." * 1985 + KEY.encode()),
        "garbled": Reply(200, {"content-type": "application/json"}, KEY.encode()),
        "inside": Reply(200, as_json, json.dumps({"error": {"message": f"bad key {KEY}"}}).encode()),
    }


@every_way
@pytest.mark.parametrize("echo", echoes())
def test_a_key_that_a_server_echoes_is_in_no_error(api: Api, server: Server, way: Way, echo: str) -> None:
    """The key that was sent is masked in the text, body, headers, code and request id of an error, and behind it."""
    transport = api.make(StaticAuth(KEY), server.url)
    server.replies = [echoes()[echo]]
    error: BaseException | None = None
    try:
        way(transport, api.request)
    except BaseLLMException as raised:
        error = raised
    transport.close()
    # The endpoints of these report no error of a whole reply with status 200.
    assert error is not None or (echo == "inside" and api.provider in ("anthropic", "bedrock"))
    texts = []
    while error is not None:
        texts += [str(error), repr(error), repr(vars(error))]
        error = error.__cause__ or error.__context__
    assert KEY[:9] not in "\n".join(texts)


@contextmanager
def untrusted() -> Iterator[str]:
    """The URL of a TLS server whose certificate no client trusts."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with suppress(OSError), tls.wrap_socket(connection, server_side=True):
                    pass

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)


@every_way
def test_a_certificate_that_is_not_trusted_is_not_retried(api: Api, way: Way) -> None:
    """The connection fails with an error that is not retryable: the next attempt would fail too."""
    with untrusted() as url:
        transport = api.make(StaticAuth(KEY), url)
        with pytest.raises(ConnectionFailedError, match=r"(?i)certificate") as caught:
            way(transport, api.request)
        transport.close()
    assert not caught.value.retryable


FAULTS: Final[Mapping[str, tuple[Reply | None, type[BaseLLMException]]]] = {
    "refused": (None, ConnectionFailedError),
    "401": (Reply(401, {"content-type": "application/json"}, b'{"error": {"message": "no"}}'), AuthenticationError),
    "malformed": (Reply(200, {"content-type": "text/html"}, b"<html>"), MalformedResponseError),
    "slow": (None, TimeoutExceededError),
}


def slow() -> Iterator[bytes]:
    """A body that does not come in time."""
    import time

    yield b" "
    time.sleep(1.0)


@every_way
@pytest.mark.parametrize("fault", FAULTS)
def test_no_frame_holds_a_key(api: Api, server: Server, way: Way, fault: str) -> None:
    """However a call fails, no local of a frame shows the key, not even in the libraries below; the cause stays."""
    reply, kind = FAULTS[fault]
    url, timeout = server.url, None
    if fault == "refused":
        url = "http://127.0.0.1:9"
    elif fault == "slow":
        kinds = api.stream_headers if way in (stream, astream) else {"content-type": "application/json"}
        reply, timeout = Reply(200, {**kinds, "content-length": "99"}, slow()), 0.2
    server.replies = [] if reply is None else [reply]
    transport = api.make(StaticAuth(KEY), url, timeout=timeout, headers={"x-gateway": SecretStr("PLANTED-GATEWAY")})
    with pytest.raises(kind) as caught:
        way(transport, api.request)
    transport.close()
    text = shown(caught.value, skip=__file__)
    assert KEY not in text
    assert "PLANTED-GATEWAY" not in text
    assert "PLANTED-SECRET" not in text
    if fault in ("refused", "slow"):
        assert caught.value.__cause__ is not None


def test_an_exception_that_the_application_handles_keeps_its_frames(api: Api) -> None:
    """A call inside an `except` block leaves the traceback of what is handled there alone."""
    transport = api.make(StaticAuth(KEY), "http://127.0.0.1:9")
    kept: list[bool] = []
    try:
        int("the application's")
    except ValueError as handled:
        with suppress(ConnectionFailedError):
            transport.send(api.request)
        kept.append(handled.__traceback__ is not None)
    transport.close()
    assert kept == [True]


@every_way
def test_a_key_is_in_no_log(api: Api, server: Server, way: Way, caplog: pytest.LogCaptureFixture) -> None:
    """What the libraries log at their most talkative shows neither the key nor a header of the user's."""
    caplog.set_level("DEBUG")
    transport = api.make(StaticAuth(KEY), server.url, headers={"x-gateway": SecretStr("PLANTED-GATEWAY")})
    way(transport, api.request)
    transport.close()
    assert KEY not in caplog.text
    assert "PLANTED-GATEWAY" not in caplog.text


@every_way
@pytest.mark.parametrize("refused", [False, True])
def test_a_secret_query_is_in_no_log_and_no_text(
    api: Api, server: Server, way: Way, refused: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """HTTP libraries log whole URLs, and some put them into their errors: the secret is taken out, the rest stays."""
    caplog.set_level("DEBUG")
    url = "http://127.0.0.1:9" if refused else server.url
    transport = api.make(StaticAuth(KEY), url, query={"token": SecretStr("PLANTED"), "tier": "gold"})
    if refused:
        with pytest.raises(ConnectionFailedError) as caught:
            way(transport, api.request)
        assert "PLANTED" not in shown(caught.value, skip=__file__)
    else:
        way(transport, api.request)
        assert "token=PLANTED" in server.seen[-1].query
    transport.close()
    assert "PLANTED" not in caplog.text


def test_opening_asks_for_no_key(api: Api) -> None:
    """A transport with a source that has no key fails at the request, with the variable's name, if it needs one."""
    transport = api.make(StaticAuth({}), None)
    if api.kind.endpoint.key_required:
        with pytest.raises(MissingAPIKeyError, match=api.variable):
            transport.send(api.request)


# -- base URLs -----------------------------------------------------------------------------------------


@every_way
def test_a_foreign_server_gets_no_key_of_the_environment(
    api: Api, server: Server, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider's usual variable is not for whatever server `base_url` names, and that server needs no key."""
    monkeypatch.setenv(api.variable, KEY)
    for auth in (None, EnvironmentAuth(), Auth(), ChainAuth(StaticAuth({}), EnvironmentAuth()), AWSAuth()):
        transport = api.make(auth, server.url)
        way(transport, api.request)
        transport.close()
        headers = server.seen[-1].headers
        assert KEY not in str(headers)
        assert api.key_header not in headers or api.provider == "bedrock"  # which signs instead


@every_way
def test_a_foreign_server_gets_a_key_that_was_named_for_it(
    api: Api, server: Server, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key in code, of a source of one's own, or in a variable that was named goes wherever `base_url` points."""
    monkeypatch.setenv("MY_KEY", KEY)
    monkeypatch.setenv(api.variable, "PLANTED-USUAL")
    late = Auth()
    sources: list[AuthSource] = [
        EnvironmentAuth({api.provider: "MY_KEY"}),
        Auth(EnvironmentAuth({api.provider: "MY_KEY"})),
        ChainAuth(EnvironmentAuth(), EnvironmentAuth({api.provider: "MY_KEY"})),
        StaticAuth(KEY),
        CallbackAuth(lambda _: KEY),
        AWSAuth(bearer_token=KEY),  # type: ignore[arg-type]  # a plain str is wrapped
        late,
    ]
    for auth in sources:
        transport = api.make(auth, server.url)
        late.set_key(api.kind.endpoint.provider, KEY)  # set after the transport was made
        way(transport, api.request)
        transport.close()
        assert server.seen[-1].headers[api.key_header] == api.key(KEY)


@every_way
def test_the_operators_own_variables_belong_together(
    api: Api, server: Server, way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `base_url` the SDK's own variable applies, and the usual key goes there."""
    monkeypatch.setenv(api.variable, KEY)
    monkeypatch.setenv(api.url_variable, server.url + api.base)
    transport = api.make(None, None)
    way(transport, api.request)
    transport.close()
    assert server.seen[-1].headers[api.key_header] == api.key(KEY)


@every_way
def test_a_query_of_the_base_url_is_kept(api: Api, server: Server, way: Way) -> None:
    """The path goes before the query, and parameters of one's own are added to it."""
    transport = api.kind(
        StaticAuth(KEY),
        base_url=f"{server.url}{api.base}?api-version=2026-01&x=a%20b",  # type: ignore[call-arg]  # the subclasses' own
        query={"tier": "gold", "token": SecretStr("PLANTED-QUERY")},
        **api.more,
    )
    way(transport, api.request)
    transport.close()
    received = server.seen[-1]
    suffix = "-stream" if way in (stream, astream) and api.provider == "bedrock" else ""
    assert received.path == api.path + suffix
    fields = dict(item.split("=") for item in received.query.split("&"))
    assert fields == {"api-version": "2026-01", "x": fields["x"], "tier": "gold", "token": "PLANTED-QUERY"}
    assert fields["x"] in ("a%20b", "a+b")
    assert "PLANTED-QUERY" not in f"{transport.__dict__}"


# -- redirects -----------------------------------------------------------------------------------------


@every_way
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leaves_the_origin(api: Api, server: Server, way: Way, status: int) -> None:
    """Neither the key nor the prompt goes to another origin: the error names it, and what to set."""
    server.replies = [Reply(status, {"location": f"{server.other_name}/moved?secret=1"})]
    transport = api.make(StaticAuth(KEY), server.url)
    with pytest.raises(ProviderError, match="base_url") as caught:
        way(transport, api.request)
    transport.close()
    assert len(server.seen) == 1
    assert "http://localhost" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.status_code == status
    assert not caught.value.retryable


@every_way
@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_within_the_origin_is_followed(api: Api, server: Server, way: Way, status: int) -> None:
    """The same request goes to the new path, body and key and all."""
    server.replies = [Reply(status, {"location": "/moved?to=1"}), Reply(status, {"location": f"{server.url}/again"})]
    transport = api.make(StaticAuth(KEY), server.url)
    if way in (stream, astream) and api.provider == "bedrock":
        server.replies.append(Reply(200, api.stream_headers, api.stream))
    assert way(transport, api.request)
    transport.close()
    first, second, third = server.seen
    assert (second.path, second.query, third.path) == ("/moved", "to=1", "/again")
    assert first.body == second.body == third.body
    assert third.headers[api.key_header] == api.key(KEY)


@every_way
def test_redirects_end(api: Api, server: Server, way: Way) -> None:
    """A server that redirects for ever is an error after three hops; 302 is not followed at all."""
    server.replies = [Reply(307, {"location": "/round"}) for _ in range(9)]
    transport = api.make(StaticAuth(KEY), server.url)
    with pytest.raises(ProviderError) as caught:
        way(transport, api.request)
    assert (caught.value.status_code, len(server.seen)) == (307, 4)
    server.replies = [Reply(302, {"location": "/other"})]
    with pytest.raises(ProviderError):
        way(transport, api.request)
    transport.close()
    assert len(server.seen) == 5


# -- headers -------------------------------------------------------------------------------------------


@every_way
def test_headers_of_ones_own_are_sent(api: Api, server: Server, way: Way) -> None:
    """They go with each request, whether secret or not, and a key header among them takes the key's place."""
    asked: list[object] = []
    auth = CallbackAuth(asked.append)
    headers = {"X-Org": "blue", "x-gateway": SecretStr("PLANTED"), api.key_header.upper(): SecretStr("Bearer mine")}
    transport = api.make(auth, server.url, headers=headers)
    way(transport, api.request)
    transport.close()
    received = server.seen[-1].headers
    assert (received["x-org"], received["x-gateway"], received[api.key_header]) == ("blue", "PLANTED", "Bearer mine")
    assert asked == []
    assert "PLANTED" not in f"{transport.__dict__}"


@every_way
def test_response_headers_that_operators_need_are_kept(api: Api, server: Server, way: Way) -> None:
    """Request ids, rate limits and the time of processing are beside the reply, and in the first event alone."""
    kept = {
        "x-request-id": "r1",
        "X-RateLimit-Remaining-Requests": "7",
        "anthropic-ratelimit-tokens-remaining": "8",
        "openai-processing-ms": "12",
    }
    server.headers = {**kept, "set-cookie": "PLANTED=1", "x-powered-by": "inside"}
    transport = api.make(StaticAuth(KEY), server.url)
    first, *rest = way(transport, api.request)
    transport.close()
    expected = {name.lower(): value for name, value in kept.items()}
    assert first["response_headers"] == expected
    assert not any("response_headers" in event for event in rest)
    assert "PLANTED" not in str(first)
    assert "inside" not in str(first)


@every_way
def test_no_such_headers_add_nothing(api: Api, server: Server, way: Way) -> None:
    """A reply without them has no key for them."""
    transport = api.make(StaticAuth(KEY), server.url)
    for event in way(transport, api.request):
        assert "response_headers" not in event
    transport.close()


@every_way
def test_errors_have_the_headers_too(api: Api, server: Server, way: Way) -> None:
    """`ProviderError.headers` has what operators need, by lower-case names."""
    server.replies = [Reply(429, {"X-RateLimit-Limit-Tokens": "9", "retry-after": "3", "set-cookie": "a"}, b"{}")]
    transport = api.make(StaticAuth(KEY), server.url)
    with pytest.raises(ProviderError) as caught:
        way(transport, api.request)
    transport.close()
    assert caught.value.headers == {"x-ratelimit-limit-tokens": "9", "retry-after": "3"}
    assert caught.value.retry_after == 3.0


# -- timeouts ------------------------------------------------------------------------------------------


@every_way
def test_one_request_may_have_another_timeout(api: Api, server: Server, way: Way) -> None:
    """`with_timeout` shares the connections and waits otherwise; the transport itself is unchanged."""

    def late() -> Iterator[bytes]:
        import time

        time.sleep(0.5)
        yield api.stream if way in (stream, astream) else b'{"n": 1}'

    kinds = api.stream_headers if way in (stream, astream) else {"content-type": "application/json"}
    transport = api.make(StaticAuth(KEY), server.url)
    hasty = transport.with_timeout(0.1)
    assert type(hasty) is type(transport)
    server.replies = [Reply(200, kinds, late())]
    with pytest.raises(TimeoutExceededError):
        way(hasty, api.request)
    server.replies = [Reply(200, kinds, late())]
    assert way(transport, api.request)
    assert way(hasty, api.request)
    transport.close()


def test_a_timeout_that_is_none_is_refused(api: Api) -> None:
    """`with_timeout` takes a finite number above 0."""
    transport = api.make(StaticAuth(KEY), None)
    for seconds in (0, -1, float("nan"), float("inf"), True, "3"):
        with pytest.raises(ConfigurationError, match="timeout"):
            transport.with_timeout(seconds)  # type: ignore[arg-type]  # the mistake


# -- pickles -------------------------------------------------------------------------------------------


def test_a_pickle_has_the_options_and_no_secret(api: Api, server: Server) -> None:
    """Base URL, timeout, headers and query travel; a secret among them is refused with the way out."""
    transport = api.make(StaticAuth(KEY), server.url, headers={"x-org": "blue"}, query={"a": "1"}).with_timeout(9)
    pickled = pickle.dumps(transport)
    assert KEY.encode() not in pickled
    os.environ[api.variable] = KEY
    copy = pickle.loads(pickled)
    try:
        assert isinstance(copy, api.kind)
        copy.send(api.request)
    finally:
        del os.environ[api.variable]
        copy.close()
    assert server.seen[-1].headers["x-org"] == "blue"
    assert "a=1" in server.seen[-1].query
    secret = api.make(StaticAuth(KEY), server.url, headers={"x-gateway": SecretStr("PLANTED")})
    with pytest.raises(ConfigurationError, match="headers="):
        pickle.dumps(secret)


def test_all_options_can_be_one_value(api: Api, server: Server) -> None:
    """`connect` makes the same transport of a `ConnectionOptions`."""
    options = ConnectionOptions(base_url=server.url + api.base, region=api.more.get("region"))
    transport = api.kind.connect(StaticAuth(KEY), options)
    assert type(transport) is api.kind
    assert transport.send(api.request)
    transport.close()
    assert server.seen[-1].path == api.path
