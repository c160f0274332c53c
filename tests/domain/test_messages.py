"""Messages: values whose content and parts agree, and whole conversations as JSON."""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime, timedelta, timezone
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from god_llm import (
    AIMessage,
    AudioPart,
    BaseMessage,
    CitationPart,
    ContentPart,
    Conversation,
    DocumentPart,
    ImagePart,
    MalformedResponseError,
    Message,
    ReasoningPart,
    RefusalPart,
    ServerToolPart,
    SystemMessage,
    TextPart,
    ToolCallPart,
    ToolMessage,
    ToolResultPart,
    UnknownPart,
    Usage,
    UserMessage,
)

PIXEL = ImagePart(data=b"\x89PNG\x00\xff", media_type="image/png")

TEXT = st.text(max_size=20)
NAME = st.text(string.ascii_lowercase + "_", min_size=1, max_size=12)
JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | TEXT, lambda inner: st.lists(inner, max_size=3))
OBJECT = st.dictionaries(NAME, JSON, max_size=3)
MEDIA = st.binary(min_size=1, max_size=40)

PARTS: st.SearchStrategy[ContentPart] = st.one_of(
    st.builds(TextPart, text=TEXT),
    st.builds(ReasoningPart, text=TEXT, signature=st.none() | TEXT, data=st.none() | TEXT, id=st.none() | TEXT),
    st.builds(ToolCallPart, id=st.none() | TEXT, name=NAME, raw_arguments=OBJECT.map(json.dumps)),
    st.builds(ToolResultPart, tool_call_id=NAME, content=TEXT, is_error=st.booleans()),
    st.builds(ImagePart, data=MEDIA, media_type=st.just("image/png")),
    st.builds(ImagePart, url=st.just("https://example.com/cat.png")),
    st.builds(DocumentPart, data=MEDIA, media_type=st.just("application/pdf"), name=st.none() | TEXT),
    st.builds(AudioPart, data=MEDIA, media_type=st.just("audio/wav"), transcript=st.none() | TEXT),
    st.builds(RefusalPart, text=TEXT),
    st.builds(CitationPart, cited_text=TEXT, raw=OBJECT),
    st.builds(ServerToolPart, kind=NAME, raw=OBJECT),
    st.builds(UnknownPart, kind=NAME, raw=OBJECT),
)
PART_LISTS = st.lists(PARTS, max_size=4).map(tuple)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds it
COUNTS = st.none() | st.integers(0, 10**6)
MESSAGES: st.SearchStrategy[Message] = st.one_of(
    st.builds(SystemMessage, content=TEXT, created_at=TIMES),
    st.builds(UserMessage, parts=PART_LISTS, created_at=TIMES, metadata=st.none() | OBJECT),
    st.builds(ToolMessage, content=TEXT, tool_call_id=NAME, name=st.none() | NAME, is_error=st.booleans()),
    st.builds(
        AIMessage[str],
        parts=PART_LISTS,
        created_at=TIMES,
        provider=st.none() | st.just("anthropic"),
        model=st.none() | NAME,
        usage=st.none() | st.builds(Usage, input_tokens=COUNTS, output_tokens=COUNTS, cache_read_tokens=COUNTS),
        finish_reason=st.sampled_from(["stop", "length", "tool_calls", None]),
        raw_finish_reason=st.none() | TEXT,
    ),
)


# -- content and parts ----------------------------------------------------------------------------------


def test_content_given_alone_is_one_text_part() -> None:
    """A message made of text has that text as its only part."""
    assert UserMessage(content="hi").parts == (TextPart(text="hi"),)


def test_content_follows_from_the_parts() -> None:
    """Content is the text of the text parts, joined with nothing between; other parts are not in it."""
    message = AIMessage(
        parts=(ReasoningPart(text="hm"), TextPart(text="Hel"), PIXEL, TextPart(text="lo"), RefusalPart(text="no"))
    )
    assert message.content == "Hello"


