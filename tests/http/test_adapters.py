"""What the exceptions of each library become. A class that a library gains is a failure here."""

from __future__ import annotations

import inspect
import pkgutil
import ssl
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import anthropic
import botocore.exceptions
import groq
import httpx
import httpx2
import ollama
import openai
import pytest
import urllib3.exceptions

from god_llm.domain.exceptions import (
    BaseLLMException,
    ConfigurationError,
    MalformedResponseError,
    MissingAPIKeyError,
    PromptError,
)
from god_llm.http.errors import HttpConnectionError, HttpFailure, HttpStatusError, HttpTimeoutError
from god_llm.http.ollama_sdk import OLLAMA
from god_llm.http.transport import HttpTransport
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.bedrock.errors import classify as classify_aws
from god_llm.plugins.groq import GroqTransport
from god_llm.plugins.openai import OpenAITransport

Kinds = dict[type[BaseException], type[Exception] | None]

OF_HTTPX: Final[dict[str, type[Exception] | None]] = {
    "CloseError": HttpConnectionError,
    "ConnectError": HttpConnectionError,
    "ConnectTimeout": HttpTimeoutError,
    "CookieConflict": ConfigurationError,
    "DecodingError": MalformedResponseError,
    "HTTPError": MalformedResponseError,
    "HTTPStatusError": HttpStatusError,
    "InvalidURL": ConfigurationError,
    "LocalProtocolError": HttpConnectionError,
    "NetworkError": HttpConnectionError,
    "PoolTimeout": HttpTimeoutError,
    "ProtocolError": HttpConnectionError,
    "ProxyError": HttpConnectionError,
    "ReadError": HttpConnectionError,
    "ReadTimeout": HttpTimeoutError,
    "RemoteProtocolError": HttpConnectionError,
    "RequestError": MalformedResponseError,
    "RequestNotRead": MalformedResponseError,
    "ResponseNotRead": MalformedResponseError,
    "StreamClosed": MalformedResponseError,
    "StreamConsumed": MalformedResponseError,
    "StreamError": MalformedResponseError,
    "TimeoutException": HttpTimeoutError,
    "TooManyRedirects": MalformedResponseError,
    "TransportError": HttpConnectionError,
    "UnsupportedProtocol": ConfigurationError,
    "WriteError": HttpConnectionError,
    "WriteTimeout": HttpTimeoutError,
}
NEW_IN_HTTPX2: Final[dict[str, type[Exception] | None]] = {"SSEError": HttpConnectionError}


def exceptions_of(module: ModuleType, *, prefix: str) -> dict[str, type[Exception]]:
    """The exceptions that a module has and its library defines."""
    found = inspect.getmembers(module, lambda one: inspect.isclass(one) and issubclass(one, Exception))
    return {name: kind for name, kind in found if kind.__module__.startswith(prefix) and not issubclass(kind, Warning)}


def made(kind: type[Exception], **attributes: Any) -> Exception:  # Any: whatever the classes have
    """An exception of a class whose constructor may want anything."""
    error = kind.__new__(kind)
    error.args = ("text",)
    attributes = {
        "partial": 0,
        "expected": 0,
        "length": b"0",
        "response": None,
        "request_id": None,
        "body": None,
        **attributes,
    }
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


class Response:
    """What a status error has."""

    status_code = 503
    headers = httpx.Headers({"x-request-id": "r1"})
    content = b"busy"
    url = "http://h/p"


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize("transport", [OpenAITransport, AnthropicTransport, GroqTransport], ids=lambda t: t.__name__)
def test_every_exception_of_httpx_is_known(library: ModuleType, transport: type[HttpTransport[Any]]) -> None:
    """Both generations, through each SDK's adapter and through Ollama's."""
    kinds = exceptions_of(library, prefix=library.__name__)
    new = NEW_IN_HTTPX2 if library is httpx2 else {}
    assert {**OF_HTTPX, **new}.keys() == kinds.keys(), "edit god_llm.http.httpx_errors, and the table here"
    for name, kind in kinds.items():
        error = made(kind, response=Response(), _request=None)
        for classify in (transport.library.classify, OLLAMA.classify):
            assert type(classify(error)) is {**OF_HTTPX, **new}[name], name


STAINLESS: Final[tuple[tuple[ModuleType, str, type[HttpTransport[Any]]], ...]] = (
    (openai, "OpenAIError", OpenAITransport),
    (anthropic, "AnthropicError", AnthropicTransport),
    (groq, "GroqError", GroqTransport),
)
NOT_OF_REQUESTS: Final = {"InvalidWebhookSignatureError"}
"""Exceptions that no request raises; they have other bases."""


@pytest.mark.parametrize(("sdk", "base", "transport"), STAINLESS, ids=lambda one: getattr(one, "__name__", ""))
def test_every_exception_of_an_sdk_is_known(sdk: ModuleType, base: str, transport: type[HttpTransport[Any]]) -> None:
    """Statuses, timeouts and connections are the three; the rest is an answer or a set-up that can't be used."""
    root: type[Exception] = getattr(sdk, base)
    kinds = exceptions_of(sdk, prefix=sdk.__name__)
    module = import_module(f"{sdk.__name__}._exceptions")
    kinds |= {n: k for n, k in exceptions_of(module, prefix=sdk.__name__).items() if not n.startswith("_")}
    for name, kind in kinds.items():
        if not issubclass(kind, root):
            assert name in NOT_OF_REQUESTS, f"{name}: what is it?"
            continue
        error = made(kind, response=Response(), status_code=503, request=None, message="text", body=None)
        expected = (
            HttpStatusError if issubclass(kind, sdk.APIStatusError)
            else HttpTimeoutError if issubclass(kind, sdk.APITimeoutError)
            else HttpConnectionError if issubclass(kind, sdk.APIConnectionError)
            else MalformedResponseError if issubclass(kind, sdk.APIError)
            else ConfigurationError
        )  # fmt: skip
        assert type(transport.library.classify(error)) is expected, name


