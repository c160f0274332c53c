"""A provider that has only `__init__` and `generate` is complete."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from typing_extensions import override

from god_llm import (
    AIMessage,
    Auth,
    BaseLLM,
    BaseLLMException,
    CallbackAuth,
    CustomProvider,
    EnvironmentAuth,
    FinishedDelta,
    LLMProviderType,
    MissingAPIKeyError,
    PartDelta,
    ReasoningPart,
    StartedDelta,
    StaticAuth,
    TextDelta,
    TextPart,
    ToolCallPart,
    UnknownProviderError,
    Usage,
    UsageDelta,
)
from god_llm.auth import environment_variable
from god_llm.protocols import Generator

PARROT = CustomProvider("parrot")
CALL = ToolCallPart.of(id="1", name="fly", arguments={"to": "tree"})


class ChatParrot(BaseLLM):
    """Repeats what it hears."""

    def __init__(self, api_key: str | None = None) -> None:
        super().__init__(PARROT, api_key)

    @override
    def generate(self, prompt: str) -> AIMessage:
        return AIMessage(content=prompt)


class ChatOwl(BaseLLM):
    """Thinks before it speaks, and speaks in pieces."""

    def __init__(self) -> None:
        super().__init__("ollama")
        self.thread = threading.current_thread()

    @override
    def generate(self, prompt: str) -> AIMessage:
        self.thread = threading.current_thread()
        return AIMessage(
            parts=(ReasoningPart(text="hm", signature="s"), TextPart(text="hoo"), CALL, TextPart(text="t!")),
            provider="ollama",
            model="owl",
            response_id="7",
            response_model="owl-1",
            usage=Usage(output_tokens=2),
            finish_reason="tool_calls",
            raw_finish_reason="calls",
            metadata={"wise": True},
        )


class ChatMute(BaseLLM):
    """Fails."""

    def __init__(self) -> None:
        super().__init__("ollama")

    @override
    def generate(self, prompt: str) -> AIMessage:
        raise BaseLLMException(f"no answer to {prompt}")


# -- what comes with generate ------------------------------------------------------------------------------


def test_a_complete_provider_is_a_generator() -> None:
    """An application that depends on `Generator` takes any provider."""
    llm: Generator = ChatParrot("seeds")
    assert llm.generate("hello").content == "hello"
    assert isinstance(llm, Generator)


def test_a_class_without_generate_can_not_be_made() -> None:
    """`generate` is the one thing that a provider must bring."""

    class ChatNothing(BaseLLM):
        pass

    with pytest.raises(TypeError, match="generate"):
        ChatNothing("ollama")  # type: ignore[abstract]  # the law is what happens then


def test_streaming_works_on_top_of_generate() -> None:
    """The whole answer comes as deltas, in the order of its parts, the end last; its message is the answer."""
    with ChatOwl().stream("who?") as stream:
        deltas = list(stream)
    assert deltas == [
        StartedDelta("7", "owl-1"),
        PartDelta(ReasoningPart(text="hm", signature="s"), 0),
        TextDelta("hoo", 1),
        PartDelta(CALL, 2),
        TextDelta("t!", 3),
        UsageDelta(Usage(output_tokens=2)),
        FinishedDelta("tool_calls", "calls", {"wise": True}),
    ]
    whole = ChatOwl().generate("who?")
    same = {"id": stream.message.id, "created_at": stream.message.created_at}
    assert stream.message == whole.model_copy(update=same)


def test_a_streamed_message_is_the_generated_one() -> None:
    """Once the stream has ended, `message` is the very value that `generate` gave, however often it is asked for."""
    stream = ChatParrot("seeds").stream("hello")
    for _ in stream:
        pass
    assert stream.message == stream.message
    assert stream.message.metadata is None
    assert stream.message.content == "hello"


def test_a_stream_under_way_has_the_message_so_far() -> None:
    """Content and parts of the message agree while it grows, and it is the same message all along."""
    stream = ChatOwl().stream("who?")
    assert stream.message.content == ""
    ids = set()
    for delta in stream:
        if isinstance(delta, TextDelta):
            said = stream.message
            ids.add(said.id)
            assert said.content == "".join(part.text for part in said.parts if isinstance(part, TextPart))
            assert said.content == ("hoo" if delta.index == 1 else "hoot!")
            assert said.finish_reason is None
    assert ids == {stream.message.id}


def test_async_calls_work_on_top_of_generate() -> None:
    """`agenerate` runs `generate` in a thread, so that the event loop goes on."""
    owl = ChatOwl()
    assert asyncio.run(owl.agenerate("who?")).content == "hoot!"
    assert owl.thread is not threading.current_thread()


def test_async_calls_do_not_wait_for_each_other() -> None:
    """Several calls are under way at the same time."""

    class ChatSloth(ChatParrot):
        @override
        def generate(self, prompt: str) -> AIMessage:
            time.sleep(0.2)
            return super().generate(prompt)

    async def all_at_once() -> list[AIMessage]:
        llm = ChatSloth("leaves")
        return await asyncio.gather(*(llm.agenerate(str(n)) for n in range(4)))

    before = time.monotonic()
    assert [message.content for message in asyncio.run(all_at_once())] == ["0", "1", "2", "3"]
    assert time.monotonic() - before < 0.7


def test_async_streaming_works_on_top_of_generate() -> None:
    """`astream` brings the deltas that `stream` brings."""

    async def streamed() -> tuple[list[object], AIMessage]:
        async with ChatOwl().astream("who?") as stream:
            return [delta async for delta in stream], stream.message

    deltas, message = asyncio.run(streamed())
    assert deltas == list(ChatOwl().stream("who?"))
    assert (message.content, message.tool_calls) == ("hoot!", (CALL,))


def test_a_failure_comes_through_every_way() -> None:
    """What `generate` raises is what each of the other calls raises."""
    llm = ChatMute()

    async def streamed() -> None:
        async for _ in llm.astream("you"):
            pass

    for call in (
        lambda: llm.generate("you"),
        lambda: list(llm.stream("you")),
        lambda: asyncio.run(llm.agenerate("you")),
        lambda: asyncio.run(streamed()),
    ):
        with pytest.raises(BaseLLMException, match="no answer to you"):
            call()


# -- provider and key ------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["openai", "anthropic", "groq", CustomProvider("parrot")])
def test_a_missing_key_is_a_value_error_that_says_where_to_put_it(provider: LLMProviderType | CustomProvider) -> None:
    """Without a key the error names the provider and its environment variable."""

    class Chat(ChatOwl):
        def __init__(self) -> None:
            BaseLLM.__init__(self, provider)

    with pytest.raises(ValueError, match=environment_variable(provider)) as caught:
        Chat()
    assert isinstance(caught.value, MissingAPIKeyError)
    assert provider in str(caught.value)
    assert caught.value.provider == provider


def test_a_key_from_the_environment_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider of one's own has a variable as the built-in ones have."""
    monkeypatch.setenv("PARROT_API_KEY", "seeds")
    found = ChatParrot().auth.get_key(PARROT)
    assert found is not None
    assert found.get_secret_value() == "seeds"


