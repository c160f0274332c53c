"""`Fallback.close` and `aclose`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from god_llm import ChatAnthropic, CustomModel
from god_llm.middleware import Fallback
from god_llm.testing import FakeGenerator, FakeTransport


@pytest.mark.parametrize("close", [Fallback.close, lambda llm: asyncio.run(llm.aclose())], ids=["close", "aclose"])
def test_all_models_are_closed(close: Callable[[Fallback], None]) -> None:
    """Each model closes its connections; one without any is left alone."""
    one, two = FakeTransport({}), FakeTransport({})
    llm = Fallback(
        ChatAnthropic(CustomModel("a"), transport=one),
        FakeGenerator("hi"),
        ChatAnthropic(CustomModel("b"), transport=two),
    )
    close(llm)
    assert one.closed
    assert two.closed
