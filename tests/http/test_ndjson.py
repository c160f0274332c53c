"""NDJSON: bytes cut anywhere become the objects that were written."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonObject
from god_llm.http.ndjson import ObjectSplitter

VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text('ab"\\\n\r{}é€\u2028😀', max_size=8)
NESTED = st.lists(VALUES | TEXTS, max_size=3) | st.dictionaries(TEXTS, VALUES, max_size=2)
OBJECTS: st.SearchStrategy[dict[str, object]] = st.dictionaries(TEXTS, VALUES | TEXTS | NESTED, max_size=3)


def split(*pieces: bytes) -> list[JsonObject]:
    """All objects of a stream that arrives in these pieces."""
    splitter = ObjectSplitter()
    return [*(found for piece in pieces for found in splitter.feed(piece)), *splitter.finish()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The data in pieces, cut at these places."""
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


@given(
    st.lists(OBJECTS, max_size=3),
    st.sampled_from(["\n", "\r\n", "\n\n", " \r\n\r\n"]),
    st.booleans(),
    st.booleans(),
    st.lists(st.integers(0, 10**6), max_size=9),
)
def test_any_split_gives_the_objects_written(
    objects: list[dict[str, object]], line_end: str, ends: bool, escaped: bool, places: list[int]
) -> None:
    """However lines end and bytes are cut, the objects are those that were written, in order."""
    text = line_end.join(json.dumps(item, ensure_ascii=escaped) for item in objects) + (line_end if ends else "")
    data = text.encode()
    assert split(data) == objects
    assert split(*cut(data, places)) == objects
    assert split(*[bytes([byte]) for byte in data]) == objects


def test_an_object_is_handed_out_as_soon_as_its_line_ends() -> None:
    """An object does not wait for the bytes that follow its line end."""
    splitter = ObjectSplitter()
    assert list(splitter.feed(b'{"a": 1')) == []
    assert list(splitter.feed(b'}\n{"b"')) == [{"a": 1}]
    assert list(splitter.feed(b": 2}\r\n")) == [{"b": 2}]
    assert list(splitter.finish()) == []


@given(OBJECTS, st.integers(0, 10**6), st.booleans())
def test_a_last_line_cut_short_is_dropped(item: dict[str, object], place: int, escaped: bool) -> None:
    """A stream cut in the middle of an object ends with the object before it; the decoder misses the end event."""
    line = json.dumps(item, ensure_ascii=escaped).encode()
    assert split(b'{"whole": true}\n' + line[: place % len(line)]) == [{"whole": True}]


@pytest.mark.parametrize("line", [b"<html>busy</html>", b"[1]", b"3", b'"text"', b"{]", b"\xff"])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_what_is_no_json_object_is_malformed(line: bytes, end: bytes) -> None:
    """A line that is no JSON object raises, whether or not its line end came."""
    with pytest.raises(MalformedResponseError):
        split(line + end)


def test_a_line_may_hold_what_other_formats_take_for_a_line_end() -> None:
    """Only a line feed ends a line: U+2028, U+0085 and the like are text."""
    assert split('{"a": "x\u2028y\u0085z\x7f"}\n'.encode()) == [{"a": "x\u2028y\u0085z\x7f"}]
