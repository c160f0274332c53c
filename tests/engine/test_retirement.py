"""Models that retire: who is warned, where the warning points, whose clock decides, and what a 404 says."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from dependency_injector import containers, providers
from dependency_injector.wiring import Provide, inject

import god_llm
from god_llm import ChatGroq, CustomModel, NotFoundError, RetiredModelWarning, chat_model, model_id
from god_llm.containers import GroqContainer, GroqSettings, LLMContainer
from god_llm.middleware import Logged
from god_llm.testing import Cassette, FakeTransport, FrozenClock, RecordingTransport, ReplayTransport

MODEL: Final = "llama-3.1-8b-instant"
DAY: Final = "2026-08-16"
BEFORE: Final = FrozenClock(datetime(2026, 8, 15, 23, tzinfo=UTC))
AFTER: Final = FrozenClock(datetime(2026, 8, 16, tzinfo=UTC))
FAKE: Final = FakeTransport({})


def line() -> int:
    """The number of the line that calls this."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


class Service:
    """A part of an application."""

    def __init__(self, llm: ChatGroq) -> None:
        self.llm = llm


class Application(containers.DeclarativeContainer):
    """An application with a model that retires."""

    groq = providers.Container(GroqContainer, settings=GroqSettings(model=MODEL), transport=FAKE)
    service = providers.Factory(Service, llm=groq.llm)
    single = providers.Singleton(Service, llm=groq.llm)


class Mine(ChatGroq[Any]):  # Any: of whatever model
    """A facade of an application's own."""


@inject
def injected(llm: ChatGroq = Provide[Application.groq.llm]) -> ChatGroq:
    """A function that is given the model."""
    return llm


def facade() -> int:
    """Make the facade."""
    ChatGroq(MODEL, transport=FAKE)
    return line() - 1


def full_name() -> int:
    """Make it by its full name."""
    chat_model("groq:llama-3.1-8b-instant", transport=FAKE)
    return line() - 1


def configured_name() -> int:
    """Make it by a name of a configuration."""
    chat_model(model_id("groq:llama-3.1-8b-instant"), transport=FAKE)
    return line() - 1


def subclass() -> int:
    """Make a facade of the application's own."""
    Mine(MODEL, transport=FAKE, middleware=[Logged])
    return line() - 1


def own_container() -> int:
    """Make it by a container."""
    container = GroqContainer(settings=GroqSettings(model=MODEL), transport=FAKE)
    container.llm()
    return line() - 1


def container_of_all() -> int:
    """Make it by the container of all providers."""
    container = LLMContainer()
    container.groq.override_providers(settings=GroqSettings(model=MODEL), transport=FAKE)
    container.groq.llm()
    return line() - 1


def service() -> int:
    """Make it as a part of a service."""
    Application().service()
    return line() - 1


def singleton() -> int:
    """Make it as a part of a singleton."""
    Application().single()
    return line() - 1


def wired() -> int:
    """Make it by calling a function that is given it."""
    application = Application()
    application.wire(modules=[__name__])
    try:
        injected()
        return line() - 1
    finally:
        application.unwire()


