"""A provider without an SDK: `HttpTransport` over httpx."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping

import anyio
import httpx
import pytest
from pydantic import SecretStr

from god_llm import ConfigurationError, CustomProvider, MissingAPIKeyError, ProviderError
from god_llm.auth import StaticAuth
from god_llm.domain.plain_json import JsonObject
from god_llm.http.endpoint import Endpoint
from god_llm.http.errors import provider_error
from god_llm.http.framing import NDJSON
from god_llm.http.httpx_client import httpx_library
from god_llm.http.options import ConnectionOptions
from god_llm.http.transport import HttpTransport
from god_llm.testing.cassettes.scrubbing import secrets_of
from god_llm.testing.simulator.server import LoopbackServer, Reply, Request


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error table of a provider without codes."""
    message = body.decode()
    return provider_error(
        provider="echo", message=message, status=status, codes=(), table={}, headers=headers, body=message
    )


class EchoTransport(HttpTransport[JsonObject]):
    """All that a provider without an SDK needs."""

    endpoint = Endpoint(
        provider=CustomProvider("echo"),
        title="Echo",
        path="/say",
        hosts=("echo.example",),
        framing=NDJSON,
        error=read_error,
    )
    library = httpx_library(install="god-llm-echo")


@pytest.fixture
def url() -> Iterator[str]:
    """A server that says what it was asked."""

    def answer(request: Request) -> Reply:
        asked = {"query": request.query, "headers": dict(request.headers), "body": json.loads(request.body)}
        return Reply(200, {}, json.dumps(asked).encode())

    server = LoopbackServer(answer)
    server.serve()
    yield f"http://127.0.0.1:{server.server_port}"
    server.close()


def test_four_ways(url: str) -> None:
    """Whole and streamed, sync and async; the key goes out, the switch is in the body, the query is joined."""
    transport = EchoTransport(StaticAuth("key"), ConnectionOptions(base_url=f"{url}/v1?a=1", query={"b": "2"}))

    async def ask() -> list[JsonObject]:
        answers = [await transport.asend({"n": 1}), *[event async for event in transport.astream({"n": 1})]]
        await transport.aclose()
        return answers

    answers = [transport.send({"n": 1}), *transport.stream({"n": 1}), *anyio.run(ask)]
    transport.close()
    assert [answer["body"] for answer in answers] == [{"n": 1}, {"n": 1, "stream": True}] * 2
    for answer in answers:
        assert answer["query"] == "a=1&b=2"
        assert isinstance(answer["headers"], dict)
        assert answer["headers"]["authorization"] == "Bearer key"


def test_a_client_of_ones_own(url: str) -> None:
    """An httpx client is taken as any SDK's is, and no key of ours is sent."""
    with httpx.Client(base_url=url, headers={"authorization": "mine"}) as client:
        answer = EchoTransport(None, ConnectionOptions(client=client)).send({})
    assert isinstance(answer["headers"], dict)
    assert answer["headers"]["authorization"] == "mine"


def test_a_provider_without_a_default_url() -> None:
    """The error names the option; a key is missing before that."""
    with pytest.raises(MissingAPIKeyError, match="ECHO_API_KEY"):
        EchoTransport().send({})
    with pytest.raises(ConfigurationError, match="base_url="):
        EchoTransport(StaticAuth("key")).send({})


def test_a_transport_without_clients_refuses_them() -> None:
    """A library that can't use a client of the user's own says so."""

    class Closed(EchoTransport):
        library = httpx_library(base_url="http://localhost")._replace(accepts=None)

    with pytest.raises(ConfigurationError, match="client="):
        Closed(None, ConnectionOptions(client=httpx.Client()))


def test_recordings_find_the_secrets(url: str) -> None:
    """What is secret among headers and query is taken out of cassettes, as keys are."""
    options = ConnectionOptions(
        base_url=url, headers={"x": SecretStr("planted-header")}, query={"y": SecretStr("planted-query")}
    )
    assert secrets_of(EchoTransport(StaticAuth("planted-key"), options)) == {
        "planted-header",
        "planted-query",
        "planted-key",
    }


def test_httpx_is_loaded_with_the_first_request() -> None:
    """Making the library and a transport loads nothing; without httpx the error says what to install."""
    code = """
import sys
from god_llm.http.httpx_client import httpx_library
library = httpx_library(base_url="http://localhost")
assert "httpx" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
