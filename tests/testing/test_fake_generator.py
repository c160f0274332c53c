"""The fake model: all that an application which depends on `Generator` or `ChatGenerator` needs in its tests."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    BaseLLM,
    BaseMessage,
    ConfigurationError,
    Delta,
    FinishedDelta,
    InvalidSettingError,
    MalformedResponseError,
    NamedTool,
    RateLimitError,
    Settings,
    Tool,
    ToolCallPart,
    ToolMessage,
    Usage,
    UserMessage,
)
from god_llm.domain.messages import Prompt
from god_llm.domain.parts import ContentPart, ReasoningPart, TextPart
from god_llm.domain.settings import GenerationSettings
from god_llm.protocols import ChatGenerator, Generator
from god_llm.testing import FakeCall, FakeGenerator, FrozenClock, SequentialIds


def shout(model: Generator, text: str) -> str:
    """An application."""
    return model.generate(text).content.upper()


def test_it_fits_without_a_base_class() -> None:
    """It is a `Generator` by its shape alone."""
    fake = FakeGenerator("hi")
    assert isinstance(fake, Generator)
    assert not isinstance(fake, BaseLLM)
    assert shout(fake, "hello") == "HI"
    assert fake.prompts == ["hello"]


def test_answers_come_in_order_and_the_last_one_stays() -> None:
    """Texts, whole messages and exceptions, each for one prompt."""
    whole = AIMessage(content="two", finish_reason="length")
    fake = FakeGenerator("one", whole, RateLimitError("slowly"))
    assert fake.generate("a").content == "one"
    assert fake.generate("b") is whole
    for prompt in ("c", "d"):
        with pytest.raises(RateLimitError, match="slowly"):
            fake.generate(prompt)
    assert fake.prompts == ["a", "b", "c", "d"]


def test_an_answer_may_depend_on_the_prompt() -> None:
    """A function is shown the prompt."""

    def answer(prompt: Prompt) -> str | Exception:
        return RateLimitError() if prompt == "no" else f"You said {prompt}"

    fake = FakeGenerator(answer)
    assert fake.generate("yes").content == "You said yes"
    with pytest.raises(RateLimitError):
        fake.generate("no")


def test_messages_are_equal_each_time() -> None:
    """Ids count up and the clock stands still, unless others are given."""
    assert FakeGenerator("hi").generate("a") == FakeGenerator("hi").generate("b")
    ids, clock = SequentialIds(), FrozenClock(datetime(2026, 2, 3, tzinfo=UTC))
    ids()
    message = FakeGenerator("hi", ids=ids, clock=clock).generate("a")
    assert (message.id, message.created_at) == ("0" * 31 + "2", datetime(2026, 2, 3, tzinfo=UTC))


def test_it_answers_async_code_too() -> None:
    """`agenerate` takes the next answer of the same script."""
    fake = FakeGenerator("one", "two")
    fake.generate("a")
    assert asyncio.run(fake.agenerate("b")).content == "two"
    assert fake.prompts == ["a", "b"]


def test_no_script_is_an_error() -> None:
    """A fake that has nothing to say is a mistake."""
    with pytest.raises(ConfigurationError, match="at least one answer"):
        FakeGenerator()


def test_a_copy_is_the_fake_itself() -> None:
    """A container copies what it holds; what a test looks at must be what was used."""
    fake = FakeGenerator("hi")
    assert copy.copy(fake) is copy.deepcopy(fake) is fake


def test_it_fits_the_wider_socket_too() -> None:
    """It is a `ChatGenerator` by its shape alone."""
    fake: ChatGenerator = FakeGenerator("hi")
    assert isinstance(fake, ChatGenerator)


# -- settings ----------------------------------------------------------------------------------------------------


def test_settings_are_recorded_beside_the_prompts() -> None:
    """Each call has the settings it was given, checked and frozen; what was not given is None."""
    fake = FakeGenerator("hi")
    fake.generate("a", temperature=0.5, stop="END")
    fake.generate("b")
    expected = [Settings(temperature=0.5, stop=("END",)), Settings()]
    assert fake.calls == [FakeCall("a", expected[0]), FakeCall("b", expected[1])]
    assert (fake.prompts, fake.settings) == (["a", "b"], expected)


BAD: Final[Sequence[GenerationSettings]] = (
    {"temperature": -1},
    {"max_tokens": 0},
    {"temprature": 1},  # type: ignore[typeddict-unknown-key]  # the mistake
)


@pytest.mark.parametrize("bad", BAD)
def test_settings_are_checked_as_the_real_ones_are(bad: GenerationSettings) -> None:
    """A misspelt or impossible setting is refused at the call, whatever the call; it takes no answer of the script."""
    fake = FakeGenerator("hi")
    calls: Sequence[Callable[[], object]] = (
        lambda: fake.generate("a", **bad),
        lambda: asyncio.run(fake.agenerate("a", **bad)),
        lambda: fake.stream("a", **bad),
        lambda: fake.astream("a", **bad),
        lambda: fake.generate_as(Weather, "a", **bad),
        lambda: asyncio.run(fake.agenerate_as(Weather, "a", **bad)),
        lambda: fake.configured(**bad),
    )
    for call in calls:
        with pytest.raises(InvalidSettingError):
            call()
    assert fake.calls == []


def test_a_configured_fake_shares_script_and_records() -> None:
    """Its settings hold for its calls alone; one call's settings go over them."""
    fake = FakeGenerator("one", "two", "three")
    other = fake.configured(temperature=0.5, seed=1)
    assert type(other) is FakeGenerator
    assert [other.generate("a", seed=2).content, fake.generate("b").content, other.generate("c").content] == [
        "one",
        "two",
        "three",
    ]
    assert fake.calls is other.calls
    assert fake.settings == [Settings(temperature=0.5, seed=2), Settings(), Settings(temperature=0.5, seed=1)]