WAYS: Final[Mapping[str, Callable[[], int]]] = {
    way.__name__: way
    for way in (
        facade,
        full_name,
        configured_name,
        subclass,
        own_container,
        container_of_all,
        service,
        singleton,
        wired,
    )
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_warning_points_at_the_line_of_the_application(way: Callable[[], int]) -> None:
    """However deep in this library, or in the one of the containers, the facade is made; and there is one warning."""
    with pytest.warns(RetiredModelWarning, match=f"groq's {MODEL} was retired on {DAY}; use") as caught:
        expected = way()
    assert [(each.filename, each.lineno) for each in caught] == [(__file__, expected)]


def test_a_facade_that_is_made_in_another_thread_warns_too() -> None:
    """Where no line of the application is on the stack, the warning points at who called the library."""
    container = GroqContainer(settings=GroqSettings(model=MODEL), transport=FAKE)
    with ThreadPoolExecutor(1) as pool, pytest.warns(RetiredModelWarning) as caught:
        pool.submit(container.llm).result()
    assert "god_llm" not in Path(caught[0].filename).parts


def test_derived_facades_do_not_warn_again() -> None:
    """Whoever was warned of a model is not warned of it at every call."""
    with pytest.warns(RetiredModelWarning):
        llm = ChatGroq(MODEL, transport=FakeTransport({"choices": [{"message": {"content": "x"}}]}))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        llm.configured(max_tokens=5).with_tools(line).generate("hi")
    assert caught == []


def test_the_warning_is_shown_by_default(tmp_path: Path) -> None:
    """Python shows it without any option, with the line of the program, also from an imported module."""
    (tmp_path / "helper.py").write_text(
        "import god_llm\n\ndef make():\n    return god_llm.chat_model('groq:llama-3.1-8b-instant', api_key='key')\n",
        encoding="utf-8",
    )
    (tmp_path / "program.py").write_text("import helper\n\nhelper.make()\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(god_llm.__file__).parents[1])},
    )
    assert f"{tmp_path / 'helper.py'}:4: RetiredModelWarning: groq's {MODEL} " in run.stderr
    assert issubclass(RetiredModelWarning, FutureWarning)


# -- the clock -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("clock", "verb"), [(BEFORE, "is to be"), (AFTER, "was")])
def test_the_injected_clock_decides(clock: FrozenClock, verb: str) -> None:
    """Facade, `chat_model` and container ask the clock that they were given, in UTC."""
    container = GroqContainer(settings=GroqSettings(model=MODEL), transport=FAKE, clock=clock)
    ways: list[Callable[[], object]] = [
        lambda: ChatGroq(MODEL, transport=FAKE, clock=clock),
        lambda: chat_model("groq:llama-3.1-8b-instant", transport=FAKE, clock=clock),
        container.llm,
    ]
    for way in ways:
        with pytest.warns(RetiredModelWarning, match=rf"{MODEL} {verb} retired on {DAY}; use 'openai/gpt-oss-20b'$"):
            way()


# -- a 404 -----------------------------------------------------------------------------------------------------


async def aread(llm: ChatGroq[Any]) -> None:  # Any: of whatever model
    """Read an async stream."""
    async for _ in llm.astream("hi"):
        pass


ASK: Final[Mapping[str, Callable[[ChatGroq[Any]], object]]] = {  # Any: of whatever model
    "generate": lambda llm: llm.generate("hi"),
    "agenerate": lambda llm: asyncio.run(llm.agenerate("hi")),
    "stream": lambda llm: list(llm.stream("hi")),
    "astream": lambda llm: asyncio.run(aread(llm)),
    "configured": lambda llm: llm.configured(max_tokens=5).generate("hi"),
}
every_way = pytest.mark.parametrize("ask", ASK.values(), ids=ASK)


@every_way
@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
@pytest.mark.parametrize(("clock", "verb"), [(BEFORE, "is to be"), (AFTER, "was")])
def test_a_404_says_what_became_of_the_model(ask: Callable[..., object], clock: FrozenClock, verb: str) -> None:
    """The advice is a part of the text, in the tense of the injected clock."""
    llm = ChatGroq(MODEL, transport=FakeTransport(NotFoundError("no such model.")), clock=clock, middleware=[Logged])
    with pytest.raises(NotFoundError) as caught:
        ask(llm)
    assert caught.value.advice == f" {MODEL} {verb} retired on {DAY}; use 'openai/gpt-oss-20b'."
    assert str(caught.value) == f"no such model.{caught.value.advice}"


@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_the_advice_is_there_once() -> None:
    """However often the same exception passes, through however many facades."""
    error = NotFoundError("no such model.")
    llm = ChatGroq(MODEL, transport=FakeTransport(error), clock=AFTER)
    texts = set()
    for ask in [*ASK.values()] * 2:
        with pytest.raises(NotFoundError) as caught:
            ask(llm)
        assert caught.value is error
        texts.add(str(caught.value))
    assert len(texts) == 1
    assert texts.pop().count("was retired") == 1


@pytest.mark.filterwarnings("ignore::god_llm.RetiredModelWarning")
def test_a_recorded_404_has_the_advice_of_the_day_on_which_it_is_replayed(tmp_path: Path) -> None:
    """The cassette has the provider's text alone."""
    path = tmp_path / "cassette.json"
    transports: list[tuple[Callable[[], Any], FrozenClock, str]] = [  # Any: of a fake's type
        (lambda: RecordingTransport(FakeTransport(NotFoundError("no.")), Cassette(path, "all")), BEFORE, "is to be"),
        (lambda: ReplayTransport(Cassette(path, "none")), AFTER, "was"),
    ]
    for make, clock, verb in transports:
        with pytest.raises(NotFoundError) as caught:
            ChatGroq(MODEL, transport=make(), clock=clock).generate("hi")
        assert str(caught.value) == f"no. {MODEL} {verb} retired on {DAY}; use 'openai/gpt-oss-20b'."
    assert "retired" not in path.read_text(encoding="utf-8")


@every_way
def test_a_404_of_a_model_that_stays_has_no_advice(ask: Callable[..., object]) -> None:
    """A listed name is a good one; something else was not found."""
    llm = ChatGroq("openai/gpt-oss-20b", transport=FakeTransport(NotFoundError("no such endpoint")))
    with pytest.raises(NotFoundError) as caught:
        ask(llm)
    assert (str(caught.value), caught.value.advice) == ("no such endpoint", "")


@every_way
def test_a_404_of_a_name_that_is_not_listed_has_the_nearest_ones(ask: Callable[..., object]) -> None:
    """Once, too."""
    llm = ChatGroq(CustomModel("openai/gpt-os-20b"), transport=FakeTransport(NotFoundError("no such model.")))
    for _ in range(2):
        with pytest.raises(NotFoundError) as caught:
            ask(llm)
        assert str(caught.value).count("Did you mean 'openai/gpt-oss-20b'") == 1
