"""`Fallback`: which model answers, after which errors and replies, and what the message and the error tell of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias, get_args

import pytest
from pydantic import BaseModel

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLMException,
    ChatAnthropic,
    ChatGroq,
    ChatOllama,
    ConfigurationError,
    CustomExtra,
    CustomModel,
    InvalidRequestError,
    NotFoundError,
    RateLimitError,
    UnsupportedFeatureError,
    UnsupportedParameterError,
    UserMessage,
)
from god_llm.domain.parts import ReasoningPart, RefusalPart, ServerToolPart
from god_llm.domain.plain_json import JsonObject
from god_llm.middleware import Fallback, UnusableReply
from god_llm.protocols import ChatGenerator
from god_llm.testing import FakeGenerator, FakeTransport

Way: TypeAlias = Literal["generate", "agenerate", "stream", "astream"]
WAYS: Final[Sequence[Way]] = get_args(Way)

REPLY: Final[JsonObject] = {"content": [{"type": "text", "text": "Oslo"}], "stop_reason": "end_turn"}
EVENTS: Final[list[JsonObject]] = [
    {"type": "message_start", "message": {"id": "msg_1", "model": "c", "content": []}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Oslo"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
    {"type": "message_stop"},
]
OVERLOADED: Final = RateLimitError("wait", provider="groq", model="g", status_code=429, code="slow_down")


class City(BaseModel):
    """A city."""

    name: str


def ask(llm: ChatGenerator, way: Way, prompt: str = "hi") -> AIMessage:
    """The message of a call, in one of four ways."""
    match way:
        case "generate":
            return llm.generate(prompt)
        case "agenerate":
            return asyncio.run(llm.agenerate(prompt))
        case "stream":
            with llm.stream(prompt) as stream:
                list(stream)
                return stream.message
        case "astream":
            return asyncio.run(_streamed(llm, prompt))


async def _streamed(llm: ChatGenerator, prompt: str) -> AIMessage:
    async with llm.astream(prompt) as stream:
        async for _ in stream:
            pass
        return stream.message


def facades(way: Way) -> tuple[ChatGroq, ChatAnthropic]:
    """A model that is overloaded, and one of another provider that answers."""
    streamed = way in {"stream", "astream"}
    down: FakeTransport = FakeTransport([OVERLOADED]) if streamed else FakeTransport(OVERLOADED)
    up: FakeTransport = FakeTransport(EVENTS) if streamed else FakeTransport(REPLY)
    return (
        ChatGroq(CustomModel("g"), transport=down),
        ChatAnthropic(CustomModel("claude-x"), transport=up),
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_model_that_answered_signs_the_message(way: Way) -> None:
    """The message has provider and model of the facade that answered, and the attempt that failed before."""
    message = ask(Fallback(*facades(way)), way)
    assert (message.content, message.provider, message.model) == ("Oslo", "anthropic", "claude-x")
    assert message.metadata is not None
    assert message.metadata["attempts"] == [
        {"model": 0, "error": "RateLimitError", "status": 429, "code": "slow_down", "request_id": None}
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_good_first_answer_is_returned_alone(way: Way) -> None:
    """The other models are not asked, and the message has no attempts."""
    other = FakeGenerator("other")
    message = ask(Fallback(FakeGenerator("first"), other), way)
    assert message.content == "first"
    assert other.calls == []
    assert "attempts" not in (message.metadata or {})


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("error", "asked"),
    [(NotFoundError("gone"), 1), (OVERLOADED, 1), (AuthenticationError("bad"), 0), (InvalidRequestError("no"), 0)],
)
def test_errors_that_lead_on(way: Way, error: BaseLLMException, asked: int) -> None:
    """By default the next model is asked after retryable errors and unknown models alone."""
    other = FakeGenerator("other")
    llm = Fallback(FakeGenerator(error), other)
    if asked:
        assert ask(llm, way).content == "other"
    else:
        with pytest.raises(type(error)):
            ask(llm, way)
    assert len(other.calls) == asked


@pytest.mark.parametrize("way", WAYS)
def test_on_replaces_the_errors_that_are_not_retryable(way: Way) -> None:
    """`on` lists the errors beside the retryable ones."""
    llm = Fallback(FakeGenerator(AuthenticationError("bad")), FakeGenerator("other"), on=[AuthenticationError])
    assert ask(llm, way).content == "other"
    with pytest.raises(NotFoundError):
        ask(Fallback(FakeGenerator(NotFoundError("gone")), FakeGenerator("x"), on=[AuthenticationError]), way)


@pytest.mark.parametrize("way", WAYS)
def test_if_all_fail_the_last_error_is_raised_with_notes_on_the_others(way: Way) -> None:
    """The notes have class and status of the earlier errors, and no text of theirs."""
    last = RateLimitError("last")
    first = RateLimitError("a secret prompt", provider="groq", model="g", status_code=503)
    with pytest.raises(RateLimitError) as caught:
        ask(Fallback(FakeGenerator(first), FakeGenerator(NotFoundError("x")), FakeGenerator(last)), way)
    assert caught.value is last
    notes = ["before: groq g: RateLimitError (status 503)", "before: model 1: NotFoundError"]
    assert caught.value.__notes__ == notes


UNUSABLE: Final[dict[UnusableReply, AIMessage]] = {
    "refusal": AIMessage(parts=(RefusalPart(text="no"),), finish_reason="refusal"),
    "content_filter": AIMessage(finish_reason="content_filter"),
    "length": AIMessage(finish_reason="length"),
    "empty": AIMessage(finish_reason="stop"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", get_args(UnusableReply))
def test_a_listed_reply_leads_on(way: Way, kind: UnusableReply) -> None:
    """The next model is asked after a reply of a listed kind, and the message says so."""
    message = ask(Fallback(FakeGenerator(UNUSABLE[kind]), FakeGenerator("other"), replies=[kind]), way)
    assert message.content == "other"
    assert message.metadata is not None
    assert message.metadata["attempts"] == [{"model": 0, "reply": kind}]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", get_args(UnusableReply))
def test_other_replies_and_those_of_the_last_model_are_returned(way: Way, kind: UnusableReply) -> None:
    """Without `replies` the first reply is returned, and with it the last model's, whatever it is."""
    reply = UNUSABLE[kind]
    assert ask(Fallback(FakeGenerator(reply), FakeGenerator("other")), way).finish_reason == reply.finish_reason
    last = ask(Fallback(FakeGenerator(OVERLOADED), FakeGenerator(reply), replies=[kind]), way)
    assert last.finish_reason == reply.finish_reason