# -- streams -----------------------------------------------------------------------------------------------------

PARTS: Final = st.lists(
    st.one_of(
        st.builds(TextPart, text=st.text(min_size=1)),
        st.builds(ReasoningPart, text=st.text(), signature=st.none() | st.text()),
        st.builds(ToolCallPart, id=st.text(), name=st.text(min_size=1), raw_arguments=st.just("{}")),
    ),
    max_size=4,
)


@given(PARTS)
def test_a_stream_makes_the_scripted_message(parts: list[ContentPart]) -> None:
    """Whatever the message holds: its deltas end with one `FinishedDelta`, and it is the message itself at the end."""
    whole = AIMessage(parts=tuple(parts), finish_reason="stop", usage=Usage(output_tokens=1))
    fake = FakeGenerator(whole)
    with fake.stream("a") as stream:
        deltas = [*stream]
    assert stream.message is whole
    assert [isinstance(delta, FinishedDelta) for delta in deltas] == [False] * (len(deltas) - 1) + [True]
    assert asyncio.run(streamed(fake)) == (deltas, whole)


async def streamed(fake: FakeGenerator, **settings: Any) -> tuple[list[Delta], AIMessage]:
    """The deltas of an async stream, and its message."""
    async with fake.astream("a", **settings) as stream:
        deltas = [delta async for delta in stream]
    return deltas, stream.message


def test_a_stream_takes_its_answer_when_it_is_read() -> None:
    """As for a real model, nothing is asked before the first delta is read."""
    fake = FakeGenerator("one", "two")
    stream = fake.stream("a", seed=1)
    assert fake.calls == []
    assert fake.generate("b").content == "one"
    assert [*stream] != []
    assert stream.message.content == "two"
    assert asyncio.run(streamed(fake, seed=2))[1].content == "two"
    assert [(call.prompt, call.settings.seed) for call in fake.calls] == [("b", None), ("a", 1), ("a", 2)]