def test_an_explicit_key_is_stored_and_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was given is the one that is used, in `auth`, wrapped."""
    monkeypatch.setenv("PARROT_API_KEY", "seeds")
    llm = ChatParrot("nuts")
    assert isinstance(llm.auth, Auth)
    found = llm.auth.get_key(PARROT)
    assert found is not None
    assert found.get_secret_value() == "nuts"
    assert "nuts" not in f"{found!r}{llm!r}{llm}"


def test_a_source_of_yours_is_not_asked_before_the_first_request() -> None:
    """Making a model does not open a vault."""

    def vault(provider: str) -> str:
        raise AssertionError(provider)

    class Chat(ChatOwl):
        def __init__(self) -> None:
            BaseLLM.__init__(self, "openai", auth=CallbackAuth(vault))

    assert Chat().generate("who?").content == "hoot!"


def test_a_key_beside_a_source_is_laid_over_it() -> None:
    """With both given, the key is used for this provider and the source for all others; the source is not changed."""
    source = StaticAuth({"groq": "theirs", "openai": "theirs"})

    class Chat(ChatOwl):
        def __init__(self) -> None:
            BaseLLM.__init__(self, "openai", "ours", auth=source)

    auth = Chat().auth
    assert [auth.get_key(name) for name in ("openai", "groq")] != [source.get_key(n) for n in ("openai", "groq")]
    assert auth.get_key("groq") == source.get_key("groq")


@pytest.mark.parametrize("provider", ["ollama", "bedrock"])
def test_providers_that_need_no_key_ask_for_none(provider: LLMProviderType) -> None:
    """A local Ollama needs no key, and AWS signs with its own credentials."""

    class Chat(ChatOwl):
        def __init__(self) -> None:
            BaseLLM.__init__(self, provider)

    assert Chat().provider == provider
    assert EnvironmentAuth().get_key(provider) is None


def test_an_unknown_provider_is_refused() -> None:
    """A name that no provider has is an error that lists the names and the door for one's own."""

    class Chat(ChatOwl):
        def __init__(self) -> None:
            BaseLLM.__init__(self, "opnai")  # type: ignore[arg-type]  # the law is about what mypy would refuse

    with pytest.raises(UnknownProviderError, match=r"opnai.*openai.*CustomProvider") as caught:
        Chat()
    assert isinstance(caught.value, LookupError)
