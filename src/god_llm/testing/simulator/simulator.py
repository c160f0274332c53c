"""The simulator: which wire is asked, what the script says to that, and the reply."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Self

from pydantic import JsonValue

from god_llm.domain.providers import LLMProviderType
from god_llm.plugins import registry
from god_llm.testing.simulator.journal import Received, without_credentials
from god_llm.testing.simulator.script import Answer, Delay, Drop, Fail, Raw, Scripted, Truncate, check
from god_llm.testing.simulator.server import HOST, LoopbackServer, Reply, Request
from god_llm.testing.simulator.wires.anthropic import AnthropicMessages
from god_llm.testing.simulator.wires.bedrock import BedrockConverse
from god_llm.testing.simulator.wires.ollama import OllamaChat
from god_llm.testing.simulator.wires.openai_chat import GroqChat, OpenAIChat
from god_llm.testing.simulator.wires.openai_responses import OpenAIResponses
from god_llm.testing.simulator.wires.wire import Accepted, Exchange, Refusal, Wire, json_bytes

__all__ = ["Simulator"]

_POST: Final = "POST"

# Under which path each API lives: (its endpoint, the wire).
_ROUTES: Final[tuple[tuple[re.Pattern[str], Wire], ...]] = (
    (re.compile(r"/v1/chat/completions"), OpenAIChat()),
    (re.compile(r"/v1/responses"), OpenAIResponses()),
    (re.compile(r"/v1/messages"), AnthropicMessages()),
    (re.compile(r"/openai/v1/chat/completions"), GroqChat()),
    (re.compile(r"/api/chat"), OllamaChat()),
    (re.compile(r"/model/[^/]+/converse(-stream)?"), BedrockConverse()),
)

# Whose error a path gets that is no endpoint: the first that it begins with.
_HOUSES: Final[tuple[tuple[str, Wire], ...]] = (
    ("/v1/messages", AnthropicMessages()),
    ("/openai/", GroqChat()),
    ("/api/", OllamaChat()),
    ("/model/", BedrockConverse()),
    ("", OpenAIChat()),
)


class Simulator:
    """All five providers on loopback: no key, no network, and it says what the script tells it to.

    ```python
    with Simulator() as simulator:
        simulator.script(Answer(text="Hello."), Fail(429, headers={"retry-after": "1"}))
        model = ChatOpenAI("gpt-5.5", api_key="any", base_url=simulator.url("openai"))
    ```

    Each request takes the next scripted item. When there is none, the answer is what the user said last:
    `You said: ...`. Ids, times and token counts follow from the request's number and words, so the same
    requests in the same order get the same replies. A request that the real service would not take is
    refused as there; faults (`Fail`, `Raw`, `Drop` at once) happen to any request.

    Args:
        port: to listen on; 0 takes any free one.
        keys: the keys that are accepted (for Bedrock: access key ids or API keys); None takes any, but
            the hosted services still ask for one.
        watch: told each request and the status of its reply (0: the connection was cut).
    """

    def __init__(
        self,
        port: int = 0,
        keys: Collection[str] | None = None,
        watch: Callable[[Received, int], None] | None = None,
    ) -> None:
        self._port = port
        self._keys = None if keys is None else frozenset(keys)
        self._watch = watch
        self._lock = threading.Lock()
        self._script: deque[Scripted] = deque()
        self._journal: list[Received] = []
        self._stopping = threading.Event()
        self._server: LoopbackServer | None = None

    def start(self) -> Self:
        """Serve, in threads of its own, until `stop`.

        Raises:
            RuntimeError: it has been started.
            OSError: the port is taken.
        """
        if self._server is not None:
            raise RuntimeError("the simulator has been started")
        self._stopping.clear()
        self._server = LoopbackServer(self._serve, self._port)
        self._server.serve()
        return self

    def stop(self) -> None:
        """Stop serving and cut all connections; stopping twice does no harm."""
        server, self._server = self._server, None
        if server is not None:
            self._stopping.set()
            server.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on.

        Raises:
            RuntimeError: it is not running.
        """
        if self._server is None:
            raise RuntimeError("the simulator is not running: use it in a `with`, or call start()")
        return self._server.server_port

    def url(self, provider: LLMProviderType) -> str:
        """What the provider's facade takes as `base_url`, and its SDK as `base_url`, `host` or `endpoint_url`.

        Raises:
            RuntimeError: it is not running.
            ValueError: there is no such provider.
        """
        if provider not in registry.BUILT_IN:
            raise ValueError(f"there is no provider {provider!r}; there are {', '.join(sorted(registry.BUILT_IN))}")
        return f"http://{HOST}:{self.port}{registry.provider(provider).base_path}"

    def script(self, *items: Scripted) -> None:
        """What the next requests get, one each, after what has been scripted before.

        Raises:
            ValueError: an item is not something that can be scripted; nothing was added.
        """
        for item in items:
            check(item)
        with self._lock:
            self._script.extend(items)

    @property
    def journal(self) -> tuple[Received, ...]:
        """The requests that came, in order; refused ones, too."""
        with self._lock:
            return tuple(self._journal)

    def clear(self) -> None:
        """Forget the journal and the rest of the script; numbers start at 1 again."""
        with self._lock:
            self._journal.clear()
            self._script.clear()

    # -- one request --------------------------------------------------------------------------------------

    def _serve(self, request: Request) -> Reply | None:
        wire = next((wire for path, wire in _ROUTES if path.fullmatch(request.path)), None)
        body = _parsed(request.body)
        received = Received(
            wire=None if wire is None else wire.provider,
            method=request.method,
            path=request.path,
            headers=without_credentials(request.headers),
            body=body,
            query=request.query,
        )
        with self._lock:
            self._journal.append(received)
            number = len(self._journal)
            item = self._script.popleft() if wire is not None and self._script else None
        if wire is None or request.method != _POST:
            reply: Reply | None = _no_such_endpoint(request, number)
        else:
            reply = self._reply(_Asking(wire, request, body, number), item)
        if self._watch is not None:
            self._watch(received, 0 if reply is None else reply.status)
        return reply

    def _reply(self, asking: _Asking, item: Scripted | None) -> Reply | None:
        match item:
            case Delay():
                self._stopping.wait(item.seconds)
                return self._reply(asking, item.then)
            case Raw():
                return Reply(item.status, item.headers, item.body)
            case Drop(after=0):
                return None
            case Fail(after=None):
                return asking.refused(Refusal(item))
            case _:
                return self._said(asking, item)

    def _said(self, asking: _Asking, item: Answer | Fail | Drop | Truncate | None) -> Reply:
        """The reply of a service that takes the request, at least in its beginning."""
        accepted = asking.wire.accept(asking.request, asking.body, self._keys)
        if isinstance(accepted, Refusal):
            return asking.refused(accepted)
        answer = item if isinstance(item, Answer) else None
        if isinstance(item, Drop | Truncate):
            answer = item.answer
        exchange = Exchange(asking.number, accepted, answer or _unscripted(accepted))
        return self._streamed(asking, exchange, item) if accepted.streamed else _whole(asking, exchange, item)

    def _streamed(self, asking: _Asking, exchange: Exchange, item: Scripted | None) -> Reply:
        headers = {"content-type": asking.wire.streaming, **asking.wire.headers(asking.number)}
        return Reply(200, headers, self._events(asking, exchange, item), cut=isinstance(item, Drop))

    def _events(self, asking: _Asking, exchange: Exchange, item: Scripted | None) -> Iterator[bytes]:
        last = item.after if isinstance(item, Drop | Truncate | Fail) else None
        for position, event in enumerate(islice(asking.wire.events(exchange), last)):
            if position and exchange.answer.pause:
                self._stopping.wait(exchange.answer.pause)
            yield event
        if isinstance(item, Fail):
            yield asking.wire.error_event(item, asking.number)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request to one wire."""

    wire: Wire
    request: Request
    body: JsonValue
    number: int

    def refused(self, refusal: Refusal) -> Reply:
        """The error, in the wire's shape."""
        headers, body = self.wire.error(refusal, self.number)
        kind = {"content-type": "application/json"}
        return Reply(refusal.fail.status, {**kind, **headers, **refusal.fail.headers}, body)


