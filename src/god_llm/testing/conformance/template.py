"""The conformance suite of a provider that is one class: `__init__` and `generate`."""

from __future__ import annotations

import pickle
from typing import ClassVar

import pytest

from god_llm.auth import environment_variable
from god_llm.domain.exceptions import BaseLLMException, MissingAPIKeyError
from god_llm.domain.messages import AIMessage
from god_llm.engine.base import BaseLLM
from god_llm.protocols import Generator
from god_llm.testing.conformance.suite import KEY, awaited, said

__all__ = ["BaseLLMConformance"]


class BaseLLMConformance:
    """The laws that every `BaseLLM` keeps; pytest runs what derives from it.

    Attributes:
        needs_key: whether it can't be made without a key.
        prompt: something it answers.
    """

    needs_key: ClassVar[bool] = True
    prompt: ClassVar[str] = "hello"

    def make(self, api_key: str | None) -> BaseLLM:
        """The facade with this key; it must be able to answer, offline."""
        raise NotImplementedError("give a make(): return NewProvider('my-model', api_key=api_key)")

    def failing(self) -> BaseLLM:
        """A facade whose service fails."""
        raise NotImplementedError("give a failing(): a facade whose generate() meets an error of its service")

    def test_it_is_a_generator(self) -> None:
        """It fits the Protocol that applications depend on, and answers with a message."""
        llm = self.make(KEY)
        assert isinstance(llm, Generator)
        assert isinstance(llm.generate(self.prompt), AIMessage)

    def test_streamed_equals_whole(self) -> None:
        """A stream's deltas make the message that `generate` gives."""
        with self.make(KEY).stream(self.prompt) as stream:
            for _ in stream:
                pass
        assert said(stream.message) == said(self.make(KEY).generate(self.prompt))

    def test_async_equals_sync(self) -> None:
        """`agenerate` and `astream` give the message that `generate` gives."""
        llm = self.make(KEY)

        async def streamed() -> AIMessage:
            async with llm.astream(self.prompt) as stream:
                async for _ in stream:
                    pass
            return stream.message

        whole = said(llm.generate(self.prompt))
        assert said(awaited(lambda: llm.agenerate(self.prompt))) == whole
        assert said(awaited(streamed)) == whole

    def test_batches_keep_their_order(self) -> None:
        """Each prompt of a batch has its answer in its place."""
        prompts = [f"{self.prompt} {number}" for number in range(5)]
        alone = [said(self.make(KEY).generate(prompt)) for prompt in prompts]
        assert [said(message) for message in self.make(KEY).batch(prompts)] == alone

    def test_a_message_survives_json(self) -> None:
        """An answer written as JSON and read again is equal."""
        message = self.make(KEY).generate(self.prompt)
        assert AIMessage.model_validate_json(message.model_dump_json()) == message

    def test_a_missing_key_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a key a `ValueError` names the provider and its environment variable, where one is needed."""
        provider = self.make(KEY).provider
        variable = environment_variable(provider)
        monkeypatch.delenv(variable, raising=False)
        if not self.needs_key:
            assert self.make(None).provider == provider
            return
        with pytest.raises(MissingAPIKeyError, match=variable) as caught:
            self.make(None)
        assert provider in str(caught.value)

    def test_a_failure_is_one_of_ours(self) -> None:
        """What goes wrong is a `BaseLLMException`, raised from the original."""
        with pytest.raises(BaseLLMException) as caught:
            self.failing().generate(self.prompt)
        assert caught.value.__cause__ is not None

    def test_the_key_is_in_no_text(self) -> None:
        """`repr`, `str`, what it holds and its pickle are without the key."""
        llm = self.make(KEY)
        for text in (repr(llm), str(llm), repr(vars(llm)), repr(vars(llm.auth))):
            assert KEY not in text
        assert KEY.encode() not in pickle.dumps(llm)