def test_content_beside_parts_without_text_comes_first() -> None:
    """Text given beside an image stands before it, so that a picture can be asked about in one call."""
    message = UserMessage(content="What is this?", parts=(PIXEL,))
    assert message.parts == (TextPart(text="What is this?"), PIXEL)
    assert message.content == "What is this?"


def test_content_and_parts_may_say_the_same() -> None:
    """Giving both is fine as long as they agree."""
    assert UserMessage(content="a", parts=(TextPart(text="a"),)).parts == (TextPart(text="a"),)


def test_content_and_parts_may_not_differ() -> None:
    """A message can't say two things at once."""
    with pytest.raises(ValidationError, match="differ"):
        UserMessage(content="a", parts=(TextPart(text="b"),))


@given(PART_LISTS)
def test_a_message_says_what_its_parts_say(parts: tuple[ContentPart, ...]) -> None:
    """For any parts, content is their text in order, and the parts are kept as given."""
    message = AIMessage(parts=parts)
    assert message.content == "".join(part.text for part in parts if isinstance(part, TextPart))
    assert message.parts == parts


def test_views_of_an_answer() -> None:
    """Reasoning, refusal and tool calls are read from the parts, and are None or empty where there are none."""
    call = ToolCallPart.of(id="1", name="weather", arguments={"city": "Paris"})
    said = AIMessage(parts=(ReasoningPart(text="a"), call, ReasoningPart(text="b"), RefusalPart(text="no")))
    assert (said.reasoning, said.refusal, said.tool_calls) == ("ab", "no", (call,))
    silent = AIMessage(parts=(ReasoningPart(data="encrypted"),))
    assert (silent.reasoning, silent.refusal, silent.tool_calls) == (None, None, ())


# -- identity -------------------------------------------------------------------------------------------


def test_a_message_has_a_random_id_and_the_time_it_was_made() -> None:
    """Ids are uuid4s in hexadecimal, and differ; times are aware, in UTC, and taken when the message is made."""
    before = datetime.now(UTC)
    first, second = BaseMessage(content=""), BaseMessage(content="")
    after = datetime.now(UTC)
    assert first.id != second.id
    for ident in (first.id, second.id):
        assert (UUID(ident).hex, UUID(ident).version, UUID(ident).variant) == (ident, 4, RFC_4122)
    assert before <= first.created_at <= second.created_at <= after
    assert first.created_at.tzinfo is UTC


def test_a_time_is_kept_in_utc() -> None:
    """The same moment told in another zone becomes the same time in UTC."""
    there = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    assert UserMessage(content="", created_at=there).created_at == datetime(2026, 1, 1, 7, tzinfo=UTC)
    assert UserMessage(content="", created_at=there).created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    """A naive time says nothing, so it is no time of a message."""
    with pytest.raises(ValidationError, match="timezone"):
        UserMessage(content="", created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the law


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (UserMessage(content="a"), "content"),
        (AIMessage(content="a"), "parts"),
        (TextPart(text="a"), "text"),
        (Usage(), "input_tokens"),
    ],
)
def test_messages_parts_and_usage_are_values(value: object, field: str) -> None:
    """What was said can't be changed afterwards."""
    with pytest.raises(ValidationError, match="frozen"):
        setattr(value, field, "b")


# -- conversations as JSON --------------------------------------------------------------------------------


@given(st.lists(MESSAGES, max_size=4).map(tuple))
def test_a_conversation_survives_json(messages: tuple[Message, ...]) -> None:
    """Any conversation, pictures and opaque parts included, read back from its JSON is the same conversation."""
    assert Conversation.validate_json(Conversation.dump_json(messages)) == messages


@given(st.lists(MESSAGES, max_size=4).map(tuple))
def test_a_conversation_survives_python_objects(messages: tuple[Message, ...]) -> None:
    """The same holds for dictionaries, where bytes stay bytes."""
    assert Conversation.validate_python(Conversation.dump_python(messages)) == messages