def test_reasoning_alone_is_an_empty_reply() -> None:
    """A message that has only reasoning counts as empty."""
    thought = AIMessage(parts=(ReasoningPart(text="hm"),), finish_reason="stop")
    assert Fallback(FakeGenerator(thought), FakeGenerator("other"), replies=["empty"]).generate("hi").content == "other"


def broken_after_text() -> ChatAnthropic:
    """A model whose stream fails after its first text."""
    return ChatAnthropic(CustomModel("c"), transport=FakeTransport([*EVENTS[:3], OVERLOADED]))


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_a_stream_under_way_stays_with_its_model(way: Way) -> None:
    """After the first text an error is raised, with the text so far as its `partial`, and nobody else is asked."""
    other = FakeGenerator("other")
    with pytest.raises(RateLimitError) as caught:
        ask(Fallback(broken_after_text(), other), way)
    assert caught.value.partial is not None
    assert caught.value.partial.content == "Oslo"
    assert other.calls == []


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_deltas_before_the_answer_do_not_bind(way: Way) -> None:
    """A stream that fails after its id, before any text, is given up, and nothing of it is in the message."""
    early = ChatAnthropic(CustomModel("c"), transport=FakeTransport([*EVENTS[:2], OVERLOADED]))
    message = ask(Fallback(early, FakeGenerator("other")), way)
    assert message.content == "other"
    assert message.response_id != "msg_1"


@pytest.mark.parametrize("way", WAYS)
def test_a_later_model_that_cannot_take_the_prompt_is_skipped(way: Way) -> None:
    """`PromptError` is raised for the first model, and leads on for the others."""
    cannot = UnsupportedFeatureError("no images")
    assert ask(Fallback(FakeGenerator(OVERLOADED), FakeGenerator(cannot), FakeGenerator("third")), way).content
    with pytest.raises(UnsupportedFeatureError):
        ask(Fallback(FakeGenerator(cannot), FakeGenerator("second")), way)


def test_foreign_parts_follow_the_setting() -> None:
    """A history with a server tool of the first provider reaches the second one by `foreign="drop"`."""
    groq, anthropic = facades("generate")
    searched = AIMessage(provider="groq", parts=(ServerToolPart(kind="search", raw={}),), content="found")
    history = [UserMessage(content="a"), searched, UserMessage(content="b")]
    with pytest.raises(UnsupportedFeatureError):
        Fallback(groq, anthropic).generate(history)
    assert Fallback(groq, anthropic).generate(history, foreign="drop").content == "Oslo"


def test_settings_and_tools_go_to_the_model_that_is_asked() -> None:
    """The settings of a call, of `configured` and the tools hold for each model."""
    other = FakeGenerator("other")

    def clock(city: str) -> str:
        """The time in a city."""
        return city

    Fallback(FakeGenerator(OVERLOADED), other).configured(seed=3).with_tools(clock).generate("hi", max_tokens=7)
    settings = other.settings[0]
    assert (settings.seed, settings.max_tokens, settings.tools[0].name) == (3, 7, "clock")


@pytest.mark.parametrize("asynchronous", [False, True])
def test_structured_answers_fall_back(asynchronous: bool) -> None:
    """`generate_as` asks the next model after an error too."""
    llm = Fallback(FakeGenerator(OVERLOADED), FakeGenerator(City(name="Oslo")))
    made = asyncio.run(llm.agenerate_as(City, "hi")) if asynchronous else llm.generate_as(City, "hi")
    assert made == City(name="Oslo")


MISTAKES: Final[dict[str, tuple[Callable[[], object], type[Exception]]]] = {
    "no models": (Fallback, ConfigurationError),
    "an unknown kind": (lambda: Fallback(FakeGenerator("x"), replies=["rude"]), ConfigurationError),  # type: ignore[list-item]  # the mistake
    "extra": (
        lambda: Fallback(FakeGenerator("x")).generate("hi", extra=CustomExtra({"a": 1})),
        UnsupportedParameterError,
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_told(mistake: str) -> None:
    """No model, an unknown kind of reply and `extra=` are typed errors."""
    make, error = MISTAKES[mistake]
    with pytest.raises(error):
        make()


def test_it_is_a_chat_generator() -> None:
    """A `Fallback` stands wherever a `ChatGenerator` does, in another `Fallback` too."""
    inner: ChatGenerator = Fallback(FakeGenerator(OVERLOADED), FakeGenerator(OVERLOADED))
    assert isinstance(inner, ChatGenerator)
    assert (
        Fallback(
            inner, ChatOllama(CustomModel("o"), transport=FakeTransport({"message": {"content": "x"}, "done": True}))
        )
        .generate("hi")
        .content
        == "x"
    )
