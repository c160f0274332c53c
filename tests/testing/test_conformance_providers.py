"""Our own providers under the laws that plugin authors are given, on all six wires.

The recordings are what the simulator says through the real SDKs. `python tests/testing/test_conformance_providers.py`
writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, TypeAlias, Unpack

import pytest
from typing_extensions import override

from god_llm import (
    AuthenticationError,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    ContextLengthError,
    CustomModel,
    InvalidRequestError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderUnavailableError,
    RateLimitError,
)
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.settings import GenerationSettings
from god_llm.engine.chat import ChatModel
from god_llm.engine.pipeline import Transports
from god_llm.protocols import Transport
from god_llm.testing import ErrorSample, Injected, ProviderConformance, Recording
from god_llm.testing.conformance import Capability
from god_llm.testing.simulator import Answer, Call, Simulator

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common

MODEL: Final = CustomModel("model")
RECORDINGS: Final = Path(__file__).with_name("recordings")

ANSWERS: Final[Mapping[str, Answer]] = {
    "text": Answer(text="The sky scatters blue light.\n\nMost of all: blue \u2013 \u84dd.", cached_tokens=2),
    "length": Answer(text="The sky is", finish_reason="length", input_tokens=7, output_tokens=3),
    "calls": Answer(
        text="Let me look.",
        calls=(Call("weather", {"city": "Paris", "days": [1, 2]}), Call("time", {"zone": "Europe/Paris"})),
    ),
    "reasoning": Answer(reasoning="Blue is scattered most.", text="It is blue.", output_tokens=12),
}
"""What the simulator is told to say."""

REAL: Final[Mapping[str, Callable[[Simulator], Facade]]] = {
    "openai-chat": lambda at: ChatOpenAI(
        MODEL, api="chat_completions", api_key="key", base_url=at.url("openai"), max_retries=0
    ),
    "openai-responses": lambda at: ChatOpenAI(MODEL, api_key="key", base_url=at.url("openai"), max_retries=0),
    "anthropic": lambda at: ChatAnthropic(MODEL, api_key="key", base_url=at.url("anthropic"), max_retries=0),
    "groq": lambda at: ChatGroq(MODEL, api_key="key", base_url=at.url("groq"), max_retries=0),
    "ollama": lambda at: ChatOllama(MODEL, base_url=at.url("ollama"), max_retries=0),
    "bedrock": lambda at: ChatBedrock(
        MODEL, api_key="key", region="us-east-1", base_url=at.url("bedrock"), max_retries=0
    ),
}

SILENT: Final = ("openai-chat",)
"""Wires that have no word for reasoning."""


class Tap:
    """Passes everything on, and keeps what the service said."""

    def __init__(self, inner: Transport[Any]) -> None:
        self._inner = inner
        self.said: list[JsonObject] = []

    def send(self, request: JsonObject, /) -> JsonObject:
        """Keep the reply."""
        self.said.append(self._inner.send(request))
        return self.said[-1]

    def stream(self, request: JsonObject, /) -> Generator[JsonObject, None, None]:
        """Keep each event."""
        for event in self._inner.stream(request):
            self.said.append(event)
            yield event

    async def asend(self, request: JsonObject, /) -> JsonObject:
        """Not used."""
        raise NotImplementedError

    def astream(self, request: JsonObject, /) -> AsyncGenerator[JsonObject, None]:
        """Not used."""
        raise NotImplementedError


def recorded(wire: str) -> JsonObject:
    """What crosses the socket for each of the answers, whole and streamed."""
    said: dict[str, object] = {}
    with Simulator() as simulator:
        for name, answer in ANSWERS.items():
            if name == "reasoning" and wire in SILENT:
                continue
            heard: list[list[JsonObject]] = []
            for way in ("generate", "stream"):
                simulator.clear()
                simulator.script(answer)
                heard.append(tapped(REAL[wire](simulator), way))
            (reply,), events = heard
            said[name] = {"reply": reply, "events": events}
    kept: JsonObject = settled(json.loads(json.dumps(said)))
    return kept


def tapped(llm: Facade, way: str) -> list[JsonObject]:
    """What the transport of this facade gave."""
    assert llm.transport is not None
    tap = Tap(llm.transport)
    llm._pipeline.transports = Transports(tap, tap)
    if way == "generate":
        llm.generate("Why is the sky blue?")
    else:
        with llm.stream("Why is the sky blue?") as stream:
            for _ in stream:
                pass
    llm.close()
    return tap.said


def settled(value: Any) -> Any:
    """The JSON without HTTP headers, which have the time of day in them, or an id."""
    if isinstance(value, dict):
        return {name: settled(item) for name, item in value.items() if name not in ("HTTPHeaders", "response_headers")}
    return [settled(item) for item in value] if isinstance(value, list) else value


def recordings(wire: str, *, trailing: int = 0, differs: Sequence[str] = ()) -> tuple[Recording, ...]:
    """The recordings of a wire, as they are kept beside this file."""
    kept = json.loads((RECORDINGS / f"{wire}.json").read_text(encoding="utf-8"))
    return tuple(
        Recording(
            name=name,
            reply=said["reply"],
            events=said["events"],
            content=ANSWERS[name].text,
            expected=expected(name),
            trailing=trailing,
            differs=tuple(differs),
        )
        for name, said in kept.items()
    )


def expected(name: str) -> JsonObject:
    """What a message must say beside its content."""
    answer = ANSWERS[name]
    finish = answer.finish_reason or ("tool_calls" if answer.calls else "stop")
    return {"finish_reason": finish, "reasoning": answer.reasoning}


@pytest.mark.parametrize("wire", REAL)
def test_the_recordings_are_what_crosses_the_socket(wire: str) -> None:
    """The simulator, asked through the real SDK, says what is kept here."""
    assert recorded(wire) == json.loads((RECORDINGS / f"{wire}.json").read_text(encoding="utf-8"))


EVERYTHING: Final[frozenset[Capability]] = frozenset(
    {
        "streams",
        "async",
        "temperature",
        "max_tokens",
        "top_p",
        "stop",
        "seed",
        "tools",
        "tool_choice",
        "response_schema",
        "system",
        "images",
        "documents",
        "audio",
        "reasoning",
        "top_k",
        "presence_penalty",
        "frequency_penalty",
        "parallel_tool_calls",
        "logprobs",
        "service_tier",
        "user",
        "request_metadata",
        "verbosity",
        "show_reasoning",
    }
)


def of_openai(status: int, kind: str, code: str | None, raises: Any, **more: Any) -> ErrorSample:
    """An error in the shape that OpenAI and Groq share."""
    body = {"error": {"message": "no", "type": kind, "param": None, "code": code}}
    return ErrorSample(
        name=f"{status}-{code or kind}", status=status, code=code or kind, body=body, raises=raises, **more
    )


OPENAI_ERRORS: Final = (
    of_openai(400, "invalid_request_error", None, InvalidRequestError, retryable=False),
    of_openai(400, "invalid_request_error", "context_length_exceeded", ContextLengthError),
    of_openai(401, "invalid_request_error", "invalid_api_key", AuthenticationError, retryable=False),
    of_openai(404, "invalid_request_error", "model_not_found", NotFoundError),
    of_openai(
        429,
        "requests",
        "rate_limit_exceeded",
        RateLimitError,
        headers={"retry-after": "3"},
        retry_after=3.0,
        retryable=True,
    ),
    of_openai(429, "insufficient_quota", "insufficient_quota", RateLimitError, retryable=False),
    of_openai(500, "server_error", None, ProviderUnavailableError, retryable=True),
)


class TestOpenAIChat(ProviderConformance):
    """Chat completions at OpenAI."""

    recordings = recordings("openai-chat", trailing=2)  # the counts and [DONE] follow the finish reason
    errors = OPENAI_ERRORS
    claims = EVERYTHING - {"reasoning", "top_k", "show_reasoning"}

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatOpenAI(MODEL, api="chat_completions", **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatOpenAI(MODEL, api="chat_completions", api_key=api_key, base_url=base_url, max_retries=0)


class TestOpenAIResponses(ProviderConformance):
    """Responses at OpenAI."""

    recordings = recordings("openai-responses")
    errors = (
        *OPENAI_ERRORS,
        ErrorSample(
            name="event",
            carried="event",
            body={"type": "error", "code": "rate_limit_exceeded", "message": "no", "param": None},
            code="rate_limit_exceeded",
            raises=RateLimitError,
        ),
    )
    claims = EVERYTHING - {"stop", "seed", "audio", "top_k", "presence_penalty", "frequency_penalty"}

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatOpenAI(MODEL, **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatOpenAI(MODEL, api_key=api_key, base_url=base_url, max_retries=0)


def of_anthropic(status: int | None, code: str, raises: Any, **more: Any) -> ErrorSample:
    """An error in Anthropic's shape."""
    body = {"type": "error", "error": {"type": code, "message": "no"}}
    return ErrorSample(name=f"{status or 'event'}-{code}", status=status, code=code, body=body, raises=raises, **more)


