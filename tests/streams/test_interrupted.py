"""A stream that does not come to its end raises, and what came of it is on the exception."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import pytest

from god_llm import (
    BaseLLMException,
    ConnectionFailedError,
    ConnectionLostError,
    InvalidRequestError,
    OverloadedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    StreamInterruptedError,
    TextDelta,
    TimeoutExceededError,
    UserMessage,
)
from god_llm.engine.chat import ChatModel
from god_llm.testing.simulator import Answer, Call, Drop, Fail, Scripted, Simulator, Truncate

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common

ANSWER: Final = Answer(text="one two three four five six seven")
EARLY: Final = 5
"""After so many events every wire has said something, and none has said all."""


def listen(llm: Facade) -> str:
    """The text of the deltas, for sync code; the failure has it in its notes."""
    said: list[str] = []
    try:
        with llm.stream("count") as stream:
            said.extend(delta.text for delta in stream if isinstance(delta, TextDelta))
    except BaseLLMException as error:
        error.add_note("".join(said))
        raise
    return "".join(said)


def alisten(llm: Facade) -> str:
    """The same, for async code."""

    async def run() -> str:
        said: list[str] = []
        try:
            async with llm.astream("count") as stream:
                async for delta in stream:
                    if isinstance(delta, TextDelta):
                        said.append(delta.text)  # noqa: PERF401 - what came before a failure is wanted
        except BaseLLMException as error:
            error.add_note("".join(said))
            raise
        return "".join(said)

    return asyncio.run(run())


BOTH: Final = pytest.mark.parametrize("hear", [listen, alisten], ids=["sync", "async"])


def broken(hear: Callable[[Facade], str], llm: Facade, kind: type[BaseLLMException]) -> BaseLLMException:
    """The failure of a stream, of exactly this kind; what holds for each of them is checked."""
    with pytest.raises(kind) as caught:
        hear(llm)
    error = caught.value
    assert type(error) is kind
    assert (error.provider, error.model) == (llm.provider, llm.model_name)
    assert error.partial is not None
    assert error.partial.content == error.__notes__[0]
    assert (error.partial.provider, error.partial.model) == (llm.provider, llm.model_name)
    assert (error.partial.finish_reason, error.partial.raw_finish_reason) == (None, None)
    return error


@BOTH
def test_an_end_that_the_provider_did_not_state(
    hear: Callable[[Facade], str], llm: Facade, simulator: Simulator
) -> None:
    """HTTP says that the body is whole, and the provider's end is not in it: after any number of events."""
    assert hear(llm) == "You said: count"
    came = []
    for events in range(EARLY + 1):
        simulator.script(Truncate(events, ANSWER))
        error = broken(hear, llm, StreamInterruptedError)
        assert error.partial is not None
        came.append(error.partial.content)
    assert came == sorted(came, key=len)
    assert came[0] == ""
    assert came[-1].startswith("one")
    assert ANSWER.text.startswith(came[-1])


@BOTH
def test_a_lost_connection(hear: Callable[[Facade], str], llm: Facade, simulator: Simulator) -> None:
    """The network is to blame, which is worth another try; a started stream is never tried again by itself."""
    simulator.script(Drop(EARLY, ANSWER))
    error = broken(hear, llm, ConnectionLostError)
    assert isinstance(error, ConnectionFailedError)
    assert isinstance(error, StreamInterruptedError)
    assert error.retryable
    assert error.__cause__ is not None
    assert error.partial is not None
    assert error.partial.content.startswith("one")
    assert len(simulator.journal) == 1


ERRORS: Final[Mapping[str, Mapping[int, type[ProviderError]]]] = {
    "openai-chat": {400: InvalidRequestError, 429: RateLimitError, 500: ProviderUnavailableError},
    "openai-responses": {400: InvalidRequestError, 429: RateLimitError, 500: ProviderUnavailableError},
    "anthropic": {400: InvalidRequestError, 429: RateLimitError, 500: ProviderUnavailableError, 529: OverloadedError},
    "groq": {400: InvalidRequestError, 429: RateLimitError, 500: ProviderUnavailableError},
    "ollama": {500: ProviderError},  # its errors are a text alone
    "bedrock": {400: InvalidRequestError, 429: RateLimitError, 500: ProviderUnavailableError},
}
"""What each wire's error event means, by the status that it would have had."""


@BOTH
def test_an_error_inside_a_stream(hear: Callable[[Facade], str], wire: str, llm: Facade, simulator: Simulator) -> None:
    """A stream that began with 200 can report an error: it is raised as the kind that it is."""
    for status, kind in ERRORS[wire].items():
        simulator.script(Fail(status, message="no more of this", after=EARLY))
        error = broken(hear, llm, kind)
        assert isinstance(error, ProviderError)
        assert "no more of this" in str(error)
        assert error.partial is not None
        assert "You said: count".startswith(error.partial.content)


@BOTH
def test_silence_in_the_middle(
    hear: Callable[[Facade], str], wire: str, simulator: Simulator, patience: Callable[[str, float], Facade]
) -> None:
    """A service that says nothing for longer than `timeout` is not waited for."""
    simulator.script(Answer(text="one two three", pause=20))
    with patience(wire, 0.3) as llm:
        broken(hear, llm, TimeoutExceededError)


@BOTH
@pytest.mark.parametrize("wire", [name for name in ERRORS if name not in {"groq", "ollama"}])  # they send calls whole
def test_a_tool_call_that_broke_off(hear: Callable[[Facade], str], llm: Facade, simulator: Simulator) -> None:
    """Arguments that came half are kept as they are, and are no call to make."""
    call = Call("weather", {"city": "Paris", "days": [1, 2, 3], "units": "celsius", "note": "long " * 10})
    simulator.script(Truncate(9, Answer(calls=(call,))))
    error = broken(hear, llm, StreamInterruptedError)
    assert error.partial is not None
    (partial,) = error.partial.tool_calls
    assert partial.name == "weather"
    assert partial.raw_arguments.startswith('{"city":')
    assert not partial.raw_arguments.endswith("}")


@BOTH
def test_after_a_broken_stream_the_next_one_works(
    hear: Callable[[Facade], str], llm: Facade, simulator: Simulator
) -> None:
    """Nothing of a failure is left in the facade."""
    faults: list[Scripted] = [Truncate(2), Drop(2), Fail(500, after=2)]
    for fault in faults:
        simulator.script(fault)
        with pytest.raises(BaseLLMException):
            hear(llm)
        assert hear(llm) == "You said: count"


def test_the_message_so_far_can_be_read_while_it_comes(llm: Facade, simulator: Simulator) -> None:
    """`.message` grows with the deltas, as one message; at the end it is what `generate` would have given."""
    seen: list[str] = []
    with llm.stream([UserMessage(content="count")]) as stream:
        ident = stream.message.id
        for _ in stream:
            seen.append(stream.message.content)
            assert stream.message.id == ident
    assert seen == sorted(seen, key=len)
    assert stream.message.content == "You said: count"
    simulator.clear()  # numbers start again, and ids with them
    with llm.stream("count") as again:
        for _ in again:
            pass
    simulator.clear()
    whole = llm.generate("count")
    for name in ("parts", "usage", "finish_reason", "raw_finish_reason", "response_model", "tool_calls"):
        assert getattr(again.message, name) == getattr(whole, name), name
