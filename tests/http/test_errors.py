"""HTTP errors: which exception a status, a code and the headers make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from god_llm.domain.exceptions import (
    AuthenticationError,
    ContextLengthError,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
)
from god_llm.http.errors import ErrorTable, parsed_body, provider_error, retry_after

TABLE: ErrorTable = {
    "too_long": ContextLengthError,
    "busy": OverloadedError,
    "slow_down": RateLimitError,
    "no_money": RateLimitError,
}


def error(
    status: int | None = None,
    *codes: str | None,
    message: str = "the words",
    headers: Mapping[str, str] | None = None,
    body: object = None,
) -> ProviderError:
    """The exception for a report of some provider."""
    return provider_error(
        provider="somebody",
        message=message,
        status=status,
        codes=codes,
        table=TABLE,
        headers=headers or {},
        body=body,
        final=frozenset({"no_money"}),
    )


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (None, ProviderError, False),
        (302, ProviderError, False),
        (400, InvalidRequestError, False),
        (401, AuthenticationError, False),
        (402, ProviderError, False),
        (403, PermissionDeniedError, False),
        (404, NotFoundError, False),
        (408, ProviderError, True),
        (409, ProviderError, True),
        (413, InvalidRequestError, False),
        (422, InvalidRequestError, False),
        (425, ProviderError, True),
        (429, RateLimitError, True),
        (500, ProviderUnavailableError, True),
        (502, ProviderUnavailableError, True),
        (503, ProviderUnavailableError, True),
        (504, ProviderUnavailableError, True),
        (529, OverloadedError, True),
        (599, ProviderUnavailableError, True),
    ],
)
def test_a_status_tells_the_class_and_whether_to_try_again(
    status: int | None, kind: type[ProviderError], retryable: bool
) -> None:
    """Without a code that the table knows, the status decides."""
    for found in (error(status), error(status, None, "unheard_of")):
        assert type(found) is kind
        assert found.status_code == status
        assert found.retryable is retryable


@pytest.mark.parametrize(
    ("status", "codes", "kind", "retryable"),
    [
        (400, ("too_long",), ContextLengthError, False),
        (400, ("busy",), OverloadedError, True),
        (None, ("busy",), OverloadedError, True),
        (None, ("slow_down",), RateLimitError, True),
        (400, ("too_long", "busy"), ContextLengthError, False),
        (400, ("unheard_of", "busy"), OverloadedError, True),
        (400, (None, "", "busy"), OverloadedError, True),
    ],
)
def test_a_known_code_decides_before_the_status(
    status: int | None, codes: tuple[str | None, ...], kind: type[ProviderError], retryable: bool
) -> None:
    """The first code that the table knows tells the class, whatever the status."""
    found = error(status, *codes)
    assert type(found) is kind
    assert found.retryable is retryable


def test_the_first_code_is_kept_known_or_not() -> None:
    """`code` is the most telling one that the provider gave."""
    assert error(400, None, "unheard_of", "too_long").code == "unheard_of"
    assert error(400, None, "").code is None


@pytest.mark.parametrize("codes", [("no_money",), ("slow_down", "no_money"), ("no_money", "slow_down")])
def test_a_final_code_is_never_tried_again(codes: tuple[str, ...]) -> None:
    """A code after which trying again is no use wins over status and class."""
    assert error(429, "slow_down").retryable
    for status in (429, 500, None):
        assert not error(status, *codes).retryable


def test_the_text_has_the_status_and_the_provider_s_words() -> None:
    """The message names the status and what the provider said, else its code."""
    assert str(error(404)) == "[404] the words"
    assert str(error(404, "gone", message="")) == "[404] gone"
    assert str(error(None)) == "the words"
    assert str(error(404, message="")) == "[404]"


def test_what_was_sent_is_kept() -> None:
    """Provider and body are on the exception."""
    body = {"error": {"message": "the words"}}
    found = error(500, body=body)
    assert (found.provider, found.body) == ("somebody", body)


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"x-request-id": "a"}, None, "a"),
        ({"request-id": "b"}, None, "b"),
        ({"x-amzn-requestid": "c"}, None, "c"),
        ({}, {"request_id": "d"}, "d"),
        ({"x-request-id": "a"}, {"request_id": "d"}, "a"),
        ({}, {"request_id": 5}, None),
        ({}, "text", None),
        ({}, None, None),
    ],
)
def test_the_request_id_is_found(headers: Mapping[str, str], body: object, expected: str | None) -> None:
    """The provider's id of the request comes from the headers, else from the body."""
    assert error(500, headers=headers, body=body).request_id == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": " 3 "}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "nan", "retry-after": "9"}, 9.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:37 GMT"}, 0.0),
        ({"retry-after": "Sunday, 06-Nov-94 08:49:37 GMT"}, 0.0),
        ({"retry-after": "Sun Nov  6 08:49:37 1994"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "Sun, 06 Nov 99999999999 08:49:37 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_every_form(headers: Mapping[str, str], seconds: float | None) -> None:
    """Milliseconds come before seconds or a date; what is none of them asks for nothing."""
    assert retry_after(headers) == seconds
    assert error(429, headers=headers).retry_after == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0200"])
def test_a_date_to_come_is_seconds_from_now(zone: str) -> None:
    """A date counts from now, in whatever zone it is written."""
    hours = 2 if zone == "+0200" else 0
    date = datetime.now(UTC) + timedelta(seconds=90, hours=hours)
    text = format_datetime(date).replace("+0000", zone)
    found = retry_after({"retry-after": text})
    assert found is not None
    assert 85 < found <= 90


@given(st.text(), st.text())
def test_no_header_value_makes_reading_fail(milliseconds: str, value: str) -> None:
    """Whatever stands in the headers, the result is None or a number of seconds, not below 0."""
    found = retry_after({"retry-after-ms": milliseconds, "retry-after": value})
    assert found is None or 0 <= found < float("inf")


@given(st.sampled_from(["Sun, ", ""]), st.integers(), st.integers(), st.integers(0, 99), st.integers())
def test_no_date_makes_reading_fail(day: str, date: int, year: int, hour: int, zone: int) -> None:
    """Dates out of any calendar ask for nothing, or for a finite wait."""
    found = retry_after({"retry-after": f"{day}{date} Nov {year} {hour}:49:37 {zone:+05d}"})
    assert found is None or 0 <= found < float("inf")


@pytest.mark.parametrize(
    ("text", "body"), [('{"a": 1}', {"a": 1}), ("[1]", [1]), ("busy", "busy"), ("", ""), ("<p>", "<p>")]
)
def test_an_error_body_is_parsed_where_it_is_json(text: str, body: object) -> None:
    """What is no JSON is kept as text."""
    assert parsed_body(text) == body


@pytest.mark.parametrize(("asked", "retryable"), [("true", True), ("FALSE", False)])
@pytest.mark.parametrize("status", [400, 429, 503])
def test_a_server_decides_by_x_should_retry_whether_its_error_is_retried(
    asked: str, retryable: bool, status: int
) -> None:
    """`x-should-retry` wins over what the status means."""
    assert error(status, headers={"x-should-retry": asked}).retryable is retryable


@pytest.mark.parametrize("asked", ["", "perhaps"])
def test_another_value_of_x_should_retry_has_no_effect(asked: str) -> None:
    """A value that is neither true nor false leaves the decision to the status."""
    assert error(503, headers={"x-should-retry": asked}).retryable
    assert not error(400, headers={"x-should-retry": asked}).retryable


def test_a_used_up_quota_is_not_retried_even_if_the_server_asks_for_it() -> None:
    """A final code wins over `x-should-retry`."""
    assert not error(429, "no_money", headers={"x-should-retry": "true"}).retryable


@pytest.mark.parametrize(
    ("code", "kind"), [("429", RateLimitError), ("529", OverloadedError), ("401", AuthenticationError)]
)
def test_a_code_inside_a_stream_that_is_a_number_is_read_as_the_status(code: str, kind: type[ProviderError]) -> None:
    """Without an HTTP status, a numeric code classifies the error; `status_code` stays None."""
    failure = error(None, code)
    assert type(failure) is kind
    assert failure.status_code is None
    assert failure.retryable is (kind is not AuthenticationError)


@given(st.text(min_size=3000, max_size=5000))
def test_the_text_of_an_error_is_short_however_long_the_message(message: str) -> None:
    """A long message is cut in the text, and whole in `body`."""
    failure = error(500, message=message, body=message)
    assert len(str(failure)) < 2100
    assert failure.body == message