class TestAnthropic(ProviderConformance):
    """Messages at Anthropic."""

    recordings = recordings("anthropic")
    errors = (
        of_anthropic(400, "invalid_request_error", InvalidRequestError, retryable=False),
        of_anthropic(401, "authentication_error", AuthenticationError),
        of_anthropic(403, "permission_error", PermissionDeniedError),
        of_anthropic(404, "not_found_error", NotFoundError),
        of_anthropic(429, "rate_limit_error", RateLimitError, headers={"retry-after": "2"}, retry_after=2.0),
        of_anthropic(500, "api_error", ProviderUnavailableError, retryable=True),
        of_anthropic(529, "overloaded_error", OverloadedError, retryable=True),
        of_anthropic(None, "overloaded_error", OverloadedError, carried="event"),
        of_anthropic(None, "api_error", ProviderUnavailableError, carried="reply"),
    )
    claims = EVERYTHING - {
        "seed",
        "audio",
        "presence_penalty",
        "frequency_penalty",
        "logprobs",
        "request_metadata",
        "verbosity",
    }
    asks: ClassVar[Mapping[Capability, GenerationSettings]] = {"service_tier": {"service_tier": "standard_only"}}

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatAnthropic(MODEL, **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatAnthropic(MODEL, api_key=api_key, base_url=base_url, max_retries=0)


class TestGroq(ProviderConformance):
    """Chat completions at Groq."""

    recordings = recordings("groq", differs=("metadata",))  # a stream says its fingerprint, a whole reply its tier
    errors = (
        of_openai(400, "invalid_request_error", None, InvalidRequestError),
        of_openai(401, "invalid_request_error", "invalid_api_key", AuthenticationError),
        of_openai(404, "invalid_request_error", "model_not_found", NotFoundError),
        of_openai(429, "tokens", "rate_limit_exceeded", RateLimitError, headers={"retry-after": "1"}, retry_after=1.0),
        of_openai(503, "internal_server_error", None, ProviderUnavailableError, retryable=True),
    )
    claims = EVERYTHING - {"documents", "audio", "top_k", "logprobs", "request_metadata", "verbosity"}

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatGroq(MODEL, **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatGroq(MODEL, api_key=api_key, base_url=base_url, max_retries=0)


class TestOllama(ProviderConformance):
    """Ollama's own API."""

    recordings = recordings("ollama")
    errors = (
        ErrorSample(name="400", status=400, body={"error": "no"}, raises=InvalidRequestError),
        ErrorSample(name="404", status=404, body={"error": "model not found"}, raises=NotFoundError),
        ErrorSample(name="500", status=500, body={"error": "no"}, raises=ProviderUnavailableError, retryable=True),
    )
    claims = EVERYTHING - {
        "tool_choice",
        "documents",
        "audio",
        "parallel_tool_calls",
        "service_tier",
        "user",
        "request_metadata",
        "verbosity",
        "show_reasoning",
    }
    usage_names = frozenset({"prompt_eval_count", "eval_count"})

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatOllama(MODEL, **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatOllama(MODEL, api_key=api_key, base_url=base_url, max_retries=0)


def of_bedrock(status: int, code: str, raises: Any, **more: Any) -> ErrorSample:
    """An error in AWS's shape."""
    headers = {"x-amzn-errortype": f"{code}:http://internal.amazon.com/coral/com.amazon.bedrock/"}
    return ErrorSample(
        name=f"{status}-{code}",
        status=status,
        code=code,
        headers=headers,
        body={"message": "no"},
        raises=raises,
        **more,
    )


class TestBedrock(ProviderConformance):
    """Converse on AWS Bedrock."""

    recordings = recordings("bedrock", trailing=1)
    errors = (
        of_bedrock(400, "ValidationException", InvalidRequestError, retryable=False),
        of_bedrock(403, "AccessDeniedException", PermissionDeniedError),
        of_bedrock(403, "UnrecognizedClientException", AuthenticationError),
        of_bedrock(404, "ResourceNotFoundException", NotFoundError),
        of_bedrock(429, "ThrottlingException", RateLimitError, retryable=True),
        of_bedrock(500, "InternalServerException", ProviderUnavailableError, retryable=True),
    )
    claims = EVERYTHING - {
        "seed",
        "top_k",  # of some models only
        "presence_penalty",
        "frequency_penalty",
        "parallel_tool_calls",
        "logprobs",
        "user",
        "verbosity",
        "show_reasoning",  # the same
    }
    unknown_event: ClassVar[JsonObject] = {"eventOfTomorrow": {"any": "thing"}}

    @override
    def make(self, **injected: Unpack[Injected]) -> Facade:
        return ChatBedrock(MODEL, **injected)

    @override
    def connect(self, base_url: str, api_key: str) -> Facade:
        return ChatBedrock(MODEL, api_key=api_key, region="us-east-1", base_url=base_url, max_retries=0)


if __name__ == "__main__":
    for name in REAL:
        text = json.dumps(recorded(name), indent=1, ensure_ascii=False)
        (RECORDINGS / f"{name}.json").write_text(text + "\n", encoding="utf-8")