def test_bytes_are_base64_in_json() -> None:
    """A picture in JSON is base64 text, as a browser or another language expects it."""
    written = json.loads(Conversation.dump_json((UserMessage(parts=(PIXEL,)),)))
    assert written[0]["parts"][0]["data"] == "iVBORwD/"


def test_roles_tell_messages_apart() -> None:
    """In JSON, `role` decides which message it is, as in the providers' own conversations."""
    text = '[{"role": "system", "content": "s"}, {"role": "tool", "content": "t", "tool_call_id": "1"}]'
    assert [type(message) for message in Conversation.validate_json(text)] == [SystemMessage, ToolMessage]


@pytest.mark.parametrize(
    "text",
    [
        '[{"role": "nobody", "content": ""}]',
        '[{"role": "user", "parts": [{"type": "text", "text": "a", "extra": 1}]}]',
        '[{"role": "user", "parts": [{"type": "image", "data": "not base64!", "media_type": "image/png"}]}]',
    ],
)
def test_what_is_no_conversation_is_refused(text: str) -> None:
    """An unknown role, a part with a field too many and bytes that are not base64 are errors, not guesses."""
    with pytest.raises(ValidationError):
        Conversation.validate_json(text)


# -- parts ------------------------------------------------------------------------------------------------


def test_a_call_has_its_arguments_by_name() -> None:
    """Arguments are read from the text the model wrote, which is kept."""
    call = ToolCallPart(name="weather", raw_arguments='{"city": "Paris", "days": 3}')
    assert call.arguments == {"city": "Paris", "days": 3}
    assert call.raw_arguments == '{"city": "Paris", "days": 3}'


@pytest.mark.parametrize("nothing", ["", "  ", "{}", "null"])
def test_a_call_without_arguments_has_none(nothing: str) -> None:
    """The providers' ways to send no arguments mean the same."""
    assert ToolCallPart(name="now", raw_arguments=nothing).arguments == {}


@pytest.mark.parametrize("broken", ['{"city": "Par', "[1]", "Paris"])
def test_arguments_that_are_no_object_are_an_error_when_read(broken: str) -> None:
    """A message with a broken call can be kept and shown; only reading the arguments raises."""
    call = ToolCallPart(name="weather", raw_arguments=broken)
    assert AIMessage(parts=(call,)).tool_calls[0].raw_arguments == broken
    with pytest.raises(MalformedResponseError, match="weather"):
        _ = call.arguments


@given(OBJECT)
def test_a_call_made_of_an_object_has_that_object(arguments: dict[str, object]) -> None:
    """`ToolCallPart.of` and `arguments` are each other's inverse."""
    assert ToolCallPart.of(id=None, name="f", arguments=arguments).arguments == arguments


@pytest.mark.parametrize("kind", [ImagePart, DocumentPart, AudioPart])
def test_media_has_one_source(kind: type[ImagePart | DocumentPart | AudioPart]) -> None:
    """Media is bytes with a media type or a URL: not both, not neither, not bytes of an unknown type."""
    assert kind(url="https://example.com/x").data is None
    assert kind(data=b"x", media_type="a/b").data == b"x"
    for wrong in ({}, {"data": b"x"}, {"data": b"x", "media_type": "a/b", "url": "https://example.com/x"}):
        with pytest.raises(ValidationError, match="="):
            kind.model_validate(wrong)


# -- usage --------------------------------------------------------------------------------------------------


def test_unknown_counts_stay_unknown() -> None:
    """A count that nobody sent is None, in totals and in sums, never 0."""
    assert Usage(input_tokens=3).total_tokens is None
    assert Usage(input_tokens=3, output_tokens=4).total_tokens == 7
    total = Usage(input_tokens=3) + Usage(input_tokens=2, output_tokens=4)
    assert total == Usage(input_tokens=5, output_tokens=4)
    assert total.cache_read_tokens is None
