"""A key is shown nowhere: a table of failures and of places where Python shows values, for all six APIs."""

from __future__ import annotations

import copy
import copyreg
import io
import logging
import pickle
import traceback
import warnings
from collections.abc import Callable, Generator, Mapping
from types import TracebackType
from typing import Any, Final, TypeAlias

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from tblib import pickling_support  # type: ignore[import-untyped]  # it has no types

from god_llm import (
    BaseLLMException,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    LanguageModel,
    Logged,
)
from god_llm.engine.chat import ChatModel
from god_llm.middleware import Cached, Traced
from god_llm.testing.simulator import Fail, Simulator

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common
PLANTED: Final = "planted-0123456789abcdef"
MODEL: Final = CustomModel("model")


class Memory:
    """A store that shows everything that was put into it."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}

    def get(self, key: str, /) -> bytes | None:
        return self.stored.get(key)

    def put(self, key: str, reply: bytes, /) -> None:
        self.stored[key] = reply


APIS: Final[Mapping[str, Callable[..., Facade]]] = {
    "responses": lambda at, **more: ChatOpenAI(MODEL, 0.5, PLANTED, base_url=at("openai"), **more),
    "chat_completions": lambda at, **more: ChatOpenAI(
        MODEL, 0.5, PLANTED, api="chat_completions", base_url=at("openai"), **more
    ),
    "anthropic": lambda at, **more: ChatAnthropic(MODEL, 0.5, PLANTED, base_url=at("anthropic"), **more),
    "groq": lambda at, **more: ChatGroq(MODEL, 0.5, PLANTED, base_url=at("groq"), **more),
    "ollama": lambda at, **more: ChatOllama(MODEL, 0.5, PLANTED, base_url=at("ollama"), **more),
    "bedrock": lambda at, **more: ChatBedrock(MODEL, 0.5, PLANTED, region="us-east-1", base_url=at("bedrock"), **more),
}
every_api = pytest.mark.parametrize("make", APIS.values(), ids=APIS)

FAILURES: Final[Mapping[str, Fail | None]] = {
    "the key is refused": Fail(401),
    "the key is refused and repeated": Fail(401, message=f"the key {PLANTED} is not known"),
    "the request is refused": Fail(400),
    "the service fails": Fail(500),
    "nobody listens": None,
}


def pickled_with_causes(error: BaseException) -> bytes:
    """The error as Dask sends it to another process: with its causes, their fields and their tracebacks."""
    chain: list[BaseException] = []
    behind: BaseException | None = error
    while behind is not None:
        chain.append(behind)
        behind = behind.__cause__ or behind.__context__
    file = io.BytesIO()
    pickler = pickle.Pickler(file)
    own = {type(each): pickling_support.pickle_exception for each in chain}
    pickler.dispatch_table = {**copyreg.dispatch_table, TracebackType: pickling_support.pickle_traceback, **own}
    pickler.dump(error)
    return file.getvalue()


PLACES: Final[Mapping[str, Callable[[BaseLLMException], object]]] = {
    "str": str,
    "repr": repr,
    "attributes": vars,
    "notes": lambda error: getattr(error, "__notes__", []),
    "traceback": lambda error: "".join(traceback.format_exception(error)),
    "traceback with locals": lambda error: "".join(
        traceback.TracebackException.from_exception(error, capture_locals=True).format()
    ),
    "pickle": pickle.dumps,
    "pickle with its causes": pickled_with_causes,
}
VIEWS: Final[Mapping[str, Callable[[Facade], object]]] = {
    "repr": repr,
    "str": str,
    "attributes": vars,
    "pickle": pickle.dumps,
    "a copy": lambda llm: vars(copy.copy(llm)),
    "a deep copy": lambda llm: vars(copy.deepcopy(llm)),
    "its transport": lambda llm: vars(llm.transport),
}


@pytest.fixture
def simulator() -> Generator[Simulator, None, None]:
    """A simulator that takes the planted key and no other."""
    with Simulator(keys={PLANTED}) as running:
        yield running


def nowhere(_: str) -> str:
    """A port on which nobody listens."""
    return "http://127.0.0.1:1"


def streamed(llm: Facade) -> object:
    """A stream, read to its end."""
    with llm.stream("hi") as deltas:
        return list(deltas)


WAYS: Final[Mapping[str, Callable[[Facade], object]]] = {"whole": lambda llm: llm.generate("hi"), "streamed": streamed}


@pytest.mark.parametrize("ask", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("failure", FAILURES)  # by name: the locals of the test have no key
@every_api
def test_no_failure_shows_the_key(
    make: Callable[..., Facade],
    failure: str,
    ask: Callable[[Facade], object],
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither an error, with the locals of its frames, nor a log or a warning of a failed call has the key."""
    simulator.script(FAILURES[failure] or Fail(500))
    llm = make(nowhere if FAILURES[failure] is None else simulator.url, max_retries=0, middleware=[Logged])
    with caplog.at_level(logging.DEBUG), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with pytest.raises(BaseLLMException) as caught:
            ask(llm)
    shown = {name: show(caught.value) for name, show in PLACES.items()}
    shown |= {"logs": [vars(record) for record in caplog.records], "warnings": [str(each.message) for each in warned]}
    assert [name for name, value in shown.items() if PLANTED in str(value)] == []


@every_api
def test_no_call_shows_the_key(
    make: Callable[..., Facade], simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the facade and its copies, nor message, cache, telemetry and logs of an answered call have the key."""
    memory, spans, tracing = Memory(), InMemorySpanExporter(), TracerProvider()
    tracing.add_span_processor(SimpleSpanProcessor(spans))

    def traced(inner: LanguageModel) -> LanguageModel:
        return Traced(inner, tracer_provider=tracing)

    with caplog.at_level(logging.DEBUG):
        llm = make(simulator.url, middleware=[Cached(memory), Logged, traced])
        message = llm.generate("hi")
        streamed(llm)
    plain = make(simulator.url)
    plain.generate("hi")
    shown: dict[str, object] = {name: view(plain) for name, view in VIEWS.items()}
    shown |= {
        "dump": message.model_dump_json(),
        "message": repr(message),
        "cache": memory.stored,
        "spans": [span.to_json() for span in spans.get_finished_spans()],
        "logs": [vars(record) for record in caplog.records],
    }
    assert memory.stored
    assert spans.get_finished_spans()
    assert [name for name, value in shown.items() if PLANTED in str(value)] == []
