"""Server-sent events: bytes cut anywhere become the events that were sent."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from god_llm.http.sse import Event, EventSplitter

LINE_ENDS = ["\n", "\r", "\r\n"]
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=12)
TYPES = st.none() | LINES.filter(bool)
EVENTS = st.builds(Event, data=st.lists(LINES, min_size=1, max_size=3).map("\n".join), type=TYPES)


def split(*pieces: bytes) -> list[Event]:
    """All events of a stream that arrives in these pieces."""
    splitter = EventSplitter()
    return [event for piece in pieces for event in splitter.feed(piece)]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces, cut at these places."""
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


def written(event: Event, line_end: str) -> str:
    """The event as a server writes it."""
    lines = [f"data: {line}" for line in event.data.split("\n")]
    named = lines if event.type is None else [f"event: {event.type}", *lines]
    return line_end.join([": a comment", "id: 7", *named, "", ""])


@given(
    st.lists(EVENTS, max_size=4), st.sampled_from(LINE_ENDS), st.booleans(), st.lists(st.integers(0, 10**6), max_size=9)
)
def test_any_split_gives_the_events_written(events: list[Event], line_end: str, mark: bool, places: list[int]) -> None:
    """With every line end, with a byte order mark or without, and however cut, the events are those written."""
    text = ("\ufeff" if mark else "") + "".join(written(event, line_end) for event in events)
    data = text.encode()
    assert split(data) == events
    assert split(*cut(data, places)) == events
    assert split(*[bytes([byte]) for byte in data]) == events


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=9))
@example(b"\xef\xbb\xbfdata: \xe2\x82\xac\r\n\r\n", [1, 2, 11, 15, 16, 17])
@example(b"data: a\r\n\rdata: b\r\r\n\n", [8, 9])
def test_any_bytes_are_read_alike_however_cut(data: bytes, places: list[int]) -> None:
    """Even of bytes that are no events, any split gives what the whole gives, and nothing raises."""
    assert split(*cut(data, places)) == split(data)


@given(st.text("da: \r\nevnt", max_size=40), st.lists(st.integers(0, 60), max_size=9))
def test_any_lines_are_read_alike_however_cut(text: str, places: list[int]) -> None:
    """Fields, blank lines and line ends in any order are read alike, however cut."""
    assert split(*cut(text.encode(), places)) == split(text.encode())


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("data: one\n\n", [Event("one")]),
        ("data:one\n\n", [Event("one")]),
        ("data:  two blanks\n\n", [Event(" two blanks")]),
        ("data: a: b\n\n", [Event("a: b")]),
        ("data: one\ndata: two\n\n", [Event("one\ntwo")]),
        ("data\n\n", [Event("")]),
        ("data:\ndata:\n\n", [Event("\n")]),
        ("event: ping\ndata: {}\n\n", [Event("{}", "ping")]),
        ("data: {}\nevent: ping\n\n", [Event("{}", "ping")]),
        ("event: a\nevent: b\ndata: x\n\n", [Event("x", "b")]),
        ("event:\ndata: x\n\n", [Event("x")]),
        (": comment\n\n:\n\ndata: x\n\n", [Event("x")]),
        ("id: 1\nretry: 10\ndata: x\nunknown: y\n\n", [Event("x")]),
        ("event: no data\n\ndata: x\n\n", [Event("x")]),
        ("\n\n\ndata: x\n\n\n\n", [Event("x")]),
        (" data: not a field\n\n", []),
        ("Data: x\n\n", []),
        ("data: x\u2028y\x0bz\x85\n\n", [Event("x\u2028y\x0bz\x85")]),
        ("\ufeffdata: x\n\n", [Event("x")]),
        ("data: \ufeffx\n\n", [Event("\ufeffx")]),
    ],
)
def test_a_stream_is_read_as_the_specification_says(text: str, events: list[Event]) -> None:
    """Fields, comments and blank lines mean what the specification says, for each line end."""
    for line_end in LINE_ENDS:
        assert split(text.replace("\n", line_end).encode()) == events


@pytest.mark.parametrize("tail", ["data: lost", "data: lost\n", "event: lost\ndata: x\n", "data: lost\r", "da"])
def test_an_unfinished_event_is_dropped(tail: str) -> None:
    """An event that its blank line has not ended is not handed out."""
    assert split(b"data: whole\n\n" + tail.encode()) == [Event("whole")]


@pytest.mark.parametrize("line_end", LINE_ENDS)
def test_an_event_is_handed_out_as_soon_as_it_is_whole(line_end: str) -> None:
    """No further byte is waited for: after a carriage return that may be half a line end neither."""
    splitter = EventSplitter()
    assert list(splitter.feed(f"data: x{line_end}".encode())) == []
    first, rest = line_end[:1], line_end[1:]
    assert list(splitter.feed(first.encode())) == [Event("x")]
    assert list(splitter.feed(f"{rest}data: y{line_end}{line_end}".encode())) == [Event("y")]


def test_a_piece_without_bytes_changes_nothing() -> None:
    """Not even between the two halves of a line end."""
    assert split(b"", b"data: x\r", b"", b"\ndata: y\r\n\r", b"", b"\n") == [Event("x\ny")]


def test_bytes_that_are_no_text_are_replaced() -> None:
    """A byte that no UTF-8 has becomes U+FFFD, and the events go on."""
    assert split(b"data: a\xffb\n\ndata: c\n\n") == [Event("a\ufffdb"), Event("c")]


def test_a_long_line_in_small_pieces_takes_time_in_proportion() -> None:
    """A line of some megabytes in small pieces is not searched again from its start for every piece."""
    pieces = [b"x" * 512] * 8192
    started = time.process_time()
    assert len(split(b"data: ", *pieces, b"\n\n")[0].data) == 512 * 8192
    assert time.process_time() - started < 2.0
