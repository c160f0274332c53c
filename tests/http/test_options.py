"""What a `ConnectionOptions` refuses, and what an `Endpoint` calls its own."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from god_llm import ConfigurationError, InvalidSettingError, PromptError
from god_llm.auth import StaticAuth
from god_llm.http.endpoint import Endpoint
from god_llm.http.headers import allowed_headers
from god_llm.http.options import ConnectionOptions, split_url
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.anthropic.transport import ENDPOINT as ANTHROPIC
from god_llm.plugins.bedrock.transport import ENDPOINT as BEDROCK
from god_llm.plugins.groq.transport import ENDPOINT as GROQ
from god_llm.plugins.ollama.transport import ENDPOINT as OLLAMA
from god_llm.plugins.openai.transport import ENDPOINTS
from god_llm.testing.simulator.server import LoopbackServer, Reply, Request


@pytest.mark.parametrize("timeout", [0, -1, -0.5, float("nan"), float("inf"), True, "3", [1]])
def test_a_timeout_is_a_finite_number_above_zero(timeout: object) -> None:
    """Anything else is refused, with the unit."""
    with pytest.raises(InvalidSettingError, match=r"timeout.*seconds"):
        ConnectionOptions(timeout=timeout)  # type: ignore[arg-type]  # the mistake


@pytest.mark.parametrize(
    "url",
    [
        "", "nonsense", "localhost:8080", "//host", "ftp://host", "http://", "https:///v1", "http://[::1", "http://h:port",
        "http://h:99999", " http://h", "http://h ", "'http://h'", '"http://h"', "http://h/a b", "http://h\n",
        "http://a\x01b", 3,
    ],
)  # fmt: skip
def test_a_base_url_has_a_scheme_and_a_host(url: object) -> None:
    """Anything else is refused, with an example; so are blanks, quotes and control characters."""
    with pytest.raises(ConfigurationError, match=r"base_url=.*https://"):
        ConnectionOptions(base_url=url)  # type: ignore[arg-type]  # some are no texts


def test_a_password_in_a_url_is_not_shown() -> None:
    """Neither in the error nor in the repr."""
    with pytest.raises(ConfigurationError) as caught:
        ConnectionOptions(base_url="http://user:planted@bad host/?key=planted")
    assert "planted" not in str(caught.value)
    assert "planted" not in repr(ConnectionOptions(base_url="http://user:planted@host"))


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "x\n", "host", "Content-Length", 3])
def test_a_header_name_is_a_token(name: object) -> None:
    """Anything else is refused; so are the headers of the message itself."""
    with pytest.raises(InvalidSettingError, match="headers="):
        ConnectionOptions(headers={name: "x"})  # type: ignore[dict-item]  # some are no texts


@pytest.mark.parametrize("value", ["planted\n", "planted\r\nx: y", "planted-ä", " planted", 3, None, b"planted"])
def test_a_header_value_is_one_line_of_ascii(value: object) -> None:
    """Anything else is refused, unshown, secret or not."""
    values = [value, SecretStr(value)] if isinstance(value, str) else [value]
    for one in values:
        with pytest.raises(InvalidSettingError, match="x-name") as caught:
            ConnectionOptions(headers={"x-name": one})  # type: ignore[dict-item]  # some are no texts
        assert "planted" not in str(caught.value)


@pytest.mark.parametrize(("name", "value"), [("", "x"), (3, "x"), ("a\n", "x"), ("a", 3), ("a", "x\n"), ("a", None)])
def test_a_query_is_of_texts(name: object, value: object) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidSettingError, match="query"):
        ConnectionOptions(query={name: value})  # type: ignore[dict-item]  # the mistake


@pytest.mark.parametrize("limit", [0, -1, 1.5, True, "3"])
def test_a_limit_is_at_least_one(limit: object) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidSettingError, match="max_concurrency"):
        ConnectionOptions(max_concurrency=limit)  # type: ignore[arg-type]  # the mistake


def test_nothing_of_headers_and_query_is_shown() -> None:
    """Not even what is no secret; and a dict that changes later changes nothing."""
    headers: dict[str, str | SecretStr] = {"x-a": "planted"}
    options = ConnectionOptions(headers=headers, query={"b": SecretStr("planted")})
    headers["x-b"] = "bad\n"
    assert "planted" not in repr(options)
    assert {*options.headers} == {"x-a"}


def test_options_of_aws_are_refused_elsewhere() -> None:
    """An option that would have no effect is an error."""
    with pytest.raises(ConfigurationError, match="region="):
        AnthropicTransport.connect(StaticAuth("k"), ConnectionOptions(region="eu-west-1"))


@given(
    path=st.text("abc/%", max_size=8).map(lambda text: "/" + text if text else ""),
    query=st.dictionaries(st.text("abcä&= +", min_size=1, max_size=5), st.text("xyzß&=+ ", max_size=5), max_size=4),
)
def test_a_url_is_split_at_its_query(path: str, query: dict[str, str]) -> None:
    """Nothing of the query is lost, and nothing of it stays before the path."""
    root, fields = split_url(f"https://host:8{path}?{urlencode(query)}#part")
    assert root == f"https://host:8{path}"
    assert fields == query
    assert not urlsplit(root).query


@pytest.mark.parametrize(
    ("endpoint", "url", "owned"),
    [
        (ENDPOINTS["responses"], None, True),
        (ENDPOINTS["responses"], "https://api.openai.com/v1", True),
        (ENDPOINTS["responses"], "https://API.OpenAI.com./v1", True),
        (ENDPOINTS["chat_completions"], "https://eu.api.openai.com/v1", True),
        (ENDPOINTS["responses"], "https://api.openai.com.evil.example/v1", False),
        (ENDPOINTS["responses"], "https://evil-api.openai.com.example", False),
        (ENDPOINTS["responses"], "https://notapi.openai.com", False),
        (ENDPOINTS["responses"], "https://api.openai.com@evil.example/", False),
        (ENDPOINTS["responses"], "http://localhost:8000/v1", False),
        (ANTHROPIC, "https://api.anthropic.com", True),
        (ANTHROPIC, "https://anthropic.com", False),
        (GROQ, "https://api.groq.com", True),
        (GROQ, "https://api.openai.com", False),
        (OLLAMA, "https://ollama.com", True),
        (OLLAMA, "http://127.0.0.1:11434", False),
        (BEDROCK, "https://bedrock-runtime.eu-west-1.amazonaws.com", True),
        (BEDROCK, "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com", True),
        (BEDROCK, "https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com", True),
        (BEDROCK, "https://abc.execute-api.us-east-1.amazonaws.com", False),
        (BEDROCK, "https://bucket.s3.amazonaws.com", False),
    ],
)  # fmt: skip
def test_an_endpoint_knows_its_own_hosts(endpoint: Endpoint, url: str | None, owned: bool) -> None:
    """Exact names and their subdomains, and nothing that merely looks like them; a key is needed there alone."""
    assert endpoint.owns(url) is owned
    assert endpoint.needs_key(url) is (owned and endpoint.key_required)


@given(st.dictionaries(st.text(min_size=1, max_size=12), st.text(max_size=5)))
def test_the_allow_list_lets_nothing_else_through(headers: dict[str, str]) -> None:
    """Names are compared whatever their case; every other header is left out."""
    assert allowed_headers(headers).keys() <= {name.lower() for name in headers}
    assert allowed_headers({**headers, "X-Request-ID": "1", "Set-Cookie": "2", "authorization": "3"}) == {
        **allowed_headers(headers),
        "x-request-id": "1",
    }


@pytest.mark.parametrize("library", [httpx, httpx2])
@given(names=st.lists(st.sampled_from(["X-Request-Id", "x-ratelimit-limit", "X-RateLimit-Limit", "Set-Cookie", "Via"])))
def test_the_headers_of_an_http_library_are_read_as_those_of_a_mapping(library: ModuleType, names: list[str]) -> None:
    """Whatever holds the response headers, the same ones are kept, and a repeated one is joined with commas."""
    headers = library.Headers([(name, f"{name} {place}") for place, name in enumerate(names)])
    assert allowed_headers(headers) == allowed_headers(dict(headers.items()))


def test_a_request_field_can_become_a_header() -> None:
    """Anthropic's betas ride in the request, join those of `headers=`, and are not in the body."""
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return Reply(200, {"content-type": "application/json"}, b"{}")

    server = LoopbackServer(answer)
    server.serve()
    url = f"http://127.0.0.1:{server.server_port}"
    transport = AnthropicTransport(StaticAuth("k"), base_url=url, headers={"Anthropic-Beta": "a-1"})
    request: Any = {"model": "m", "max_tokens": 1, "messages": [], "betas": ["b-2", "c-3"]}  # Any: a plain dict
    transport.send(request)
    assert request["betas"] == ["b-2", "c-3"]
    assert seen[0].headers["anthropic-beta"] == "a-1,b-2,c-3"
    assert b"betas" not in seen[0].body
    with pytest.raises(PromptError, match="betas"):
        transport.send(request | {"betas": ["b\n2"]})
    transport.close()
    server.close()
