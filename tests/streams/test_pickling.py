"""A facade travels to other processes: its configuration does, its keys and connections don't."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from typing import Any, Final, TypeAlias

import cloudpickle  # type: ignore[import-untyped]  # it has no types
import pytest
from pydantic import SecretStr
from typing_extensions import override

from god_llm import (
    AIMessage,
    AuthenticationError,
    BaseLLM,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    CustomProvider,
    PermissionDeniedError,
    RateLimitError,
)
from god_llm.auth import Auth, AWSAuth, StaticAuth
from god_llm.engine.chat import ChatModel
from god_llm.protocols import AuthSource
from god_llm.testing.simulator import Fail, Simulator

Facade: TypeAlias = ChatModel[str, Any]  # Any: the requests of the six wires have nothing in common

MODEL: Final = CustomModel("model")
PLANTED: Final = "planted-by-hand"
ELSEWHERE: Final = "planted-in-the-environment"

FACADES: Final[Mapping[str, Callable[[Simulator, AuthSource | None, str | None], Facade]]] = {
    "openai-chat": lambda at, auth, key: ChatOpenAI(
        MODEL, 0.5, key, api="chat_completions", base_url=at.url("openai"), auth=auth
    ),
    "openai-responses": lambda at, auth, key: ChatOpenAI(MODEL, 0.5, key, base_url=at.url("openai"), auth=auth),
    "anthropic": lambda at, auth, key: ChatAnthropic(MODEL, 0.5, key, base_url=at.url("anthropic"), auth=auth),
    "groq": lambda at, auth, key: ChatGroq(MODEL, 0.5, key, base_url=at.url("groq"), auth=auth),
    "ollama": lambda at, auth, key: ChatOllama(MODEL, 0.5, key, base_url=at.url("ollama"), auth=auth),
    "bedrock": lambda at, auth, key: ChatBedrock(
        MODEL, 0.5, key, region="us-east-1", base_url=at.url("bedrock"), auth=auth, max_concurrency=3
    ),
}
SOURCES: Final[Mapping[str, Callable[[], tuple[AuthSource | None, str | None]]]] = {
    "a key": lambda: (None, PLANTED),
    "a static source": lambda: (StaticAuth(PLANTED), None),
    "a store": lambda: (Auth(StaticAuth(PLANTED)), None),
    "a key over a source": lambda: (StaticAuth(f"{PLANTED}-too"), PLANTED),
}
VARIABLES: Final = {
    "openai": "OPENAI_API_KEY",
    "anthropic": "ANTHROPIC_API_KEY",
    "groq": "GROQ_API_KEY",
    "ollama": "OLLAMA_API_KEY",
    "bedrock": "AWS_BEARER_TOKEN_BEDROCK",
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator that insists on one of the two keys."""
    with Simulator(keys=[PLANTED, ELSEWHERE]) as running:
        yield running


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the other side: every key is there."""
    for variable in VARIABLES.values():
        monkeypatch.setenv(variable, ELSEWHERE)


@pytest.mark.parametrize("dumps", [pickle.dumps, cloudpickle.dumps], ids=["pickle", "cloudpickle"])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("wire", FACADES)
def test_a_pickle_has_no_keys_and_no_connections(
    wire: str,
    source: str,
    dumps: Callable[[object], bytes],
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even in the middle of its work; the copy does the same with the key that it finds where it is."""
    auth, key = SOURCES[source]()
    with FACADES[wire](simulator, auth, key) as llm:
        variable = VARIABLES[llm.provider]

        async def in_the_middle() -> bytes:
            async with llm.astream("hello") as stream:
                await anext(stream)
                llm.generate("hello")
                return dumps(llm)

        pickled = asyncio.run(in_the_middle())
        assert b"planted" not in pickled
        monkeypatch.setenv(variable, "wrong")
        with pickle.loads(pickled) as copy:
            with pytest.raises((AuthenticationError, PermissionDeniedError)):
                copy.generate("hello")
            monkeypatch.setenv(variable, ELSEWHERE)
            assert copy.generate("hello").content == "You said: hello"
            assert asyncio.run(copy.agenerate("hello")).metadata["temperature"] == 0.5


def test_credentials_of_aws_stay_here(simulator: Simulator) -> None:
    """An `AWSAuth` travels as its profile and role alone."""
    auth = AWSAuth(
        access_key_id="planted-id",
        secret_access_key=SecretStr("planted-secret"),
        session_token=SecretStr("planted-token"),
    )
    llm = ChatBedrock(MODEL, region="us-east-1", base_url=simulator.url("bedrock"), auth=auth)
    with pytest.raises(AuthenticationError):
        llm.generate("the client is open now")
    assert b"planted" not in pickle.dumps(llm)
    assert b"planted" not in cloudpickle.dumps(llm)
    llm.close()


# -- batches in other processes ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    """Two processes, with the keys in their environment."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in VARIABLES.values():
            patch.setenv(variable, ELSEWHERE)
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
            list(pool.map(abs, range(4)))  # they are started by what is asked of them: now, in this environment
            yield pool


@pytest.mark.parametrize("wire", FACADES)
def test_a_batch_in_other_processes(wire: str, simulator: Simulator, processes: Executor) -> None:
    """Answers in order, failures in their places, whatever process they come from."""
    with FACADES[wire](simulator, None, PLANTED) as llm:
        prompts = [f"prompt {number}" for number in range(12)]
        answers = llm.batch(iter(prompts), executor=processes, max_concurrency=4)
        assert [answer.content for answer in answers] == [f"You said: {prompt}" for prompt in prompts]
        assert {answer.provider for answer in answers} == {llm.provider}
        simulator.script(*[Fail(429, message="slow down", headers={"retry-after": "0"})] * 3)
        (failure,) = llm.batch(["refused"], executor=processes, return_exceptions=True)
        assert isinstance(failure, RateLimitError)
        assert (failure.status_code, failure.provider, failure.retryable) == (429, llm.provider, True)


class Counting(BaseLLM):
    """Says how often this very object has been asked."""

    def __init__(self) -> None:
        super().__init__(CustomProvider("counting"), "key")
        self.asked = 0

    @override
    def generate(self, prompt: str) -> AIMessage:
        self.asked += 1
        return AIMessage(content=f"{prompt}: {self.asked}")


def test_the_calls_of_a_batch_share_a_model_in_each_process() -> None:
    """However often it is sent, so that its connections serve one call after the other."""
    llm = Counting()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        answers = llm.batch([*"abcd"], executor=process, max_concurrency=1)
        assert [answer.content for answer in answers] == ["a: 1", "b: 2", "c: 3", "d: 4"]
        assert llm.batch([*"a"], executor=process)[0].content == "a: 1"
        for _ in range(10):
            llm.batch([*"a"], executor=process)
    assert llm.asked == 0
