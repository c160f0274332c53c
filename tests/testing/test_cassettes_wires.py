"""Cassettes of the six wires: recorded through the real SDKs against the simulator, replayed without them."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol, get_args

import pytest
from pydantic import SecretStr

from god_llm import (
    AIMessage,
    AsyncStream,
    AuthenticationError,
    BaseLLMException,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    ConnectionFailedError,
    DocumentPart,
    OverloadedError,
    Prompt,
    ProviderError,
    ProviderUnavailableError,
    RateLimitError,
    Stream,
    StreamInterruptedError,
    UserMessage,
)
from god_llm.auth import Auth, AWSAuth, StaticAuth
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import LLMProviderType
from god_llm.plugins.anthropic import AnthropicTransport
from god_llm.plugins.bedrock import BedrockTransport
from god_llm.plugins.groq import GroqTransport
from god_llm.plugins.ollama import OllamaTransport
from god_llm.plugins.openai import OpenAIChatTransport, OpenAIResponsesTransport
from god_llm.protocols import AuthSource, DualTransport
from god_llm.testing import Cassette, FrozenClock, RecordingTransport, ReplayTransport, SequentialIds
from god_llm.testing.simulator import Answer, Call, Drop, Fail, Raw, Scripted, Simulator, Truncate

KEY: Final = "planted-key-3f9c1e77"
KEYS: Final = StaticAuth(KEY)
FULL: Final = Answer(text="Two words, é and 漢字.", reasoning="Thinking.", calls=(Call("weather", {"city": "Paris"}),))


class Model(Protocol):
    """What all facades have in common."""

    def generate(self, prompt: Prompt) -> AIMessage: ...
    def stream(self, prompt: Prompt) -> Stream: ...
    async def agenerate(self, prompt: Prompt) -> AIMessage: ...
    def astream(self, prompt: Prompt) -> AsyncStream: ...


def responses(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """OpenAI's Responses API."""
    transport = simulator and OpenAIResponsesTransport(auth, base_url=simulator.url("openai"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatOpenAI("gpt-5.5", transport=played, ids=SequentialIds(), clock=FrozenClock())


def chat_completions(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """OpenAI's chat completions."""
    transport = simulator and OpenAIChatTransport(auth, base_url=simulator.url("openai"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatOpenAI("gpt-5.5", api="chat_completions", transport=played, ids=SequentialIds(), clock=FrozenClock())


def claude(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """Anthropic."""
    transport = simulator and AnthropicTransport(auth, base_url=simulator.url("anthropic"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatAnthropic("claude-sonnet-5-5", transport=played, ids=SequentialIds(), clock=FrozenClock())


def groq(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """Groq."""
    transport = simulator and GroqTransport(auth, base_url=simulator.url("groq"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatGroq("openai/gpt-oss-20b", transport=played, ids=SequentialIds(), clock=FrozenClock())


def ollama(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """Ollama."""
    transport = simulator and OllamaTransport(auth, base_url=simulator.url("ollama"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatOllama("llama3.1", transport=played, ids=SequentialIds(), clock=FrozenClock())


def bedrock(simulator: Simulator | None, cassette: Cassette, auth: AuthSource = KEYS) -> Model:
    """Bedrock."""
    transport = simulator and BedrockTransport(auth, region="us-east-1", base_url=simulator.url("bedrock"))
    played = RecordingTransport(transport, cassette) if transport else ReplayTransport(cassette)
    return ChatBedrock("amazon.nova-lite-v1:0", transport=played, ids=SequentialIds(), clock=FrozenClock())


Wire = Callable[[Simulator | None, Cassette], Model]
WIRES: Final[list[Wire]] = [responses, chat_completions, claude, groq, ollama, bedrock]
Ask = Callable[[Model, Prompt], AIMessage]


def whole(model: Model, prompt: Prompt) -> AIMessage:
    """Ask for the whole answer."""
    return model.generate(prompt)


def streamed(model: Model, prompt: Prompt) -> AIMessage:
    """Ask for a stream, and read it to its end."""
    with model.stream(prompt) as stream:
        for _ in stream:
            pass
    return stream.message


def awhole(model: Model, prompt: Prompt) -> AIMessage:
    """`whole`, for async code."""
    return asyncio.run(model.agenerate(prompt))


def astreamed(model: Model, prompt: Prompt) -> AIMessage:
    """`streamed`, for async code."""

    async def read() -> AIMessage:
        async with model.astream(prompt) as stream:
            async for _ in stream:
                pass
        return stream.message

    return asyncio.run(read())


WAYS: Final[list[Ask]] = [whole, streamed, awhole, astreamed]
OTHER: Final[dict[Ask, Ask]] = {whole: awhole, awhole: whole, streamed: astreamed, astreamed: streamed}


def timeless(message: AIMessage) -> AIMessage:
    """The message without the time that the call took."""
    return message.model_copy(update={"metadata": {**(message.metadata or {}), "latency": 0}})


def failing(ask: Ask, model: Model) -> BaseLLMException:
    """The error that asking raises."""
    with pytest.raises(BaseLLMException) as caught:
        ask(model, "hello there")
    return caught.value


def said_of(error: BaseLLMException) -> dict[str, object]:
    """All that an error says."""
    partial = timeless(error.partial) if error.partial else None
    facts = {name: value for name, value in vars(error).items() if name != "partial"}
    return {**facts, "class": type(error), "text": str(error), "retryable": error.retryable, "partial": partial}


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("wire", WIRES)
def test_what_was_recorded_replays_to_an_equal_message(
    simulator: Simulator, tmp_path: Path, wire: Wire, ask: Ask
) -> None:
    """Through the real SDK and from the file the message is the same; sync and async share their recordings."""
    simulator.script(FULL)
    path = tmp_path / "cassette.json"
    recorded = ask(wire(simulator, Cassette(path)), "hello there")
    assert recorded.content == FULL.text
    assert [call.name for call in recorded.tool_calls] == ["weather"]
    for again in (ask, OTHER[ask]):
        replayed = again(wire(None, Cassette(path, "none")), "hello there")
        assert timeless(replayed) == timeless(recorded)
    assert len(simulator.journal) == 1


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fail(429, message="slow down", headers={"retry-after": "7"}), RateLimitError),
        (Fail(503), ProviderUnavailableError),
        (Fail(401), AuthenticationError),
        (Drop(), ConnectionFailedError),
    ],
)
def test_an_error_is_replayed_as_the_same_error(
    simulator: Simulator, tmp_path: Path, wire: Wire, ask: Ask, fault: Scripted, kind: type[BaseLLMException]
) -> None:
    """Class, text, status, code, request id, time to wait and body come back."""
    simulator.script(fault)
    path = tmp_path / "cassette.json"
    recorded = failing(ask, wire(simulator, Cassette(path)))
    assert isinstance(recorded, kind)
    assert said_of(failing(OTHER[ask], wire(None, Cassette(path, "none")))) == said_of(recorded)
    if isinstance(fault, Fail) and isinstance(recorded, ProviderError):
        assert recorded.status_code == fault.status


@pytest.mark.parametrize("ask", [streamed, astreamed])
@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", [Fail(529, after=3), Truncate(3, FULL), Drop(3, FULL)])
def test_an_error_in_the_middle_comes_after_the_same_events(
    simulator: Simulator, tmp_path: Path, wire: Wire, ask: Ask, fault: Scripted
) -> None:
    """A stream that broke breaks again, at the same place, with the same message so far."""
    simulator.script(fault)
    path = tmp_path / "cassette.json"
    recorded = failing(ask, wire(simulator, Cassette(path)))
    assert isinstance(recorded, ProviderError | StreamInterruptedError | ConnectionFailedError | OverloadedError)
    assert recorded.partial is not None
    assert said_of(failing(OTHER[ask], wire(None, Cassette(path, "none")))) == said_of(recorded)


def test_bytes_are_readable_in_the_file(simulator: Simulator, tmp_path: Path) -> None:
    """Bedrock's blobs stand there as base64, and match when they are asked again."""
    path = tmp_path / "cassette.json"
    prompt = [UserMessage(content="What is it?", parts=(DocumentPart(data=b"%PDF-1", media_type="application/pdf"),))]
    recorded = bedrock(simulator, Cassette(path)).generate(prompt)
    blob = {"$bytes": base64.b64encode(b"%PDF-1").decode()}
    assert json.dumps(blob) in json.dumps(json.loads(path.read_text()))
    assert timeless(bedrock(None, Cassette(path)).generate(prompt)) == timeless(recorded)


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("wire", WIRES)
def test_no_planted_key_reaches_the_file(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wire: Callable[..., Model], ask: Ask
) -> None:
    """Keys that were sent, and look-alikes in error bodies, headers and addresses, are not in the file."""
    planted = {"auth": KEY, "person": "jane@planted.example", "account": "123456789012"}
    monkeypatch.setenv("SOME_PASSWORD", "postgres")
    words = (
        f"no key {KEY}, nor sk-proj-planted0123456789, nor"
        " http://me:planted-userinfo@proxy.example/, nor arn:aws:bedrock:us-east-1:123456789012:inference-profile/x"
    )
    body = {"error": {"message": words, "type": "bad", "code": "bad", "user": planted["person"]}, "message": words}
    headers = {"content-type": "application/json", "set-cookie": "planted-cookie", "x-amzn-requestid": "r-1"}
    simulator.script(FULL, Raw(401, headers, json.dumps(body).encode()))
    path = tmp_path / "cassette.json"
    auth = Auth(StaticAuth("planted-fallback-key"))
    for provider in get_args(LLMProviderType):
        auth.set_key(provider, SecretStr(KEY))
    cassette = Cassette(path)
    ask(wire(simulator, cassette, auth), f"is {KEY} a key for postgres, or is sk-live-0123456789?")
    failing(ask, wire(simulator, cassette, auth))
    text = path.read_text()
    assert "planted" not in text
    assert planted["account"] not in text
    assert "a key for postgres, or is sk-live-0123456789?" in text, "content is altered"
    assert len(json.loads(text)["exchanges"]) == 2


def test_aws_keys_do_not_reach_the_file(simulator: Simulator, tmp_path: Path) -> None:
    """What an `AWSAuth` signs with is taken out where a reply repeats it."""
    auth = AWSAuth(
        access_key_id="AKIAPLANTEDPLANTED00",
        secret_access_key=SecretStr("planted/secret+key"),
        session_token=SecretStr("planted-session-token"),
    )
    simulator.script(Answer(text="AKIAPLANTEDPLANTED00 planted/secret+key planted-session-token"))
    bedrock(simulator, Cassette(tmp_path / "c.json"), auth).generate("hello")
    assert "planted" not in (tmp_path / "c.json").read_text().lower()


def test_replay_loads_no_sdk(simulator: Simulator, tmp_path: Path) -> None:
    """In a fresh process without keys, the six wires answer from their cassettes, and no SDK is imported."""
    for number, wire in enumerate(WIRES):
        wire(simulator, Cassette(tmp_path / f"{number}.json")).generate("hello there")
    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import god_llm
from god_llm.testing import Cassette, ReplayTransport
folder = Path({str(tmp_path)!r})
def played(number):
    return ReplayTransport(Cassette(folder / f"{{number}}.json", "none"))
models = [
    god_llm.ChatOpenAI("gpt-5.5", transport=played(0)),
    god_llm.ChatOpenAI("gpt-5.5", api="chat_completions", transport=played(1)),
    god_llm.ChatAnthropic("claude-sonnet-5-5", transport=played(2)),
    god_llm.ChatGroq("openai/gpt-oss-20b", transport=played(3)),
    god_llm.ChatOllama("llama3.1", transport=played(4)),
    god_llm.ChatBedrock("amazon.nova-lite-v1:0", transport=played(5)),
]
for model in models:
    assert model.generate("hello there").content == "You said: hello there"
sdks = {{"openai", "anthropic", "groq", "ollama", "boto3", "botocore", "httpx", "httpx2"}}
print(sorted(sdks & sys.modules.keys()))
"""
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_KEY", "_TOKEN"))}
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")


def test_the_socket_stays_typed() -> None:
    """A recorder of one wire fits that wire's requests; the replay fits all."""
    plain: DualTransport[JsonObject] = ReplayTransport(Cassette("nowhere.json"))
    assert plain is not None
