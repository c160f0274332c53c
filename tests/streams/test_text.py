"""The visible text of a stream, without its other deltas."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from god_llm import ChatAnthropic
from god_llm.domain.plain_json import JsonObject
from god_llm.testing import FakeTransport


def _block(index: int, kind: str, field: str, pieces: list[str]) -> list[JsonObject]:
    start = {"type": "content_block_start", "index": index, "content_block": {"type": kind, field: ""}}
    deltas = [
        {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", field: piece}}
        for piece in pieces
    ]
    return [start, *deltas, {"type": "content_block_stop", "index": index}]


def facade(thoughts: list[str], texts: list[str]) -> ChatAnthropic[Any]:  # Any: the double's model does not matter
    """A facade whose model reasons, then answers."""
    events: Final[list[JsonObject]] = [
        {"type": "message_start", "message": {"id": "msg_1", "model": "claude", "content": []}},
        *_block(0, "thinking", "thinking", thoughts),
        *_block(1, "text", "text", texts),
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]
    return ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport(events))


PIECES: Final = st.lists(st.text(min_size=1), min_size=1, max_size=4)


@given(PIECES, PIECES)
def test_text_is_the_content(thoughts: list[str], texts: list[str]) -> None:
    """The pieces of `text` make up the message's content, and the reasoning is in the message alone."""
    with facade(thoughts, texts).stream("Hi.") as stream:
        pieces = list(stream.text)
    assert "".join(pieces) == "".join(texts) == stream.message.content
    assert stream.message.reasoning == "".join(thoughts)


def test_async_text_is_the_content() -> None:
    """An async stream's `text` yields what the sync one's does."""

    async def read() -> tuple[list[str], str]:
        async with facade(["Hm."], ["Hel", "lo."]).astream("Hi.") as stream:
            return [piece async for piece in stream.text], stream.message.content

    assert asyncio.run(read()) == (["Hel", "lo."], "Hello.")
