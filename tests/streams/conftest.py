"""All six wires against the simulator, and what of them is open."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Protocol

import pytest

from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel
from god_llm.engine.chat import ChatModel
from god_llm.testing.simulator import Simulator

MODEL: Final = CustomModel("model")


class Maker(Protocol):
    """Makes a facade that asks the simulator, without retries."""

    # Any: the requests of the six wires have nothing in common but to be JSON.
    def __call__(self, at: Simulator, timeout: float | None = None, /) -> ChatModel[str, Any]: ...


WIRES: Final[Mapping[str, Maker]] = {
    "openai-chat": lambda at, timeout=None: ChatOpenAI(
        MODEL, api="chat_completions", api_key="key", base_url=at.url("openai"), timeout=timeout, max_retries=0
    ),
    "openai-responses": lambda at, timeout=None: ChatOpenAI(
        MODEL, api_key="key", base_url=at.url("openai"), timeout=timeout, max_retries=0
    ),
    "anthropic": lambda at, timeout=None: ChatAnthropic(
        MODEL, api_key="key", base_url=at.url("anthropic"), timeout=timeout, max_retries=0
    ),
    "groq": lambda at, timeout=None: ChatGroq(
        MODEL, api_key="key", base_url=at.url("groq"), timeout=timeout, max_retries=0
    ),
    "ollama": lambda at, timeout=None: ChatOllama(MODEL, base_url=at.url("ollama"), timeout=timeout, max_retries=0),
    "bedrock": lambda at, timeout=None: ChatBedrock(
        MODEL, api_key="key", region="us-east-1", base_url=at.url("bedrock"), timeout=timeout, max_retries=0
    ),
}


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> str:
    """The name of each wire in turn."""
    name: str = request.param
    return name


@pytest.fixture
def connect(wire: str, simulator: Simulator) -> Callable[[], ChatModel[str, Any]]:
    """Makes a facade of the wire that asks the simulator, without retries."""
    return lambda: WIRES[wire](simulator)


@pytest.fixture
def patience(simulator: Simulator) -> Callable[[str, float], ChatModel[str, Any]]:
    """Makes a facade of a wire that waits so many seconds for a sign of life."""
    return lambda wire, seconds: WIRES[wire](simulator, seconds)


@pytest.fixture
def llm(connect: Callable[[], ChatModel[str, Any]]) -> Iterator[ChatModel[str, Any]]:
    """A facade of the wire; its sync side is closed at the end."""
    with connect() as model:
        yield model


@pytest.fixture
def open_sockets(simulator: Simulator) -> Callable[[], tuple[int, int]]:
    """Counts the open connections to the simulator: the client's ends, and the simulator's ends of them."""
    port = simulator.port

    def ends() -> tuple[int, int]:
        addresses = [*_addresses()]
        return sum(peer == port for _, peer in addresses), sum(own == port for own, _ in addresses)

    return ends


def _addresses() -> Iterator[tuple[int, int]]:
    """The own and the peer's port of each connected socket of this process."""
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - numbers, not paths
        try:
            number = int(name)
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as copy:
                own, peer = copy.getsockname(), copy.getpeername()
        except OSError:
            continue  # it has gone, or it listens
        if isinstance(own, tuple) and isinstance(peer, tuple):
            yield own[1], peer[1]
