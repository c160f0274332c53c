"""Log probabilities of tokens: one shape for all APIs that send them, whole and streamed alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm import AIMessage
from god_llm.dialects.logprobs import token_logprobs
from god_llm.engine.collector import Collector
from god_llm.http.done import DONE
from god_llm.plugins.ollama import OllamaNormaliser
from god_llm.plugins.openai import OpenAIChatNormaliser, OpenAIResponsesNormaliser
from god_llm.protocols import ResponseNormaliser

Json = dict[str, object]

REPORTED: Final[Sequence[Json]] = [
    {
        "token": "Hel",
        "logprob": -0.5,
        "bytes": [72, 101, 108],
        "top_logprobs": [{"token": "Hel", "logprob": -0.5, "bytes": None}, {"token": "Hey", "logprob": -1}],
    },
    {"token": "lo", "logprob": 0, "bytes": None, "top_logprobs": []},
]
READ: Final = [
    {
        "token": "Hel",
        "logprob": -0.5,
        "top": [{"token": "Hel", "logprob": -0.5}, {"token": "Hey", "logprob": -1.0}],
    },
    {"token": "lo", "logprob": 0.0, "top": []},
]


# -- the three APIs that send them -----------------------------------------------------------------------------


def chat_reply(reported: object) -> Json:
    """A whole reply of chat completions."""
    choice = {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop", "logprobs": {"content": reported}}
    return {"id": "r1", "model": "m", "choices": [choice]}


def chat_events(pieces: Iterable[object]) -> list[Json]:
    """A stream of chat completions, with log probabilities in some of its chunks."""
    chunks: list[Json] = [
        {"id": "r1", "model": "m", "choices": [{"index": 0, "delta": {"content": ""}, "logprobs": {"content": piece}}]}
        for piece in pieces
    ]
    text: Json = {"id": "r1", "model": "m", "choices": [{"index": 0, "delta": {"content": "Hello"}, "logprobs": None}]}
    end: Json = {"id": "r1", "model": "m", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    return [*chunks, text, end, dict(DONE)]


def responses_reply(reported: object) -> Json:
    """A whole response."""
    content = {"type": "output_text", "text": "Hello", "annotations": [], "logprobs": reported}
    item = {"type": "message", "id": "m1", "role": "assistant", "status": "completed", "content": [content]}
    return {"id": "r1", "model": "m", "status": "completed", "output": [item]}


def responses_events(pieces: Iterable[object], *, shown_again: object = None) -> list[Json]:
    """A stream of a response; the items at its end have the log probabilities of `shown_again`."""
    place = {"output_index": 0, "content_index": 0, "item_id": "m1"}
    deltas = [{"type": "response.output_text.delta", "delta": "", "logprobs": piece, **place} for piece in pieces]
    whole = responses_reply(shown_again)
    return [
        {"type": "response.created", "response": {**whole, "status": "in_progress", "output": []}},
        *deltas,
        {"type": "response.output_text.delta", "delta": "Hello", "logprobs": [], **place},
        {"type": "response.completed", "response": whole},
    ]


def ollama_reply(reported: object) -> Json:
    """A whole reply of Ollama."""
    message = {"role": "assistant", "content": "Hello"}
    return {"model": "m", "message": message, "logprobs": reported, "done": True, "done_reason": "stop"}


def ollama_events(pieces: Iterable[object]) -> list[Json]:
    """A stream of Ollama."""
    lines: list[Json] = [
        {"model": "m", "message": {"role": "assistant", "content": ""}, "logprobs": piece} for piece in pieces
    ]
    text: Json = {"model": "m", "message": {"role": "assistant", "content": "Hello"}}
    end: Json = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    return [*lines, text, end]


@dataclass(frozen=True)
class Api:
    """One API: its normaliser, and what it sends."""

    normaliser: ResponseNormaliser
    reply: Callable[[object], Json]
    events: Callable[[Iterable[object]], list[Json]]


APIS: Final[Mapping[str, Api]] = {
    "chat completions": Api(OpenAIChatNormaliser(), chat_reply, chat_events),
    "responses": Api(OpenAIResponsesNormaliser(), responses_reply, responses_events),
    "ollama": Api(OllamaNormaliser(), ollama_reply, ollama_events),
}
EVERY_API: Final = pytest.mark.parametrize("api", APIS.values(), ids=APIS.keys())


def collected(normaliser: ResponseNormaliser, events: Iterable[Json]) -> AIMessage:
    """The message that a stream makes."""
    decoder, collector = normaliser.decoder(), Collector()
    for event in events:
        for delta in decoder.feed(event):
            collector.add(delta)
    for delta in decoder.finish():
        collector.add(delta)
    return collector.message()


def logprobs(message: AIMessage) -> object:
    """What a message keeps of them."""
    return (message.metadata or {}).get("logprobs", "absent")


# -- laws --------------------------------------------------------------------------------------------------------


def test_a_token_has_its_probability_and_its_alternatives() -> None:
    """Numbers are floats, bytes are left out, and the order is the provider's."""
    assert token_logprobs(list(REPORTED)) == READ


