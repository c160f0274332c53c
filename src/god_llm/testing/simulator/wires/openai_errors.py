"""Errors as OpenAI says them, for both of its APIs and for those who took them over.

https://platform.openai.com/docs/guides/error-codes
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from god_llm.testing.simulator.requests.checking import Complaint
from god_llm.testing.simulator.script import Fail
from god_llm.testing.simulator.wires.wire import Json, Refusal

__all__ = ["openai_complaint", "openai_error"]

_SERVER_FAILED: Final = 500

# Status -> type and code.
_OF_STATUS: Final[Mapping[int, tuple[str, str | None]]] = {
    401: ("invalid_request_error", None),
    404: ("invalid_request_error", "model_not_found"),
    429: ("requests", "rate_limit_exceeded"),
    503: ("service_unavailable_error", "server_is_overloaded"),
}
# Codes that are their own type.
_TYPES: Final = frozenset({"insufficient_quota", "server_error", "tokens"})

# Complaint -> code and words.
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("missing_required_parameter", "Missing required parameter: '{at}'."),
    "extra_forbidden": ("unknown_parameter", "Unknown parameter: '{at}'."),
    "too_short": ("empty_array", "Invalid '{at}': empty array. {what}."),
    "too_long": ("array_above_max_length", "Invalid '{at}': array too long. {what}."),
    "less_than_equal": ("decimal_above_max_value", "Invalid '{at}': {what}."),
    "greater_than_equal": ("decimal_below_min_value", "Invalid '{at}': {what}."),
    "literal_error": ("invalid_value", "Invalid value for '{at}': {what}."),
    "union_tag_invalid": ("invalid_value", "Invalid value for '{at}': {what}."),
    "string_pattern_mismatch": ("invalid_value", "Invalid '{at}': {what}."),
}
_OTHER: Final = ("invalid_type", "Invalid type for '{at}': {what}.")


def openai_complaint(complaint: Complaint) -> Refusal:
    """What OpenAI says of a request that is wrong."""
    code, sentence = _WORDS.get(complaint.kind, _OTHER)
    at = complaint.at("[{}]")
    return Refusal(Fail(400, code, sentence.format(at=at, what=complaint.message)), at)


def openai_error(refusal: Refusal) -> Json:
    """The body of an error."""
    fail = refusal.fail
    other = "server_error" if fail.status >= _SERVER_FAILED else "invalid_request_error"
    kind, code = _OF_STATUS.get(fail.status, (other, None))
    if fail.code is not None:
        kind, code = fail.code if fail.code in _TYPES else kind, fail.code
    return {"error": {"message": fail.message, "type": kind, "param": refusal.param, "code": code}}