def _whole(asking: _Asking, exchange: Exchange, item: Scripted | None) -> Reply:
    if isinstance(item, Fail):
        return asking.refused(Refusal(item))
    body = json_bytes(asking.wire.whole(exchange))
    headers = {"content-type": "application/json", **asking.wire.headers(asking.number)}
    half = body[: len(body) // 2]
    match item:
        case Drop():
            return Reply(200, {**headers, "content-length": str(len(body))}, half, cut=True)
        case Truncate():
            return Reply(200, headers, half)
        case _:
            return Reply(200, headers, body)


def _unscripted(asked: Accepted) -> Answer:
    """The answer when nothing is scripted: what the user said last, within the limit that was asked for."""
    text = f"You said: {asked.last_user_text}"
    if asked.limit is not None and len(text.split()) > asked.limit:
        return Answer(text=" ".join(text.split()[: asked.limit]), finish_reason="length")
    return Answer(text=text)


def _no_such_endpoint(request: Request, number: int) -> Reply:
    house = next(wire for prefix, wire in _HOUSES if request.path.startswith(prefix))
    status = 404 if request.method == _POST else 405
    fail = Fail(status, "unknown_url", f"Unknown request URL: {request.method} {request.path}")
    return _Asking(house, request, None, number).refused(Refusal(fail))


def _parsed(body: bytes) -> JsonValue:
    """The body as JSON, else as text, or None where there is none."""
    if not body:
        return None
    text = body.decode(errors="replace")
    try:
        parsed: JsonValue = json.loads(text)
    except ValueError:
        return text
    return parsed
