"""The timeout of one call, from the facade to the socket, for every API and every kind of call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

import groq
import pytest
from pydantic import BaseModel

from god_llm import (
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatModel,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    RetryingTransport,
    TimeoutExceededError,
    UnsupportedParameterError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import Cassette, FakeTransport, RecordingTransport, Simulator
from god_llm.testing.simulator import Answer, Delay

Facade: TypeAlias = ChatModel[str, Any, Any]  # Any: requests and extras of the six APIs have nothing in common
MODEL: Final = CustomModel("model")
LATE: Final = 5.0
"""Seconds after which the server would answer: longer than any test may take."""

APIS: Final[Mapping[str, Callable[..., Facade]]] = {
    "responses": lambda at, **more: ChatOpenAI(MODEL, api_key="key", base_url=at.url("openai"), **more),
    "chat_completions": lambda at, **more: ChatOpenAI(
        MODEL, api="chat_completions", api_key="key", base_url=at.url("openai"), **more
    ),
    "anthropic": lambda at, **more: ChatAnthropic(MODEL, api_key="key", base_url=at.url("anthropic"), **more),
    "groq": lambda at, **more: ChatGroq(MODEL, api_key="key", base_url=at.url("groq"), **more),
    "ollama": lambda at, **more: ChatOllama(MODEL, base_url=at.url("ollama"), **more),
    "bedrock": lambda at, **more: ChatBedrock(
        MODEL, api_key="key", region="us-east-1", base_url=at.url("bedrock"), **more
    ),
}


class City(BaseModel):
    """A city."""

    name: str


def streamed(llm: Facade, **more: Any) -> str:  # Any: the settings of a call
    """The text of a stream."""
    with llm.stream("hi", **more) as stream:
        for _ in stream:
            pass
    return stream.message.content


async def astreamed(llm: Facade, **more: Any) -> str:  # Any: the settings of a call
    """The text of an async stream."""
    try:
        async with llm.astream("hi", **more) as stream:
            async for _ in stream:
                pass
    finally:
        await llm.aclose()
    return stream.message.content


async def awhole(llm: Facade, **more: Any) -> str:  # Any: the settings of a call
    """The text of an async call."""
    try:
        return (await llm.agenerate("hi", **more)).content
    finally:
        await llm.aclose()


Ask: TypeAlias = Callable[..., object]
WAYS: Final[Mapping[str, Ask]] = {
    "generate": lambda llm, **more: llm.generate("hi", **more).content,
    "agenerate": lambda llm, **more: asyncio.run(awhole(llm, **more)),
    "stream": streamed,
    "astream": lambda llm, **more: asyncio.run(astreamed(llm, **more)),
}
every_way = pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)


def settle(simulator: Simulator, requests: int) -> None:
    """Wait until so many requests have arrived, and forget them: one may time out while it is sent."""
    until = time.monotonic() + 0.5
    while len(simulator.journal) < requests and time.monotonic() < until:
        time.sleep(0.01)
    simulator.clear()


@pytest.fixture(params=APIS)
def llm(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Facade]:
    """A facade of each API that asks the simulator, without retries."""
    with APIS[request.param](simulator, max_retries=0) as model:
        yield model


@every_way
def test_a_call_waits_as_long_as_it_says(llm: Facade, ask: Ask, simulator: Simulator) -> None:
    """A silent server ends it early, with a `TimeoutExceededError`; calls with more time, or none, are unaffected."""
    simulator.script(Delay(LATE))
    began = time.monotonic()
    with pytest.raises(TimeoutExceededError) as caught:
        ask(llm, timeout=0.05)
    assert time.monotonic() - began < LATE / 2
    settle(simulator, 1)
    simulator.script(Delay(0.12, Answer(text="late")), Delay(0.12, Answer(text="later")))
    assert (caught.value.provider, caught.value.model) == (llm.provider, MODEL)
    assert (ask(llm), ask(llm.configured(timeout=0.05), timeout=9)) == ("late", "later")


@every_way
def test_a_configured_timeout_holds_for_every_call(ask: Ask, simulator: Simulator) -> None:
    """It is that of the facade's calls, and the original's calls have none."""
    simulator.script(Delay(LATE), Delay(LATE))
    with APIS["anthropic"](simulator, max_retries=0) as llm:
        hasty = llm.configured(timeout=0.05)
        for _ in range(2):
            with pytest.raises(TimeoutExceededError):
                ask(hasty)
        settle(simulator, 2)
        simulator.script(Delay(0.12, Answer(text="late")))
        assert ask(llm) == "late"


@every_way
def test_a_call_may_wait_longer_than_the_connection(ask: Ask, simulator: Simulator) -> None:
    """The timeout of the call takes the place of the connection's, for the one call."""
    simulator.script(Delay(0.4, Answer(text="late")), Delay(LATE))
    with APIS["groq"](simulator, max_retries=0, timeout=0.2) as llm:
        assert ask(llm, timeout=9) == "late"
        with pytest.raises(TimeoutExceededError):
            ask(llm)


