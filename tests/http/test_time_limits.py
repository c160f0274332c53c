"""The time limits of a call, over real sockets: each of the six APIs against a server that is slow in one way."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import ChatGroq, CustomModel, InvalidSettingError, RetryingTransport, TimeoutExceededError, Timeouts
from god_llm.auth import StaticAuth
from god_llm.containers import GroqSettings
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.http.transport import HttpTransport
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.bedrock import BedrockTransport
from god_llm.plugins.groq import GroqTransport
from god_llm.plugins.ollama import OllamaTransport
from god_llm.plugins.openai import OpenAIChatTransport, OpenAIResponsesTransport
from god_llm.testing.simulator.wires.eventstream import frame

Json: TypeAlias = Mapping[str, Any]  # Any: JSON of any shape
Step: TypeAlias = float | bytes
"""Seconds of silence, or bytes to send."""

LONG: Final = 5.0
"""Seconds after which a slow server gives up: longer than any limit here."""
SOON: Final = 2.5
"""Seconds within which a call must have ended."""


@dataclass(frozen=True)
class Wire:
    """One of the six APIs: its transport, and the bytes of its streams."""

    make: Callable[..., HttpTransport[Any]]  # Any: the requests have nothing in common
    media_type: str
    event: bytes
    last: bytes
    keep_alive: bytes
    request: Json


CHAT: Final[Json] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
SSE: Final = "text/event-stream"


def sse(data: str) -> bytes:
    """An event."""
    return f"data: {data}\n\n".encode()


def aws(name: str) -> bytes:
    """An event of AWS's framing."""
    return frame({":message-type": "event", ":event-type": name}, b'{"n": 1}')


WIRES: Final[Mapping[str, Wire]] = {
    "responses": Wire(
        OpenAIResponsesTransport, SSE, sse('{"n": 1}'), sse('{"type": "response.completed"}'), b": ping\n\n",
        {"model": "m", "input": "hi"},
    ),
    "chat": Wire(OpenAIChatTransport, SSE, sse('{"n": 1}'), sse("[DONE]"), b": ping\n\n", CHAT),
    "anthropic": Wire(
        AnthropicTransport, SSE, sse('{"n": 1}'), sse('{"type": "message_stop"}'), sse('{"type": "ping"}'),
        {**CHAT, "max_tokens": 9},
    ),
    "groq": Wire(GroqTransport, SSE, sse('{"n": 1}'), sse("[DONE]"), b": ping\n\n", CHAT),
    "ollama": Wire(
        OllamaTransport, "application/x-ndjson", b'{"n": 1}\n', b'{"done": true}\n', b"\n", CHAT,
    ),
    "bedrock": Wire(
        lambda *args, **more: BedrockTransport(*args, region="us-east-1", **more), "application/vnd.amazon.eventstream",
        aws("contentBlockDelta"), aws("metadata"), aws("messageStart")[:1],
        {"modelId": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}]},
    ),
}  # fmt: skip


def received(connection: socket.socket) -> bool:
    """Whether a whole request came before the connection was closed."""
    data = b""
    while not (end := data.find(b"\r\n\r\n") + 4) > 4 or len(data) < end + length(data[:end]):
        piece = connection.recv(65536)
        if not piece:
            return False
        data += piece
    return True


def length(headers: bytes) -> int:
    """The length of a request's body."""
    found = re.search(rb"content-length: (\d+)", headers, re.IGNORECASE)
    return int(found[1]) if found else 0