def test_a_status_keeps_all_that_a_table_reads() -> None:
    """Status, headers, body and URL."""
    error = made(openai.RateLimitError, response=Response(), status_code=503)
    failure = OpenAITransport.library.classify(error)
    assert isinstance(failure, HttpStatusError)
    assert (failure.status, failure.headers["x-request-id"], failure.body, failure.url) == (
        503,
        "r1",
        b"busy",
        "http://h/p",
    )


def test_what_an_sdk_wraps_is_read() -> None:
    """A connection error of an SDK is what it was raised from."""
    error = made(groq.APIConnectionError)
    error.__cause__ = UnicodeError("label empty or too long")
    assert isinstance(GroqTransport.library.classify(error), ConfigurationError)
    error.__cause__ = ssl.SSLError("bad certificate")
    failure = GroqTransport.library.classify(error)
    assert isinstance(failure, HttpConnectionError)
    assert "bad certificate" in str(failure)


def test_the_exceptions_of_ollama() -> None:
    """Its methods that raise them are not used, but a hook may."""
    known = exceptions_of(import_module("ollama._types"), prefix="ollama")
    assert known.keys() == {"RequestError", "ResponseError"}, "edit god_llm.http.ollama_sdk"
    assert isinstance(OLLAMA.classify(ollama.ResponseError("busy", 503)), HttpStatusError)
    assert isinstance(OLLAMA.classify(ollama.ResponseError("odd")), HttpConnectionError)


OF_BOTOCORE: Final[dict[str, type[Exception]]] = {
    "ClientError": BaseLLMException,
    "CloseError": HttpConnectionError,
    "ConnectTimeoutError": HttpTimeoutError,
    "ConnectionClosedError": HttpConnectionError,
    "ConnectionError": HttpConnectionError,
    "EndpointConnectionError": HttpConnectionError,
    "EventStreamError": BaseLLMException,
    "HTTPClientError": HttpConnectionError,
    "IncompleteReadError": HttpConnectionError,
    "NoCredentialsError": MissingAPIKeyError,
    "ParamValidationError": PromptError,
    "ProxyConnectionError": HttpConnectionError,
    "ReadTimeoutError": HttpTimeoutError,
    "SSLError": HttpConnectionError,
    "ResponseStreamingError": HttpConnectionError,
}
"""Those that are more than a set-up that can't be used."""


def test_every_exception_of_botocore_is_known() -> None:
    """The three, the prompt, or the set-up; none passes unread."""
    for name, kind in exceptions_of(botocore.exceptions, prefix="botocore").items():
        fields = {"kwargs": {}, "response": {"Error": {"Code": "X"}, "ResponseMetadata": {"HTTPStatusCode": 500}}}
        found = classify_aws(made(kind, **fields))
        expected = OF_BOTOCORE.get(name)
        if expected is None and issubclass(kind, botocore.exceptions.ClientError):
            expected = BaseLLMException
        if expected is None and issubclass(
            kind, (botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError)
        ):
            expected = HttpConnectionError
        if expected is None and issubclass(kind, botocore.exceptions.ParamValidationError):
            expected = PromptError
        if expected is None and issubclass(kind, botocore.exceptions.NoCredentialsError):
            expected = MissingAPIKeyError
        assert isinstance(found, expected or ConfigurationError), name


def test_every_exception_of_urllib3_is_known() -> None:
    """A timeout is one, everything else is a connection."""
    for name, kind in exceptions_of(urllib3.exceptions, prefix="urllib3").items():
        if issubclass(kind, urllib3.exceptions.HTTPError):
            late = issubclass(kind, urllib3.exceptions.TimeoutError)
            assert type(classify_aws(made(kind))) is (HttpTimeoutError if late else HttpConnectionError), name


CLASSIFIERS: Final[tuple[Callable[[Exception], HttpFailure | BaseLLMException | None], ...]] = (
    OpenAITransport.library.classify,
    AnthropicTransport.library.classify,
    GroqTransport.library.classify,
    OLLAMA.classify,
    classify_aws,
)


@pytest.mark.parametrize("classify", CLASSIFIERS)
def test_other_exceptions_are_left_alone(classify: Callable[[Exception], object]) -> None:
    """A mistake of ours stays one; a failure that is one of the three already passes."""
    assert classify(ValueError("ours to fix")) is None
    assert classify(TypeError("ours to fix")) is None
    failure = HttpTimeoutError()
    assert classify(failure) is failure


def modules() -> Iterator[str]:
    """The modules of the room."""
    import god_llm.http

    return (module.name for module in pkgutil.iter_modules(god_llm.http.__path__))


@pytest.mark.parametrize("name", [*modules()])
def test_the_room_knows_no_provider(name: str) -> None:
    """No module of `god_llm.http` imports a plugin or a dialect, nor an SDK before it is used."""
    import subprocess
    import sys

    code = (
        f"import sys, god_llm.http.{name}\n"
        "named = ('god_llm.plugins', 'god_llm.dialects', 'god_llm.engine', 'httpx', 'httpx2', 'openai', 'anthropic',"
        " 'groq', 'ollama', 'botocore')\n"
        "assert not [m for m in sys.modules if m.startswith(named)], [m for m in sys.modules if m.startswith(named)]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