@every_way
def test_the_timeout_holds_for_each_attempt(ask: Ask, simulator: Simulator) -> None:
    """A timeout is retried as always, and the second attempt may take as long as the first."""
    simulator.script(Delay(LATE), Delay(0.1, Answer(text="second")))
    with APIS["ollama"](simulator, max_retries=1) as llm:
        assert ask(llm, timeout=0.4) == "second"
    assert len(simulator.journal) == 2


def test_a_timeout_opens_no_connection(simulator: Simulator) -> None:
    """Calls with many timeouts use the client of the others: none is made for a timeout."""
    made: list[groq.Groq] = []

    def client() -> groq.Groq:
        made.append(groq.Groq(api_key="key", base_url=simulator.url("groq")))
        return made[-1]

    with ChatGroq(MODEL, client=client) as llm:
        for number in range(5):
            assert llm.generate("hi", timeout=5 + number).content
        assert llm.generate("hi").content
    assert len(made) == 1


# -- transports that are injected -----------------------------------------------------------------------------

REPLY: Final[JsonObject] = {"message": {"role": "assistant", "content": '{"name": "Oslo"}'}, "done": True}


def fake_ways(llm: Facade) -> list[Callable[..., object]]:
    """All six kinds of call."""
    return [
        lambda **more: llm.generate("hi", **more),
        lambda **more: asyncio.run(llm.agenerate("hi", **more)),
        lambda **more: streamed(llm, **more),
        lambda **more: asyncio.run(astreamed(llm, **more)),
        lambda **more: llm.generate_as(City, "hi", **more),
        lambda **more: asyncio.run(llm.agenerate_as(City, "hi", **more)),
    ]


def test_fakes_record_the_timeout() -> None:
    """A test sees the seconds of each call that has some, and answers at once."""
    fake = FakeTransport(REPLY, REPLY, [REPLY], [REPLY], REPLY)
    llm = ChatOllama("llama3.1", transport=fake)
    for number, ask in enumerate(fake_ways(llm), 1):
        ask(timeout=number)
    llm.generate("hi")
    assert fake.timeouts == [1, 2, 3, 4, 5, 6]
    assert all("timeout" not in str(request) for request in fake.requests)


class Untimed:
    """A transport without `with_timeout`."""

    def __init__(self) -> None:
        self.requests: list[JsonObject] = []

    def send(self, request: JsonObject, /) -> JsonObject:
        """Reply."""
        self.requests.append(request)
        return REPLY

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """Reply."""
        yield self.send(request)

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """Reply."""
        return self.send(request)

    async def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """Reply."""
        yield self.send(request)


def test_a_transport_that_has_no_timeout_refuses_one() -> None:
    """The error names its class, and nothing is sent; calls without a timeout go through."""
    transport = Untimed()
    llm = ChatOllama("llama3.1", transport=transport)
    for ask in fake_ways(llm):
        with pytest.raises(
            UnsupportedParameterError, match=r"Untimed can't change its timeout.*leave timeout= out"
        ) as caught:
            ask(timeout=3)
        assert (caught.value.provider, caught.value.model) == ("ollama", "llama3.1")
    assert transport.requests == []
    for ask in fake_ways(llm):
        ask()
    assert len(transport.requests) == 6


def test_a_decorator_of_such_a_transport_refuses_too(tmp_path: Path) -> None:
    """Retries and recorders can't give what the transport inside has not."""
    for transport in (
        RetryingTransport(Untimed()),
        RecordingTransport(Untimed(), Cassette(tmp_path / "a.json", "all")),
    ):
        llm = ChatOllama("llama3.1", transport=transport)
        with pytest.raises(UnsupportedParameterError, match="Untimed can't change its timeout") as caught:
            llm.generate("hi", timeout=3)
        assert (caught.value.provider, caught.value.model) == ("ollama", "llama3.1")
        assert llm.generate("hi").content
