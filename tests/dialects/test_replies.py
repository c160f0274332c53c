"""Reading replies: bytes to a JSON object, and the object to the fields that are read."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypedDict

from god_llm.dialects.replies import Shape, validated
from god_llm.domain.exceptions import MalformedResponseError
from god_llm.http.json_object import json_object


class Answer(TypedDict, total=False):
    """The fields that some normaliser reads."""

    id: str
    count: int | None
    parts: list[str]


ANSWER = Shape(Answer)


@given(
    st.dictionaries(st.text("aé😀 \n"), st.integers() | st.none() | st.text("xü€")), st.sampled_from(["", " ", "\r\n"])
)
def test_an_object_is_read_from_bytes_and_text_alike(value: dict[str, object], blank: str) -> None:
    """Bytes and text of a JSON object, blanks around it or not, give the object."""
    text = blank + json.dumps(value, ensure_ascii=False) + blank
    assert json_object(text) == json_object(text.encode()) == value


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"a": 1}', '\ufeff{"a": 1}'])
def test_a_byte_order_mark_is_passed_over(body: bytes | str) -> None:
    """Some gateways write a byte order mark before the object."""
    assert json_object(body) == {"a": 1}


@pytest.mark.parametrize("body", [b"", "", b" \r\n", "\n"])
def test_an_empty_body_is_malformed_and_says_so(body: bytes | str) -> None:
    """A body without anything in it has an error of its own words."""
    with pytest.raises(MalformedResponseError, match="empty body"):
        json_object(body)


@pytest.mark.parametrize("body", ["[1]", "null", "3", '"text"', "true"])
def test_json_that_is_no_object_is_malformed(body: str) -> None:
    """The error of a JSON value of another kind says that it is no object."""
    with pytest.raises(MalformedResponseError, match="not an object"):
        json_object(body)


@pytest.mark.parametrize("body", [b'{"a": ', b"<html></html>", b"{} {}", b'{"a": "\xff"}', b"{'a': 1}", b"[" * 9999])
def test_a_body_that_is_no_json_is_malformed_and_shown(body: bytes) -> None:
    """The error shows how the body begins, and its cause is the parser's."""
    with pytest.raises(MalformedResponseError) as caught:
        json_object(body)
    assert body[:5].decode(errors="replace") in str(caught.value)
    assert isinstance(caught.value.__cause__, ValueError)


@given(st.binary() | st.text())
def test_nothing_but_a_malformed_response_is_raised(body: bytes | str) -> None:
    """Whatever came, it is an object or a MalformedResponseError."""
    with suppress(MalformedResponseError):
        assert isinstance(json_object(body), dict)


@pytest.mark.parametrize("body", ["é" * 100_000, ("é" * 100_000).encode(), "x" * 100_000])
def test_an_error_shows_only_the_start_of_a_long_body(body: bytes | str) -> None:
    """A page of megabytes does not end up in a log."""
    with pytest.raises(MalformedResponseError, match=r"\.\.\.") as caught:
        json_object(body)
    assert len(str(caught.value)) < 300


def test_fields_that_are_not_read_pass() -> None:
    """Fields that are unknown are no error, and those that are known come out."""
    assert validated(ANSWER, {"id": "a", "count": None, "new": {"x": 1}}) == {"id": "a", "count": None}
    assert validated(ANSWER, {}) == {}


def test_a_field_of_another_type_is_malformed_and_named() -> None:
    """The error names each wrong field by its path, and shows no value."""
    with pytest.raises(MalformedResponseError) as caught:
        validated(ANSWER, {"id": ["planted-secret"], "parts": ["a", 2]})
    assert "id: " in str(caught.value)
    assert "parts.1: " in str(caught.value)
    assert "planted-secret" not in str(caught.value)
