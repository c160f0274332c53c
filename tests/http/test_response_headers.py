"""Response headers that operators need: in messages, in errors, and on cassettes, for every API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.error import HTTPError
from urllib.request import Request as Forwarded
from urllib.request import urlopen

import pytest

from god_llm import (
    AIMessage,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    ProviderError,
    RateLimitError,
)
from god_llm.plugins import registry
from god_llm.protocols import DualTransport
from god_llm.testing import Cassette, FakeTransport, RecordingTransport, ReplayTransport, Simulator
from god_llm.testing.simulator import Answer, Fail
from god_llm.testing.simulator.server import HOST, LoopbackServer, Reply, Request

Facade: TypeAlias = ChatModel[str, Any, Any]  # Any: requests and extras of the six APIs have nothing in common
MODEL: Final = CustomModel("model")
PLANTED: Final = "planted-3f9c1e77"

WANTED: Final = {
    "x-request-id": "r-1",
    "X-RateLimit-Remaining-Tokens": "7",
    "anthropic-ratelimit-requests-reset": "soon",
}
UNWANTED: Final = {"set-cookie": f"session={PLANTED}", "x-internal-host": PLANTED}
KEPT: Final = {name.lower(): value for name, value in WANTED.items()}

Make: TypeAlias = Callable[..., Facade]
APIS: Final[Mapping[str, tuple[str, Make]]] = {
    "responses": ("openai", lambda **more: ChatOpenAI(MODEL, **more)),
    "chat_completions": ("openai", lambda **more: ChatOpenAI(MODEL, api="chat_completions", **more)),
    "anthropic": ("anthropic", lambda **more: ChatAnthropic(MODEL, **more)),
    "groq": ("groq", lambda **more: ChatGroq(MODEL, **more)),
    "ollama": ("ollama", lambda **more: ChatOllama(MODEL, **more)),
    "bedrock": ("bedrock", lambda **more: ChatBedrock(MODEL, **more)),
}


@dataclass(frozen=True)
class Gateway:
    """A server in front of the simulator that adds headers to its replies."""

    make: Make
    url: str
    direct: str
    """The simulator itself."""

    def llm(self, **more: Any) -> Facade:  # Any: the facade's keywords
        """A facade of the API that asks the gateway."""
        region = {"region": "eu-west-1"} if self.make(transport=FakeTransport({})).provider == "bedrock" else {}
        return self.make(**{"api_key": "key", "base_url": self.url, "max_retries": 0, **region, **more})

    def connection(self) -> DualTransport[Any]:
        """The real transport of the API."""
        transport: Any = self.llm().transport  # Any: each API has one of its own type
        return transport  # type: ignore[no-any-return]  # as said


def forwarded(request: Request, url: str) -> tuple[int, Mapping[str, str], bytes]:
    """What the simulator says to a request."""
    again = Forwarded(f"{url}{request.path}", request.body, dict(request.headers))
    try:
        with urlopen(again) as reply:
            return reply.status, dict(reply.headers), reply.read()
    except HTTPError as reply:
        with reply:
            return reply.code, dict(reply.headers), reply.read()


@pytest.fixture(params=APIS)
def gateway(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Gateway]:
    """A gateway for each API."""
    provider, make = APIS[request.param]

    def answer(received: Request) -> Reply:
        status, headers, body = forwarded(received, f"http://{HOST}:{simulator.port}")
        kinds = {name: value for name, value in headers.items() if name.lower() in {"content-type", "retry-after"}}
        return Reply(status, {**kinds, **WANTED, **UNWANTED}, body)

    server = LoopbackServer(answer)
    server.serve()
    ports = server.server_port, simulator.port
    yield Gateway(make, *[f"http://{HOST}:{port}{registry.provider(provider).base_path}" for port in ports])
    server.close()


def streamed(llm: Facade) -> AIMessage:
    """The message of a stream."""
    with llm.stream("hi") as stream:
        for _ in stream:
            pass
    return stream.message


async def astreamed(llm: Facade) -> AIMessage:
    """The message of an async stream."""
    async with llm.astream("hi") as stream:
        async for _ in stream:
            pass
    await llm.aclose()
    return stream.message


async def awhole(llm: Facade) -> AIMessage:
    """The message of an async call."""
    message = await llm.agenerate("hi")
    await llm.aclose()
    return message


WAYS: Final[Mapping[str, Callable[[Facade], AIMessage]]] = {
    "generate": lambda llm: llm.generate("hi"),
    "agenerate": lambda llm: asyncio.run(awhole(llm)),
    "stream": streamed,
    "astream": lambda llm: asyncio.run(astreamed(llm)),
}
every_way = pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)


@every_way
def test_a_message_has_the_headers_that_operators_need(gateway: Gateway, ask: Callable[[Facade], AIMessage]) -> None:
    """Request id and rate limits are in its metadata, whole and streamed; cookies and internal names are not."""
    with gateway.llm() as llm:
        message = ask(llm)
    assert message.metadata is not None
    assert message.metadata["response_headers"] == KEPT
    assert message.content == "You said: hi"
    assert PLANTED not in message.model_dump_json()


@every_way
def test_the_rest_of_the_metadata_stays(gateway: Gateway, ask: Callable[[Facade], AIMessage]) -> None:
    """The headers take the place of nothing that the reply says itself."""
    messages = []
    for url in (gateway.url, gateway.direct):
        with gateway.llm(base_url=url) as llm:
            messages.append(ask(llm))
    through, direct = [{**(message.metadata or {})} for message in messages]
    assert through.keys() - {"response_headers"} == direct.keys() - {"response_headers"}


@every_way
def test_an_error_has_them_too(gateway: Gateway, ask: Callable[[Facade], AIMessage], simulator: Simulator) -> None:
    """By lower-case names, with what the provider asks to wait; a cookie is in no text of the error."""
    simulator.script(Fail(429, headers={"retry-after": "3"}))
    with gateway.llm() as llm, pytest.raises(RateLimitError) as caught:
        ask(llm)
    assert caught.value.headers == {**KEPT, "retry-after": "3"}
    assert (caught.value.retry_after, caught.value.provider) == (3.0, llm.provider)
    assert PLANTED not in f"{caught.value}{caught.value.body}{caught.value.headers}"


@every_way
def test_a_cassette_keeps_them(gateway: Gateway, ask: Callable[[Facade], AIMessage], tmp_path: Path) -> None:
    """What was recorded is replayed with its headers, as they were: none of them is a secret."""
    path = tmp_path / "cassette.json"
    connection: Any = gateway.connection()  # Any: each API has a transport of its own type
    recorded = ask(gateway.make(transport=RecordingTransport(connection, Cassette(path, "all"))))
    connection.close()
    replayed = ask(gateway.make(transport=ReplayTransport(Cassette(path, "none"))))
    for message in (recorded, replayed):
        assert message.metadata is not None
        assert message.metadata["response_headers"] == KEPT
    assert replayed.parts == recorded.parts
    text = path.read_text(encoding="utf-8")
    assert PLANTED not in text
    assert "[scrubbed]" not in text


@every_way
def test_a_cassette_keeps_those_of_errors(
    gateway: Gateway, ask: Callable[[Facade], AIMessage], simulator: Simulator, tmp_path: Path
) -> None:
    """A recorded error comes back with the same headers."""
    path = tmp_path / "cassette.json"
    simulator.script(Fail(429, headers={"retry-after": "3"}))
    connection: Any = gateway.connection()  # Any: each API has a transport of its own type
    transports: list[Callable[[], Any]] = [  # Any: of whatever API
        lambda: RecordingTransport(connection, Cassette(path, "all")),
        lambda: ReplayTransport(Cassette(path, "none")),
    ]
    for make in transports:
        with pytest.raises(ProviderError) as caught:
            ask(gateway.make(transport=make()))
        assert caught.value.headers == {**KEPT, "retry-after": "3"}
    connection.close()
    assert PLANTED not in path.read_text(encoding="utf-8")


def test_other_headers_of_a_recorded_reply_are_scrubbed(tmp_path: Path) -> None:
    """A transport of another package may put all headers into a reply: those on the allow-list are kept, alone."""

    class Talkative:
        def send(self, _: object, /) -> dict[str, object]:
            return {"n": 1, "response_headers": {**KEPT, **UNWANTED}}

    path = tmp_path / "cassette.json"
    inner: Any = Talkative()  # Any: it has only what is used
    RecordingTransport(inner, Cassette(path, "all")).send({"ask": 1})
    (exchange,) = json.loads(path.read_text(encoding="utf-8"))["exchanges"]
    kept = exchange["reply"]["response_headers"]
    assert {name: kept[name] for name in KEPT} == KEPT
    assert {kept[name] for name in UNWANTED} == {"[scrubbed]"}


@every_way
def test_without_such_headers_there_is_no_entry(ask: Callable[[Facade], AIMessage], simulator: Simulator) -> None:
    """Ollama's replies have none of them: the metadata has no empty entry."""
    simulator.script(Answer(text="hi"))
    with ChatOllama(MODEL, base_url=simulator.url("ollama")) as llm:
        message = ask(llm)
    assert message.metadata is not None
    assert "response_headers" not in message.metadata
