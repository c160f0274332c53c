"""Parrot under the laws that every provider keeps."""

from __future__ import annotations

from typing import Unpack

from god_llm_parrot import ChatParrot
from typing_extensions import override

from god_llm import AuthenticationError, InvalidRequestError, OverloadedError
from god_llm.testing import ErrorSample, Injected, ProviderConformance, Recording


class TestParrot(ProviderConformance):
    """The conformance suite of god_llm."""

    recordings = (
        Recording(
            name="a word",
            reply={"id": "s-1", "model": "polly-2", "said": "Hello!", "why": "done", "words": {"heard": 1, "said": 1}},
            events=[
                {"id": "s-1", "model": "polly-2"},
                {"piece": "Hel"},
                {"piece": "lo!"},
                {"why": "done", "words": {"heard": 1, "said": 1}},
            ],
            content="Hello!",
            expected={"finish_reason": "stop", "response_model": "polly-2"},
        ),
        Recording(
            name="cut short",
            reply={"id": "s-2", "model": "polly-2", "said": "Pieces of", "why": "limit"},
            events=[{"id": "s-2", "model": "polly-2"}, {"piece": "Pieces of"}, {"why": "limit"}],
            content="Pieces of",
            expected={"finish_reason": "length", "usage": None},
        ),
    )
    errors = (
        ErrorSample(
            name="busy",
            status=503,
            headers={"retry-after": "4"},
            body={"error": {"code": "busy", "text": "Later!"}},
            raises=OverloadedError,
            code="busy",
            retry_after=4.0,
            retryable=True,
        ),
        ErrorSample(
            name="stranger",
            status=401,
            body={"error": {"code": "stranger", "text": "Who are you?"}},
            raises=AuthenticationError,
            code="stranger",
        ),
        ErrorSample(name="no code", status=400, body={"oh": "no"}, raises=InvalidRequestError),
        ErrorSample(
            name="busy again",
            carried="event",
            body={"error": {"code": "busy", "text": "Later!"}},
            raises=OverloadedError,
            code="busy",
        ),
    )
    claims = frozenset({"streams", "async", "temperature", "max_tokens"})
    usage_names = frozenset({"words"})

    @override
    def make(self, **injected: Unpack[Injected]) -> ChatParrot:
        return ChatParrot("polly", **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> ChatParrot:
        return ChatParrot("polly", api_key=api_key, base_url=base_url, max_retries=0)
