"""Every way to ask has an async twin: the same name with an `a` before it, and the same arguments."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, Iterable
from typing import Any, Final, get_overloads, get_type_hints

import pytest

from god_llm import BaseLLM, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.engine.chat import ChatModel
from god_llm.protocols import AsyncTransport, Transport
from god_llm.testing import FakeTransport
from god_llm.transports.retrying import RetryingTransport

ASKING: Final = ["generate", "stream", "batch", "batch_iter"]
OF_PARTS: Final = [*ASKING, "generate_as", "close"]
CARRYING: Final = ["send", "stream"]

PAIRS: Final = [
    *((BaseLLM, BaseLLM, name) for name in ASKING),
    *(
        (facade, facade, name)
        for facade in (ChatModel, ChatOpenAI, ChatAnthropic, ChatGroq, ChatOllama, ChatBedrock)
        for name in OF_PARTS
    ),
    *((Transport, AsyncTransport, name) for name in CARRYING),
    *((transport, transport, name) for transport in (RetryingTransport, FakeTransport) for name in CARRYING),
    (Stream, AsyncStream, "close"),
]
ONLY_SYNC: Final = {"executor"}
"""A batch's executor runs sync calls; async ones have their loop."""


@pytest.mark.parametrize(("sync", "asynchronous", "name"), PAIRS, ids=lambda part: getattr(part, "__name__", part))
def test_twins_take_the_same(sync: type, asynchronous: type, name: str) -> None:
    """Names, kinds, defaults and types of the parameters are the same; so is what comes out."""
    own, twin = getattr(sync, name), getattr(asynchronous, f"a{name}")
    assert parameters(own) == parameters(twin)
    assert [parameters(each) for each in get_overloads(own)] == [parameters(each) for each in get_overloads(twin)]
    assert answer(own) == answer(twin)


@pytest.mark.parametrize(
    ("sync", "asynchronous"), [(each, each) for each in (ChatModel, ChatOpenAI, BaseLLM)] + [(Stream, AsyncStream)]
)
def test_nothing_lacks_its_twin(sync: type, asynchronous: type) -> None:
    """A public method that waits for the provider exists for async code, too."""
    waiting = {name for name in dir(sync) if not name.startswith("_") and callable(getattr(sync, name))}
    alone = {name for name in waiting if not name.startswith("a") and not hasattr(asynchronous, f"a{name}")}
    assert alone <= {"configured", "with_tools"}  # they ask nobody


def parameters(function: Any) -> list[tuple[str, object, object, object]]:  # Any: whatever is defined
    """Name, kind, default and type of each parameter; an async source stands beside a sync one."""
    return [
        (each.name, each.kind, each.default, str(each.annotation).replace("Prompts[", "Iterable["))
        for each in inspect.signature(function).parameters.values()
        if each.name not in {"self", *ONLY_SYNC}
    ]


def answer(function: Any) -> str:
    """What comes out, without the words for waiting for it."""
    said = str(inspect.signature(function).return_annotation)
    said = said.replace("AsyncGenerator[", "Generator[").replace("AsyncStream", "Stream")
    return said.replace("Generating[", "Generator[").replace(", None, None]", ", None]")


def test_prompts_may_come_from_both_kinds_of_source() -> None:
    """What stands for `Iterable` in an async batch takes it as well."""
    source = get_type_hints(BaseLLM.abatch_iter)["prompts"]
    assert {kind.__origin__ for kind in source.__args__} == {Iterable, AsyncIterable}