class Slow:
    """A loopback server that answers each connection with the same steps, in chunks, and then keeps it open.

    With `again` it answers each request of a connection.
    """

    def __init__(self, head: Sequence[Step], body: Sequence[Step], *, ends: bool = False, again: bool = False) -> None:
        self._head, self._body, self._ends, self._again = head, body, ends, again
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._over = threading.Event()
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and end what is under way."""
        self._over.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while received(connection):
                self._send_all(connection)
                if not self._again:
                    self._over.wait(LONG)
                    return

    def _send_all(self, connection: socket.socket) -> None:
        for step in self._head:
            self._do(connection, step, chunked=False)
        for step in self._body:
            self._do(connection, step, chunked=True)
        if self._ends:
            connection.sendall(b"0\r\n\r\n")

    def _do(self, connection: socket.socket, step: Step, *, chunked: bool) -> None:
        if isinstance(step, float):
            self._over.wait(step)
        else:
            connection.sendall(b"%x\r\n%s\r\n" % (len(step), step) if chunked else step)


def head(media_type: str, more: str = "") -> bytes:
    """The beginning of a response."""
    return f"HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ntransfer-encoding: chunked\r\n{more}\r\n".encode()


Ask: TypeAlias = Callable[[HttpTransport[Any], Json], object]


async def awhole(transport: HttpTransport[Any], request: Json) -> object:
    """An async call."""
    try:
        return await transport.asend(request)
    finally:
        await transport.aclose()


async def astreamed(transport: HttpTransport[Any], request: Json) -> object:
    """The events of an async call."""
    try:
        return [event async for event in transport.astream(request)]
    finally:
        await transport.aclose()


WHOLE: Final[Mapping[str, Ask]] = {
    "send": lambda transport, request: transport.send(request),
    "asend": lambda transport, request: asyncio.run(awhole(transport, request)),
}
STREAMED: Final[Mapping[str, Ask]] = {
    "stream": lambda transport, request: [*transport.stream(request)],
    "astream": lambda transport, request: asyncio.run(astreamed(transport, request)),
}


@pytest.fixture(autouse=True, scope="module")
def loaded() -> None:
    """Import the SDKs, which takes longer than the limits of these tests."""
    for sdk in ("anthropic", "groq", "ollama", "openai", "botocore.httpsession"):
        import_module(sdk)


every_wire = pytest.mark.parametrize("wire", WIRES.values(), ids=WIRES)
every_stream = pytest.mark.parametrize("ask", STREAMED.values(), ids=STREAMED)
every_whole = pytest.mark.parametrize("ask", WHOLE.values(), ids=WHOLE)


def limit_of(server: Slow, wire: Wire, ask: Ask, timeout: float | Timeouts) -> TimeoutExceededError:
    """The error of a call, which comes soon."""
    began = time.monotonic()
    with closing(server), closing(wire.make(StaticAuth("key"), base_url=server.url, timeout=timeout)) as transport:
        with pytest.raises(TimeoutExceededError) as caught:
            ask(transport, wire.request)
        assert time.monotonic() - began < SOON
    return caught.value


@every_wire
@every_stream
def test_keep_alive_bytes_are_no_event(wire: Wire, ask: Ask) -> None:
    """A stream that sends nothing else ends after `idle` seconds, whatever comes meanwhile."""
    drip = [step for _ in range(100) for step in (wire.keep_alive, 0.03)]
    found = limit_of(Slow([head(wire.media_type)], [wire.event, *drip]), wire, ask, Timeouts(first_event=5, idle=0.2))
    assert (found.limit, found.seconds, found.retryable) == ("idle", 0.2, True)


@every_wire
@every_whole
def test_a_whole_reply_is_one_event(wire: Wire, ask: Ask) -> None:
    """A reply that arrives byte by byte is bounded by the time that it may take as a whole."""
    drip = [step for _ in range(100) for step in (b" ", 0.03)]
    found = limit_of(Slow([head("application/json")], drip), wire, ask, 0.2)
    assert (found.limit, found.seconds) == ("first_event", 0.2)


@every_wire
@pytest.mark.parametrize("ask", [*WHOLE.values(), *STREAMED.values()], ids=[*WHOLE, *STREAMED])
def test_the_first_event_has_a_limit_of_its_own(wire: Wire, ask: Ask) -> None:
    """A server that does not begin to answer is given up, however long a pause between two events may be."""
    found = limit_of(Slow([LONG], []), wire, ask, Timeouts(first_event=0.1))
    assert (found.limit, found.seconds) == ("first_event", 0.1)
    assert "within 0.1 s (timeout `first_event`)" in str(found)


@every_wire
@every_stream
def test_a_cold_model_may_take_longer_than_a_pause(wire: Wire, ask: Ask) -> None:
    """The first event may come later than `idle` allows, the second one may not."""
    server = Slow([head(wire.media_type)], [0.4, wire.event, LONG])
    found = limit_of(server, wire, ask, Timeouts(first_event=5, idle=0.15))
    assert found.limit == "idle"


@every_wire
@every_stream
def test_the_whole_call_has_a_limit(wire: Wire, ask: Ask) -> None:
    """A stream whose events never cease ends at `total`, and is not tried again."""
    flow = [step for _ in range(100) for step in (wire.event, 0.03)]
    found = limit_of(Slow([head(wire.media_type)], flow), wire, ask, Timeouts(total=0.3))
    assert (found.limit, found.seconds, found.retryable) == ("total", 0.3, False)


@every_wire
@every_stream
def test_the_last_event_ends_the_stream(wire: Wire, ask: Ask) -> None:
    """A server that keeps the body open after it delays nobody."""
    began = time.monotonic()
    server = Slow([head(wire.media_type)], [wire.event, wire.last])
    with closing(server), closing(wire.make(StaticAuth("key"), base_url=server.url)) as transport:
        events = ask(transport, wire.request)
    assert isinstance(events, list)
    assert len(events) == 2
    assert time.monotonic() - began < SOON


@every_wire
def test_a_slow_reader_breaks_no_limit(wire: Wire) -> None:
    """The time between two events is counted while the transport waits, not while its reader works."""
    server = Slow([head(wire.media_type)], [wire.event, wire.event, wire.last], ends=True)
    with closing(server), closing(wire.make(StaticAuth("key"), base_url=server.url, timeout=0.4)) as transport:
        seen = 0
        for _ in transport.stream(wire.request):
            time.sleep(0.5)
            seen += 1
    assert seen == 3


@every_wire
def test_a_connection_that_is_not_accepted_has_a_limit(wire: Wire) -> None:
    """`connect` ends the attempt of a server whose queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for waiting in (first, second):
            waiting.settimeout(0)
            waiting.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        transport = wire.make(StaticAuth("key"), base_url=url, timeout=Timeouts(connect=0.1))
        with closing(transport), pytest.raises(TimeoutExceededError) as caught:
            transport.send(wire.request)
    assert (caught.value.limit, caught.value.seconds) == ("connect", 0.1)


