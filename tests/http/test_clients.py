"""Clients of the user's own: Azure, Vertex, Foundry, private certificates, boto3 under moto, and what is refused."""

from __future__ import annotations

import copy
import json
import pickle
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import anthropic
import anyio
import boto3
import groq
import httpx
import httpx2
import ollama
import openai
import pytest
import trustme
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.stub import Stubber
from moto import mock_aws
from moto.bedrockruntime.responses import BedrockRuntimeResponse
from moto.core.responses import ActionResult
from pydantic import SecretStr
from types_boto3_bedrock_runtime import BedrockRuntimeClient

from god_llm import (
    BaseLLMException,
    ConfigurationError,
    ConnectionFailedError,
    PromptError,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    TimeoutExceededError,
)
from god_llm.auth import StaticAuth
from god_llm.http.transport import HttpTransport
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.bedrock import BedrockTransport
from god_llm.plugins.groq import GroqTransport
from god_llm.plugins.ollama import OllamaTransport
from god_llm.plugins.openai import OpenAIChatTransport, OpenAIResponsesTransport, OpenAITransport
from god_llm.testing.simulator import Answer, Delay, Fail, Simulator
from god_llm.testing.simulator.server import LoopbackServer, Reply, Request

# Any: each SDK types its requests in a way of its own.
CHAT: Final[Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
CLAUDE: Final[Any] = {"model": "claude-opus-4-8", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
CONVERSE: Final[Any] = {"modelId": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}
EVENTS: Final = b'data: {"n": 1}\n\ndata: {"n": 2}\n\n'


class Seen:
    """A loopback server that answers every request, and keeps it."""

    def __init__(self, server: LoopbackServer, requests: list[Request], scheme: str) -> None:
        self.requests = requests
        self.url = f"{scheme}://127.0.0.1:{server.server_port}"
        self.status = 200
        self.headers: Mapping[str, str] = {}


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Seen]:
    """A server, with TLS if there is a context for it."""
    requests: list[Request] = []

    def answer(request: Request) -> Reply:
        requests.append(request)
        if seen.status != 200:
            return Reply(seen.status, seen.headers, b'{"error": {"message": "no"}}')
        if json.loads(request.body).get("stream"):
            return Reply(200, {"content-type": "text/event-stream"}, EVENTS)
        return Reply(200, {"content-type": "application/json"}, b'{"n": 1}')

    server = LoopbackServer(answer)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    seen = Seen(server, requests, "http" if tls is None else "https")
    server.serve()
    try:
        yield seen
    finally:
        server.close()


@pytest.fixture
def server() -> Iterator[Seen]:
    """A server without TLS."""
    with serving() as running:
        yield running


def four_ways(transport: HttpTransport[Any], request: Mapping[str, object]) -> list[object]:
    """What the four ways to ask give; the request is left as it was."""
    before = copy.deepcopy(request)

    async def ask() -> list[object]:
        return [await transport.asend(request), [event async for event in transport.astream(request)]]

    answers = [transport.send(request), list(transport.stream(request)), *anyio.run(ask)]
    assert request == before
    return answers


# -- Azure ---------------------------------------------------------------------------------------------


def azure(url: str, **more: Any) -> openai.AzureOpenAI:  # Any: the SDK's keywords
    """A client of Azure's."""
    return openai.AzureOpenAI(azure_endpoint=url, api_version="2024-10-21", **more)


def async_azure(url: str, **more: Any) -> openai.AsyncAzureOpenAI:  # Any: the SDK's keywords
    """The same for async code."""
    return openai.AsyncAzureOpenAI(azure_endpoint=url, api_version="2024-10-21", **more)


def test_azure_with_a_key(server: Seen) -> None:
    """The deployment is in the path, the version in the query, Azure's key in its header, and no other key is sent."""
    transport = OpenAITransport(
        api="chat_completions",
        client=azure(server.url, api_key="AZURE"),
        async_client=partial(async_azure, server.url, api_key="AZURE"),
        headers={"x-org": "blue"},
        query={"tier": "gold"},
    )
    assert four_ways(transport, CHAT) == [{"n": 1}, [{"n": 1}, {"n": 2}]] * 2
    for request in server.requests:
        assert request.path == "/openai/deployments/gpt-4o/chat/completions"
        assert {*request.query.split("&")} == {"api-version=2024-10-21", "tier=gold"}
        assert (request.headers["api-key"], request.headers["x-org"]) == ("AZURE", "blue")
        assert "authorization" not in request.headers


def test_azure_with_a_token_of_entra(server: Seen) -> None:
    """A token provider is asked at every request, sync and async."""
    tokens = iter(f"TOKEN-{number}" for number in range(9))

    def token() -> str:
        return next(tokens)

    transport = OpenAIChatTransport(
        client=azure(server.url, azure_ad_token_provider=token, azure_deployment="mine"),
        async_client=partial(async_azure, server.url, azure_ad_token_provider=token, azure_deployment="mine"),
    )
    four_ways(transport, CHAT)
    assert [request.headers["authorization"] for request in server.requests] == [
        f"Bearer TOKEN-{number}" for number in range(4)
    ]
    assert {request.path for request in server.requests} == {"/openai/deployments/mine/chat/completions"}


def test_azure_with_the_responses_api(server: Seen) -> None:
    """The Responses API is not below a deployment."""
    transport = OpenAITransport(client=azure(server.url, api_key="AZURE"))
    transport.send({"model": "gpt-4o", "input": "hi"})
    assert server.requests[0].path == "/openai/responses"


def test_a_token_provider_that_fails_is_our_error(server: Seen) -> None:
    """Whatever a client of one's own raises is a `BaseLLMException`, raised from it."""

    def sealed() -> str:
        raise RuntimeError("the vault is sealed")

    transport = OpenAIChatTransport(client=azure(server.url, azure_ad_token_provider=sealed))
    with pytest.raises(ConfigurationError, match="vault is sealed") as caught:
        transport.send(CHAT)
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert server.requests == []


# -- Vertex and Foundry --------------------------------------------------------------------------------


def test_vertex_rewrites_body_and_path(server: Seen) -> None:
    """The model moves into the path and the version into the body, of a copy of the request."""
    make = {"region": "us-east5", "project_id": "p", "access_token": "GOOGLE", "base_url": server.url}
    transport = AnthropicTransport(
        client=anthropic.AnthropicVertex(**make),  # type: ignore[arg-type]  # by table
        async_client=partial(anthropic.AsyncAnthropicVertex, **make),  # type: ignore[arg-type]  # by table
    )
    four_ways(transport, CLAUDE)
    paths = [request.path.rpartition("/")[2] for request in server.requests]
    assert paths == ["claude-opus-4-8:rawPredict", "claude-opus-4-8:streamRawPredict"] * 2
    for request in server.requests:
        body = json.loads(request.body)
        assert "model" not in body
        assert body["anthropic_version"]
        assert request.headers["authorization"] == "Bearer GOOGLE"
        assert "x-api-key" not in request.headers


def test_foundry_has_a_key_of_its_own(server: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foundry's key is sent, and none of Anthropic's in the environment."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "PLANTED")
    transport = AnthropicTransport(
        client=anthropic.AnthropicFoundry(api_key="AZURE", base_url=server.url),
        async_client=lambda: anthropic.AsyncAnthropicFoundry(api_key="AZURE", base_url=server.url),
    )
    four_ways(transport, CLAUDE)
    for request in server.requests:
        assert request.headers["x-api-key"] == "AZURE"
        assert "PLANTED" not in str(request.headers)


# -- one's own HTTP client -----------------------------------------------------------------------------


@pytest.fixture
def authority() -> trustme.CA:
    """Who signs both certificates."""
    return trustme.CA()


@pytest.fixture
def mutual(authority: trustme.CA) -> Iterator[Seen]:
    """A TLS server that demands a certificate of the client."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.configure_trust(tls)
    tls.verify_mode = ssl.CERT_REQUIRED
    with serving(tls) as running:
        yield running


def trusting(authority: trustme.CA, *, known: bool) -> ssl.SSLContext:
    """A client's context that trusts the authority; with a certificate of its own if it is known."""
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    if known:
        authority.issue_cert("client@example.org").configure_cert(tls)
    return tls


def test_a_client_certificate(mutual: Seen, authority: trustme.CA) -> None:
    """An `http_client` with a certificate gets through, sync and async, with both generations of httpx."""
    tls = trusting(authority, known=True)
    for http in (httpx2, httpx):  # the SDK takes a client of either
        sync: Any = http.Client(verify=tls)  # Any: the SDK's signature knows only httpx2's

        def amake(http: Any = http) -> openai.AsyncOpenAI:  # Any: as above
            return openai.AsyncOpenAI(
                api_key="MINE", base_url=f"{mutual.url}/v1", http_client=http.AsyncClient(verify=tls)
            )

        with openai.OpenAI(api_key="MINE", base_url=f"{mutual.url}/v1", http_client=sync) as sdk:
            transport = OpenAIChatTransport(client=sdk, async_client=amake)
            assert four_ways(transport, CHAT) == [{"n": 1}, [{"n": 1}, {"n": 2}]] * 2
    assert {request.headers["authorization"] for request in mutual.requests} == {"Bearer MINE"}


def test_without_the_certificate_the_connection_fails(mutual: Seen, authority: trustme.CA) -> None:
    """A client that has none is a failed connection, and nothing is asked."""
    http = httpx2.Client(verify=trusting(authority, known=False))
    sdk = openai.OpenAI(api_key="MINE", base_url=f"{mutual.url}/v1", http_client=http)
    with pytest.raises(ConnectionFailedError):
        OpenAIChatTransport(client=sdk).send(CHAT)
    assert mutual.requests == []


def test_clients_of_groq_and_ollama(server: Seen) -> None:
    """Their own URL, key and headers apply."""
    of_groq = GroqTransport(
        client=groq.Groq(api_key="MINE", base_url=server.url, default_headers={"x-mine": "1"}),
        async_client=lambda: groq.AsyncGroq(api_key="MINE", base_url=server.url, default_headers={"x-mine": "1"}),
    )
    four_ways(of_groq, CHAT)
    headers = {"x-mine": "1", "authorization": "Bearer MINE"}
    with ollama.Client(server.url, headers=headers) as client:
        of_ollama = OllamaTransport(client=client, async_client=lambda: ollama.AsyncClient(server.url, headers=headers))
        of_ollama.send(CHAT)
        anyio.run(of_ollama.asend, CHAT)
    assert [request.headers["authorization"] for request in server.requests] == ["Bearer MINE"] * 6
    assert {request.headers["x-mine"] for request in server.requests} == {"1"}
    assert server.requests[-1].path == "/api/chat"


# -- manners -------------------------------------------------------------------------------------------


def own(url: str, **more: Any) -> openai.OpenAI:  # Any: the SDK's keywords
    """A client with a key and retries of its own."""
    return openai.OpenAI(api_key="MINE", base_url=f"{url}/v1", **more)


def own_async(url: str) -> openai.AsyncOpenAI:
    """The same for async code."""
    return openai.AsyncOpenAI(api_key="MINE", base_url=f"{url}/v1")


def test_the_clients_own_retries_are_off(server: Seen) -> None:
    """One failed request is one request: retries are ours. Redirects are not followed by the SDK either."""
    transport = OpenAIChatTransport(client=own(server.url, max_retries=5))
    for status, headers in ((500, {}), (307, {"location": "http://localhost:1/else"})):
        server.status, server.headers = status, headers
        server.requests.clear()
        with pytest.raises(ProviderError) as caught:
            transport.send(CHAT)
        assert (len(server.requests), caught.value.status_code) == (1, status)


def test_a_given_client_stays_open_and_a_made_one_is_closed(server: Seen) -> None:
    """Whoever makes a client closes it; a factory is called once per event loop."""
    given, made = own(server.url), list[openai.OpenAI | openai.AsyncOpenAI]()

    def make() -> openai.OpenAI:
        made.append(own(server.url))
        return made[-1]  # type: ignore[return-value]  # it was just put there

    def amake() -> openai.AsyncOpenAI:
        made.append(own_async(server.url))
        return made[-1]  # type: ignore[return-value]  # it was just put there

    transport = OpenAIChatTransport(client=given)
    transport.send(CHAT)
    transport.close()
    assert not given.is_closed()
    transport.send(CHAT)
    given.close()
    transport = OpenAIChatTransport(client=make, async_client=amake)
    for _ in range(2):
        transport.send(CHAT)
        anyio.run(transport.asend, CHAT)
        anyio.run(transport.asend, CHAT, backend="trio")
    assert len(made) == 5
    transport.close()
    assert all(client.is_closed() for client in made)


def test_a_given_async_client_stays_open(server: Seen) -> None:
    """The same for async code."""

    async def ask() -> bool:
        sdk = own_async(server.url)
        transport = OpenAIChatTransport(async_client=sdk)
        await transport.asend(CHAT)
        await transport.aclose()
        await transport.asend(CHAT)
        open_still = not sdk.is_closed()
        await sdk.close()
        return open_still

    assert anyio.run(ask)


def test_no_other_connection_is_opened_beside_a_client(server: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call of the kind that no client was given for names the parameter that is missing."""
    monkeypatch.setenv("OPENAI_API_KEY", "PLANTED")
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    with pytest.raises(ConfigurationError, match="async_client="):
        anyio.run(OpenAIChatTransport(client=own(server.url)).asend, CHAT)
    with pytest.raises(ConfigurationError, match="needs client="):
        OpenAIChatTransport(async_client=own_async(server.url)).send(CHAT)
    assert server.requests == []


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda sdk: OpenAIChatTransport(client=sdk, base_url="http://localhost"), "base_url="),
        (lambda sdk: OpenAIResponsesTransport(client=sdk, timeout=3), "timeout="),
        (lambda sdk: OpenAIChatTransport(StaticAuth("k"), client=sdk), "key"),
        (lambda sdk: AnthropicTransport(client=sdk), "anthropic"),
        (lambda sdk: OllamaTransport(client=sdk), "ollama"),
        (lambda sdk: GroqTransport(client=sdk), "groq"),
        (lambda sdk: BedrockTransport(client=sdk), "boto3"),
        (lambda sdk: OpenAIChatTransport(async_client=sdk), "pass this one as client="),
        (lambda _: OpenAIChatTransport(client=own_async("http://h")), "pass this one as async_client="),  # type: ignore[arg-type]  # the mistake
        (lambda _: BedrockTransport(client=boto3.client("sts", region_name="us-east-1")), "not sts"),
        (lambda _: BedrockTransport(client=boto3.Session(), region="eu-west-1"), "region="),
    ],
)
def test_what_a_client_makes_meaningless_is_refused(make: Callable[[Any], object], named: str) -> None:
    """So is a client of another SDK, or of the other kind; at once, and without an import."""
    with pytest.raises(ConfigurationError, match=named):
        make(own("http://127.0.0.1:9"))


def test_what_a_factory_makes_is_checked(server: Seen) -> None:
    """A function that makes something else is an error at the first call."""
    with pytest.raises(ConfigurationError, match="anthropic"):
        AnthropicTransport(client=partial(own, server.url)).send(CLAUDE)  # type: ignore[arg-type]  # the mistake


def test_pickles_and_copies(server: Seen) -> None:
    """A factory travels; a client does not, and the error says what does. Copies share a client that was given."""
    transport = OpenAITransport(api="chat_completions", client=partial(own, server.url), headers={"x-a": "b"})
    loaded = pickle.loads(pickle.dumps(transport))
    assert loaded.send(CHAT) == {"n": 1}
    assert server.requests[-1].headers["x-a"] == "b"
    loaded.close()
    given = OpenAITransport(api="chat_completions", client=own(server.url))
    with pytest.raises(ConfigurationError, match="function"):
        pickle.dumps(given)
    for twin in (copy.copy(given), copy.deepcopy(given)):
        assert type(twin) is OpenAITransport
        assert twin.send(CHAT) == {"n": 1}
    assert server.requests[-1].path == "/v1/chat/completions"


@pytest.mark.parametrize(
    "make",
    [
        lambda at: OpenAIChatTransport(client=lambda: openai.OpenAI(api_key="k", base_url=at.url("openai"))),
        lambda at: GroqTransport(client=lambda: groq.Groq(api_key="k", base_url=at.url("groq"))),
        lambda at: AnthropicTransport(client=lambda: anthropic.Anthropic(api_key="k", base_url=at.url("anthropic"))),
        lambda at: OllamaTransport(client=lambda: ollama.Client(at.url("ollama"))),
        lambda at: BedrockTransport(client=boto(at.url("bedrock"))),
        lambda _: BedrockTransport(client=boto3.Session("AKID", "s", region_name="eu-west-1")),
    ],
)
def test_with_timeout_works_for_a_client_of_ones_own(
    make: Callable[[Simulator], HttpTransport[Any]], simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One request waits shorter than the client says."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", simulator.url("bedrock"))
    transport = make(simulator)
    requests: Mapping[str, Mapping[str, object]] = {"anthropic": CLAUDE, "bedrock": CONVERSE}
    request = requests.get(transport.endpoint.provider, CHAT)
    simulator.script(Delay(0.6), Answer(text="hi"))
    with pytest.raises(TimeoutExceededError):
        transport.with_timeout(0.1).send(request)
    assert transport.send(request)
    transport.close()


# -- boto3 ---------------------------------------------------------------------------------------------


def boto(url: str, **config: Any) -> BedrockRuntimeClient:  # Any: botocore's keywords
    """A client of boto3's."""
    session = boto3.Session("AKID", "s", region_name="eu-west-1")
    return session.client("bedrock-runtime", endpoint_url=url, config=Config(**config))


@pytest.fixture
def moto_answers(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What moto was asked. It does not know `converse` yet (5.2), so it is taught the one answer."""
    asked: list[object] = []

    def converse(self: BedrockRuntimeResponse) -> ActionResult:
        asked.append(self._get_param("messages"))
        said = {"message": {"role": "assistant", "content": [{"text": "from moto"}]}}
        usage = {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3}
        return ActionResult({"output": said, "stopReason": "end_turn", "usage": usage, "metrics": {"latencyMs": 1}})

    monkeypatch.setattr(BedrockRuntimeResponse, "converse", converse, raising=False)
    return asked


def test_boto3_under_moto(moto_answers: list[object]) -> None:
    """A client, a session and a factory reach moto, sync and async, and nothing reaches AWS."""
    with mock_aws():
        client = boto3.client("bedrock-runtime", region_name="us-east-1")
        for given in (client, boto3.Session(region_name="us-east-1"), lambda: client):
            transport = BedrockTransport(client=given)
            replies = [transport.send(CONVERSE), anyio.run(transport.asend, CONVERSE)]
            for reply in replies:
                assert "from moto" in str(reply["output"])
                assert "x-amzn-requestid" in str(reply["response_headers"])
    assert moto_answers == [CONVERSE["messages"]] * 6


def test_boto3_under_its_own_stubber() -> None:
    """Botocore's Stubber sees the parameters of the call."""
    client = boto("http://127.0.0.1:9")
    said = {"message": {"role": "assistant", "content": [{"text": "stubbed"}]}}
    answer: Any = {  # Any: the Stubber's own type
        "output": said,
        "stopReason": "end_turn",
        "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 1},
    }
    with Stubber(client) as stubber:
        stubber.add_response("converse", answer, {**CONVERSE})
        assert "stubbed" in str(BedrockTransport(client=client).send(CONVERSE))
        stubber.add_client_error("converse", "ThrottlingException", "slow down", http_status_code=429)
        with pytest.raises(RateLimitError, match="slow down"):
            BedrockTransport(client=client).send(CONVERSE)


def test_boto3_hooks_see_whole_and_streamed_calls(simulator: Simulator) -> None:
    """Hooks of the client's see each request, with the headers and the query of the transport's, signed."""
    client, seen = boto(simulator.url("bedrock")), list[AWSPreparedRequest]()
    client.meta.events.register("before-send.bedrock-runtime", lambda request, **_: seen.append(request))
    transport = BedrockTransport(client=client, headers={"x-org": SecretStr("blue")}, query={"a": "b"})
    simulator.script(*[Answer(text="one two")] * 4)
    whole, events, awhole, aevents = four_ways(transport, CONVERSE)
    assert isinstance(events, list)
    assert "one two" in str(whole)
    assert "one two" in str(awhole)
    assert "ResponseMetadata" in events[0]
    assert "ResponseMetadata" not in str(events[1:])
    assert "response_headers" in events[0]
    assert [[*event][-1] for event in events[1:]] == [[*event][-1] for event in aevents[1:]]  # type: ignore[index]  # a list
    assert len(seen) == 4
    for request in seen:
        assert request.headers["x-org"] in ("blue", b"blue")
        assert "x-org" in str(request.headers["Authorization"])
        assert request.url.endswith("?a=b")
    client.converse(**CONVERSE)
    assert "x-org" not in seen[-1].headers


def test_boto3_errors_are_read_by_the_same_table(simulator: Simulator) -> None:
    """Class, status, code, id and headers are those of the other transport; boto3's own retries are off."""
    fault = Fail(429, message="slow", headers={"retry-after": "7"})
    simulator.script(fault, fault, fault, Fail(503), Fail(424, code="modelStreamErrorException", after=2))
    ours = BedrockTransport(StaticAuth("k"), region="eu-west-1", base_url=simulator.url("bedrock"))
    theirs = BedrockTransport(client=boto(simulator.url("bedrock"), retries={"max_attempts": 5, "mode": "standard"}))
    errors = []
    for ask in (lambda: ours.send(CONVERSE), lambda: theirs.send(CONVERSE), lambda: list(theirs.stream(CONVERSE))):
        with pytest.raises(BaseLLMException) as caught:
            ask()
        errors.append(caught.value)
    assert len(simulator.journal) == 3
    for error in errors:
        assert isinstance(error, RateLimitError)
        assert (error.status_code, error.code, error.retry_after) == (429, "ThrottlingException", 7.0)
        assert error.headers["retry-after"] == "7"
    with pytest.raises(ProviderUnavailableError):
        theirs.send(CONVERSE)
    with pytest.raises(ProviderUnavailableError):
        list(theirs.stream(CONVERSE))
    with pytest.raises(PromptError, match="refuses"):
        theirs.send({"modelId": "m", "messages": 3})  # type: ignore[typeddict-item]  # the mistake
    theirs.close()
    ours.close()


def test_boto3_fails_to_connect() -> None:
    """A refused connection is one, once."""
    with pytest.raises(ConnectionFailedError):
        BedrockTransport(client=boto("http://127.0.0.1:9")).send(CONVERSE)


def test_an_async_stream_of_boto3_can_be_left(simulator: Simulator) -> None:
    """Leaving a stream early releases its connection and its thread at once."""
    simulator.script(Answer(text="one two three four", pause=5.0))
    transport = BedrockTransport(client=boto(simulator.url("bedrock")), max_concurrency=1)

    async def ask() -> object:
        with anyio.move_on_after(0.3):
            async for _ in transport.astream(CONVERSE):
                pass
        with anyio.fail_after(3):
            return await transport.asend(CONVERSE)

    assert anyio.run(ask)


def test_the_private_names_of_botocore_are_there() -> None:
    """Those that another timeout for a given client needs; without them the error says what to give instead."""
    client: Any = boto("http://127.0.0.1:9")  # Any: private names
    session = client._endpoint.http_session
    assert session._timeout
    assert session._proxy_managers == {}
    assert session._get_pool_manager_kwargs()
    assert session._pool_classes_by_scheme
    assert session._manager
    del client._endpoint
    with pytest.raises(ConfigurationError, match=r"boto3\.Session"):
        BedrockTransport(client=client).with_timeout(3).send(CONVERSE)


def test_a_path_for_certificates_is_kept(tmp_path: Path, authority: trustme.CA) -> None:
    """A client with another timeout keeps what the given one was told of certificates."""
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    said = {"message": {"role": "assistant", "content": []}}
    with serving(tls) as server:
        session = boto3.Session("AKID", "s", region_name="eu-west-1")
        client = session.client("bedrock-runtime", endpoint_url=server.url, verify=str(bundle))
        assert said
        assert BedrockTransport(client=client).with_timeout(5).send(CONVERSE)