def test_a_scripted_error_is_raised_by_a_stream() -> None:
    """It comes when the stream is read."""
    fake = FakeGenerator(RateLimitError("slowly"))
    stream = fake.stream("a")
    with pytest.raises(RateLimitError, match="slowly"):
        next(stream)
    with pytest.raises(RateLimitError, match="slowly"):
        asyncio.run(streamed(fake))


# -- structured answers --------------------------------------------------------------------------------------------


class Weather(BaseModel):
    """What an application asks for."""

    city: str
    degrees: int = 20


ASKED: Final[Sequence[Callable[[FakeGenerator], Weather]]] = (
    lambda fake: fake.generate_as(Weather, "a", seed=1),
    lambda fake: asyncio.run(fake.agenerate_as(Weather, "a", seed=1)),
)


@pytest.mark.parametrize("ask", ASKED)
def test_a_scripted_text_is_parsed_by_the_schema(ask: Callable[[FakeGenerator], Weather]) -> None:
    """A text or a message of JSON becomes an instance; the schema and the settings are recorded."""
    fake = FakeGenerator('{"city": "Oslo"}', AIMessage(content='{"city": "Lima", "degrees": 25}'))
    assert (ask(fake), ask(fake)) == (Weather(city="Oslo"), Weather(city="Lima", degrees=25))
    schema = fake.settings[0].response_schema
    assert schema is not None
    assert (schema.name, fake.settings[0].seed) == ("Weather", 1)


@pytest.mark.parametrize("ask", ASKED)
def test_a_scripted_instance_is_returned_as_it_is(ask: Callable[[FakeGenerator], Weather]) -> None:
    """It need not be written as JSON; `generate` has its JSON as text."""
    weather = Weather(city="Oslo")
    fake = FakeGenerator(weather)
    assert ask(fake) is weather
    assert Weather.model_validate_json(fake.generate("a").content) == weather


class Other(BaseModel):
    """Another schema."""

    country: str


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("answer", ["no JSON", '{"city": 1}', Other(country="Norway")])
def test_an_answer_of_another_shape_fails_as_the_real_one(
    answer: str | BaseModel, ask: Callable[[FakeGenerator], Weather]
) -> None:
    """It is a `MalformedResponseError` with the message as `partial`."""
    with pytest.raises(MalformedResponseError, match="does not fit Weather") as caught:
        ask(FakeGenerator(answer))
    assert caught.value.partial is not None
    assert caught.value.partial.content == (answer if isinstance(answer, str) else '{"country":"Norway"}')


# -- tools ---------------------------------------------------------------------------------------------------------


def weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


def assisted(llm: ChatGenerator, question: str) -> str:
    """An application that runs the tools its model calls."""
    llm = llm.with_tools(weather)
    turns: Sequence[BaseMessage] = [UserMessage(content=question)]
    answer = llm.generate(turns)
    while answer.tool_calls:
        results = [
            ToolMessage(tool_call_id=call.id or "", name=call.name, content=weather(str(call.arguments["city"])))
            for call in answer.tool_calls
        ]
        turns = [*turns, answer, *results]
        answer = llm.generate(turns)
    return answer.content


def test_an_application_that_runs_tools_can_be_tested() -> None:
    """A scripted message may hold calls; what the application sends back is recorded, and so are the tools."""
    called = AIMessage(parts=(ToolCallPart(id="1", name="weather", raw_arguments='{"city": "Oslo"}'),))
    fake = FakeGenerator(called, "It is sunny.")
    assert assisted(fake, "How is the weather in Oslo?") == "It is sunny."
    assert [[message.content for message in prompt] for prompt in fake.prompts if not isinstance(prompt, str)] == [
        ["How is the weather in Oslo?"],
        ["How is the weather in Oslo?", "", "sunny in Oslo"],
    ]
    assert [settings.tools for settings in fake.settings] == [(Tool.of(weather),)] * 2