@pytest.mark.parametrize("ask", [*WHOLE.values(), *STREAMED.values()], ids=[*WHOLE, *STREAMED])
def test_total_includes_the_retries(ask: Ask) -> None:
    """Attempts go on until the total is used up, and not longer."""
    server, limits = Slow([LONG], []), Timeouts(idle=0.15, total=0.5)
    groq = GroqTransport(StaticAuth("key"), base_url=server.url, timeout=limits)
    retrying = RetryingTransport(groq, max_retries=50, timeouts=limits, random=lambda _, __: 0.05)
    began = time.monotonic()
    with closing(server), closing(groq), pytest.raises(TimeoutExceededError):
        ask(retrying, CHAT)  # type: ignore[arg-type]  # it has the methods of a transport
    assert time.monotonic() - began < SOON
    assert server.connections > 1


def test_a_facade_and_a_call_take_all_limits() -> None:
    """`timeout=` takes `Timeouts` wherever it takes a number, with retries too."""
    server = Slow([LONG], [])
    with (
        closing(server),
        ChatGroq(CustomModel("m"), api_key="k", base_url=server.url, timeout=Timeouts(total=0.2)) as llm,
    ):
        for timeout, limit in ((None, "total"), (Timeouts(first_event=0.1), "first_event")):
            with pytest.raises(TimeoutExceededError) as caught:
                llm.configured(max_tokens=9).generate("hi", timeout=timeout)
            assert caught.value.limit == limit


def test_the_environment_takes_all_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A JSON object names them; a number is `idle`."""
    monkeypatch.setenv("GOD_LLM_GROQ_TIMEOUT", '{"total": 30, "first_event": 5}')
    assert GroqSettings(model="openai/gpt-oss-20b").timeout == Timeouts(total=30, first_event=5)
    monkeypatch.setenv("GOD_LLM_GROQ_TIMEOUT", "7.5")
    assert GroqSettings(model="openai/gpt-oss-20b").timeout == 7.5


@given(
    name=st.sampled_from(["connect", "first_event", "idle", "total"]),
    value=st.sampled_from([0, -1, float("nan"), float("inf"), "1", True]),
)
def test_a_limit_is_a_finite_number_above_0(name: str, value: object) -> None:
    """Anything else is refused, by the name of the limit."""
    with pytest.raises(InvalidSettingError, match=f"{name} must be a finite number above 0"):
        Timeouts(**{name: value})  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize("ask", [WHOLE["send"], STREAMED["stream"]], ids=["send", "stream"])
def test_a_reply_that_unpacks_to_a_flood_is_refused(ask: Ask) -> None:
    """The bytes of a reply or event are counted after they are unpacked."""
    bomb = gzip.compress(b" " * (300 * 1024**2), compresslevel=1)
    server = Slow([head("application/json", "content-encoding: gzip\r\n")], [bomb], ends=True)
    transport = GroqTransport(StaticAuth("key"), base_url=server.url)
    with closing(server), closing(transport), pytest.raises(MalformedResponseError, match="longer than 256 MiB"):
        ask(transport, CHAT)


@every_wire
def test_a_connection_is_used_again_after_a_stream(wire: Wire) -> None:
    """A body that ends after the last event leaves its connection in the pool."""
    server = Slow([head(wire.media_type)], [wire.event, wire.last, 0.1], ends=True, again=True)
    with closing(server), closing(wire.make(StaticAuth("key"), base_url=server.url)) as transport:
        for _ in range(2):
            assert len([*transport.stream(wire.request)]) == 2
    assert server.connections == 1
