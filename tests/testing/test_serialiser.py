"""Messages as text for snapshots."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props
from syrupy.matchers import path_type

from god_llm import (
    AIMessage,
    RateLimitError,
    SystemMessage,
    TextDelta,
    ToolMessage,
    Usage,
    UserMessage,
)
from god_llm.domain.parts import ImagePart, ReasoningPart, TextPart, ToolCallPart
from god_llm.engine.batch_result import BatchResult
from god_llm.testing import AIMessageSnapshotExtension, serialise_messages

CALL = ToolCallPart(id="call_77", name="weather", raw_arguments='{"city": "Oslo"}')


def test_a_conversation_reads_from_top_to_bottom() -> None:
    """Every part in its order; ids numbered, so that a result still shows its call; times and latency gone."""
    conversation = [
        SystemMessage(content="Be brief."),
        UserMessage(content="Weather?", parts=(ImagePart(data=b"png", media_type="image/png"),)),
        AIMessage(
            parts=(ReasoningPart(text="One.\n\nTwo."), TextPart(text="Well."), CALL),
            provider="openai",
            model="gpt-5.5",
            response_id="resp_5",
            usage=Usage(input_tokens=3, output_tokens=0),
            finish_reason="tool_calls",
            metadata={"latency": 1.5, "eval_duration": 9, "temperature": None, "items": [{"id": "resp_5", "n": []}]},
        ),
        ToolMessage(content="Rain", tool_call_id="call_77"),
    ]
    assert serialise_messages(conversation) == dedent(
        """\
        - SystemMessage
            content: "Be brief."
        - UserMessage
            parts:
              - TextPart
                  text: "Weather?"
              - ImagePart
                  data: bytes "cG5n"
                  media_type: "image/png"
        - AIMessage
            provider: "openai"
            model: "gpt-5.5"
            response_id: <id 1>
            parts:
              - ReasoningPart
                  text:
                    | One.
                    |
                    | Two.
              - TextPart
                  text: "Well."
              - ToolCallPart
                  id: <id 2>
                  name: "weather"
                  raw_arguments:
                    | {"city": "Oslo"}
            usage: Usage
              input_tokens: 3
              output_tokens: 0
            finish_reason: "tool_calls"
            metadata:
              eval_duration: <time>
              items:
                - id: <id 1>
                  n: []
              temperature: null
        - ToolMessage
            tool_call_id: <id 2>
            parts:
              - TextPart
                  text: "Rain\""""
    )


def test_results_of_a_batch_and_errors_have_a_text() -> None:
    """A failure shows what it says, the provider's facts included; deltas are told by their names."""
    results = [BatchResult(0, AIMessage(content="a")), BatchResult(1, error=RateLimitError("slow", body={"a": 1}))]
    assert serialise_messages([*results, TextDelta("x")]) == dedent(
        """\
        - BatchResult
            index: 0
            message: AIMessage
              parts:
                - TextPart
                    text: "a"
        - BatchResult
            index: 1
            error: RateLimitError
              message: "slow"
              retryable: true
              body:
                a: 1
        - TextDelta
            text: "x"
            index: 0"""
    )


def test_other_ids_and_times_give_the_same_text() -> None:
    """What differs from run to run does not show."""

    def said(ident: str, second: int) -> str:
        call = CALL.model_copy(update={"id": f"call_{ident}"})
        time = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
        return serialise_messages(
            AIMessage(id=ident, created_at=time, parts=(call,), response_id=ident, metadata={"latency": second})
        )

    assert said("a", 1) == said("b", 2)


@pytest.mark.parametrize(
    "change",
    [
        {"parts": (TextPart(text="b"),)},
        {"parts": (TextPart(text="a"), TextPart(text=""))},
        {"finish_reason": "stop"},
        {"raw_finish_reason": "stop"},
        {"usage": Usage(input_tokens=1)},
        {"model": "m"},
        {"response_model": "m"},
        {"metadata": {"x": 1}},
        {"metadata": {"x": None}},
        {"response_id": "r"},
    ],
)
def test_nothing_else_is_hidden(change: dict[str, object]) -> None:
    """Any other difference of two messages is one of their texts."""
    message = AIMessage(parts=(TextPart(text="a"),))
    assert serialise_messages(message.model_copy(update=change)) != serialise_messages(message)


@settings(deadline=None)
@given(one=st.text(), other=st.text())
def test_texts_differ_where_messages_do(one: str, other: str) -> None:
    """No two texts look alike, and each line is one that a file can hold."""
    written = [serialise_messages(AIMessage(parts=(TextPart(text=text),))) for text in (one, other)]
    assert (written[0] == written[1]) is (one == other)
    assert written[0].splitlines() == written[0].split("\n")
    assert written[0].encode()


def test_what_has_no_stable_text_is_refused() -> None:
    """An address in memory would be another one in the next run."""
    with pytest.raises(TypeError, match="object"):
        serialise_messages(AIMessage(content="a", metadata={"x": object()}))


def test_the_extension_takes_syrupys_options(snapshot: SnapshotAssertion) -> None:
    """`exclude=`, `include=` and `matcher=` do what they do elsewhere."""
    message = AIMessage(content="a", metadata={"n": 1, "m": 2})
    kept = snapshot.use_extension(AIMessageSnapshotExtension)
    assert message == kept(exclude=props("n"))
    assert message == kept(include=props("metadata", "m"))
    assert message == kept(matcher=path_type({"metadata.n": (int,)}, replacer=lambda *_: "a number"))