@EVERY_API
def test_a_reply_keeps_them(api: Api) -> None:
    """A whole reply and a stream have them in `metadata["logprobs"]`."""
    assert logprobs(api.normaliser.normalise(api.reply(REPORTED))) == READ
    assert logprobs(collected(api.normaliser, api.events([REPORTED[:1], None, REPORTED[1:]]))) == READ


@EVERY_API
@pytest.mark.parametrize("nothing", [None, [], {}, "x", [None], [{}], [{"token": None, "logprob": 1}]], ids=str)
def test_what_was_not_sent_is_absent(api: Api, nothing: object) -> None:
    """Null, an empty list, and entries without a token or a number leave no key behind, and raise nothing."""
    assert logprobs(api.normaliser.normalise(api.reply(nothing))) == "absent"
    assert logprobs(collected(api.normaliser, api.events([nothing, nothing]))) == "absent"


def test_a_choice_of_another_shape_is_passed_over() -> None:
    """Older and compatible servers send other things in that place, which are no reason to fail."""
    others: list[object] = [[], {"tokens": ["a"], "token_logprobs": [-1.0]}, "x", 3, None]
    for other in others:
        reply = chat_reply(None)
        choice = {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop", "logprobs": other}
        assert logprobs(OpenAIChatNormaliser().normalise({**reply, "choices": [choice]})) == "absent"


def test_refusals_have_none() -> None:
    """Only the visible text is reported: OpenAI's list for a refusal is another one."""
    choice = {"index": 0, "message": {"refusal": "No"}, "finish_reason": "stop", "logprobs": {"refusal": REPORTED}}
    assert logprobs(OpenAIChatNormaliser().normalise({"choices": [choice]})) == "absent"


def test_a_response_that_shows_them_again_has_them_once() -> None:
    """The items at the end of a stream have the last word; without any, what the deltas brought counts."""
    shown = collected(OpenAIResponsesNormaliser(), responses_events([REPORTED], shown_again=REPORTED))
    assert logprobs(shown) == READ
    assert logprobs(collected(OpenAIResponsesNormaliser(), responses_events([REPORTED]))) == READ


def test_other_choices_keep_their_own() -> None:
    """Each answer beside the first one has its own in `metadata["choices"]`, whole and streamed."""
    choices = [
        {"index": n, "message": {"content": "x"}, "finish_reason": "stop", "logprobs": {"content": [entry]}}
        for n, entry in enumerate(REPORTED)
    ]
    whole = OpenAIChatNormaliser().normalise({"choices": choices})
    chunks: list[Json] = [
        {"choices": [{**{k: v for k, v in choice.items() if k != "message"}, "delta": choice["message"]}]}
        for choice in choices
    ]
    streamed = collected(OpenAIChatNormaliser(), [*chunks, dict(DONE)])
    for message in (whole, streamed):
        assert logprobs(message) == READ[:1]
        assert message.metadata is not None
        assert [choice["logprobs"] for choice in message.metadata["choices"]] == [READ[1:]]


TOKENS: Final = st.fixed_dictionaries(
    {},
    optional={
        "token": st.text(max_size=3) | st.none(),
        "logprob": st.floats(-20, 0) | st.integers(-9, 0) | st.none() | st.booleans() | st.text(max_size=1),
        "bytes": st.none() | st.lists(st.integers(0, 255), max_size=2),
    },
)
ENTRIES: Final = st.builds(
    lambda token, top: {**token, **top},
    TOKENS,
    st.fixed_dictionaries({}, optional={"top_logprobs": st.none() | st.lists(TOKENS | st.none(), max_size=3)}),
)


@EVERY_API
@given(reported=st.lists(ENTRIES, max_size=6), cuts=st.lists(st.integers(0, 6), max_size=4))
def test_a_stream_has_what_the_whole_reply_has(api: Api, reported: list[Json], cuts: list[int]) -> None:
    """However the tokens are spread over the events, the message is the same."""
    bounds = [0, *sorted(cuts), len(reported)]
    pieces = [reported[start:end] for start, end in pairwise(bounds)]
    pieces[-1] = reported[bounds[-2] :]
    whole, streamed = api.normaliser.normalise(api.reply(reported)), collected(api.normaliser, api.events(pieces))
    assert logprobs(streamed) == logprobs(whole)
    assert logprobs(whole) in ("absent", token_logprobs(reported))


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_anything_can_be_read(reported: object) -> None:
    """Whatever stands in the place is read without an error, and what comes out has the documented shape."""
    for token in token_logprobs(reported):
        assert isinstance(token, dict)
        assert token.keys() == {"token", "logprob", "top"}
