"""The fake model: all that an application which depends on `Generator` needs in its tests."""

from __future__ import annotations

import asyncio
import copy
from datetime import UTC, datetime

import pytest

from god_llm import AIMessage, BaseLLM, ConfigurationError, RateLimitError
from god_llm.domain.messages import Prompt
from god_llm.protocols import Generator
from god_llm.testing import FakeGenerator, FrozenClock, SequentialIds


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