def test_a_choice_among_tools_is_recorded_and_checked() -> None:
    """A tool that is not offered can't be chosen; tools offered anew take the place of those before."""
    fake = FakeGenerator("hi").configured(seed=1).with_tools(weather, choice="none")
    fake.with_tools(Weather, choice=NamedTool("Weather")).generate("a")
    (settings,) = fake.settings
    assert ([tool.name for tool in settings.tools], settings.tool_choice, settings.seed) == (
        ["Weather"],
        NamedTool("Weather"),
        1,
    )
    with pytest.raises(InvalidSettingError, match="no tool 'other'"):
        fake.with_tools(weather, choice=NamedTool("other"))
    with pytest.raises(InvalidSettingError, match="has no name"):
        fake.with_tools(lambda: "")


# -- batches, closing, copies ----------------------------------------------------------------------------------------


def echo(prompt: Prompt) -> str:
    """An answer that tells its prompt."""
    return f"You said {prompt}"


def test_batches_work_as_those_of_a_real_model() -> None:
    """All four kinds, in the order of the prompts or with their index, failures included."""
    fake, prompts = FakeGenerator(echo), ["a", "b", "c"]
    expected = [f"You said {prompt}" for prompt in prompts]

    async def source() -> AsyncIterator[str]:
        for prompt in prompts:
            yield prompt

    async def indexed() -> dict[int, str]:
        return {result.index: result.get().content async for result in fake.abatch_iter(prompts)}

    assert [message.content for message in fake.batch(prompts)] == expected
    assert [message.content for message in asyncio.run(fake.abatch(source()))] == expected
    assert {result.index: result.get().content for result in fake.batch_iter(prompts)} == dict(enumerate(expected))
    assert asyncio.run(indexed()) == dict(enumerate(expected))
    error = RateLimitError("slowly")
    assert FakeGenerator(error).batch(["a"], return_exceptions=True) == [error]


def test_a_batch_in_another_process_has_the_script_from_its_start() -> None:
    """It is pickled with its script and settings, and without records."""
    fake = FakeGenerator(echo).configured(seed=1)
    fake.generate("a")
    there = pickle.loads(pickle.dumps(fake))
    assert there.calls == []
    assert there.generate("b").content == "You said b"
    assert there.settings == [Settings(seed=1)]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        assert [message.content for message in fake.batch(["c"], executor=processes)] == ["You said c"]


def test_threads_take_one_answer_each() -> None:
    """No answer is given twice while the script lasts, also by fakes that were derived from it."""
    fake = FakeGenerator(*(str(number) for number in range(64)))
    together = threading.Barrier(8)

    def eight(number: int) -> list[str]:
        derived = fake.configured(seed=number)
        together.wait()
        return [derived.generate("a").content for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        taken = [text for texts in pool.map(eight, range(8)) for text in texts]
    assert sorted(taken, key=int) == [str(number) for number in range(64)]


def test_closing_is_recorded() -> None:
    """`close`, `aclose` and both kinds of block; a derived fake shares the record."""

    async def block(fake: FakeGenerator) -> None:
        async with fake as entered:
            assert entered is fake

    fakes = [FakeGenerator("hi") for _ in range(5)]
    assert not any(fake.closed for fake in fakes)
    fakes[0].close()
    asyncio.run(fakes[1].aclose())
    with fakes[2] as entered:
        assert entered is fakes[2]
    asyncio.run(block(fakes[3]))
    fakes[4].configured(seed=1).close()
    assert all(fake.closed for fake in fakes)
    assert fakes[0].generate("a").content == "hi"


def test_a_derived_fake_is_copied_as_itself() -> None:
    """A container that copies it keeps its settings and its records."""
    fake = FakeGenerator("hi").configured(seed=1)
    assert copy.deepcopy(fake) is fake
