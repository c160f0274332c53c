"""What a user can get wrong is a typed error that says what to do, and nothing is sent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import god_llm
from god_llm import (
    BaseLLM,
    BaseLLMException,
    CallbackAuth,
    ChatAnthropic,
    ChatBedrock,
    ChatGroq,
    ChatOllama,
    ChatOpenAI,
    CustomModel,
    InvalidAPIKeyError,
    InvalidSettingError,
    MissingAPIKeyError,
    MissingDependencyError,
    Prompt,
    PromptError,
    UnknownModelError,
    UnknownProviderError,
    chat_model,
)
from god_llm.testing.simulator import Simulator

MODEL = CustomModel("model")
FACADES: dict[str, Callable[..., BaseLLM]] = {
    "openai": ChatOpenAI,
    "anthropic": ChatAnthropic,
    "groq": ChatGroq,
    "ollama": ChatOllama,
    "bedrock": lambda *args, **kwargs: ChatBedrock(*args, region="us-east-1", **kwargs),
}
every_facade = pytest.mark.parametrize("facade", FACADES.values(), ids=FACADES.keys())


@pytest.mark.parametrize("name", ["openai", "anthropic", "groq"])
def test_no_key(name: str) -> None:
    """Without a key the `ValueError` names the provider, the variable and the other way to give it."""
    with pytest.raises(MissingAPIKeyError, match=rf"{name}.*{name.upper()}_API_KEY.*api_key=") as caught:
        FACADES[name](MODEL)
    assert isinstance(caught.value, ValueError)


@every_facade
@pytest.mark.parametrize("key", ["", "sk-1\n", "sk 1", "sk-\x00", "schlüssel"])
def test_a_key_that_can_be_none(facade: Callable[..., BaseLLM], key: str) -> None:
    """An empty key, or one with a line break, a blank or another character no header takes, is refused, unshown."""
    with pytest.raises(InvalidAPIKeyError) as caught:
        facade(MODEL, api_key=key)
    assert not key.strip() or key not in str(caught.value)


@every_facade
def test_a_key_that_went_missing(facade: Callable[..., BaseLLM], simulator: Simulator) -> None:
    """A source that has no key at the time of the request is an error then; Ollama and AWS do without."""
    llm = facade(MODEL, auth=CallbackAuth(lambda _: None), max_retries=0)
    if llm.provider in ("ollama", "bedrock"):
        llm = facade(MODEL, auth=CallbackAuth(lambda _: None), base_url="http://127.0.0.1:1", max_retries=0)
    with pytest.raises(BaseLLMException) as caught:
        llm.generate("hi")
    assert isinstance(caught.value, MissingAPIKeyError) or llm.provider in ("ollama", "bedrock")
    assert simulator.journal == ()


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [
        ("openai", "gpt-5.55", "gpt-5.5"),
        ("anthropic", "claude-sonet-5-5", "claude-sonnet-5-5"),
        ("groq", "lama-3", "llama-3.1-8b-instant"),
        ("ollama", "lama3.1", "llama3.1"),
        ("bedrock", "amazon.nova-light-v1:0", "amazon.nova-lite-v1:0"),
    ],
)
def test_a_mistyped_model(name: str, typed: str, meant: str) -> None:
    """The error has the nearest names and the door for others, with or without a key."""
    with pytest.raises(UnknownModelError, match="CustomModel") as caught:
        FACADES[name](typed)
    assert repr(meant) in str(caught.value)
    assert (caught.value.provider, caught.value.model) == (name, typed)


@every_facade
@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"temperature": float("inf")},
        {"temperature": "hot"},
        {"max_tokens": 0},
        {"max_tokens": "9"},
        {"max_tokens": True},
        {"top_p": 0},
        {"top_p": 1.1},
        {"stop": ("",)},
        {"stop": 3},
        {"seed": 0.5},
        {"timeout": 0},
        {"max_retries": -1},
    ],
    ids=str,
)
def test_a_setting_that_can_be_none(facade: Callable[..., BaseLLM], settings: dict[str, object]) -> None:
    """A setting of another kind or out of its range names itself."""
    with pytest.raises(InvalidSettingError, match=next(iter(settings))):
        facade(MODEL, api_key="key", **settings)


@pytest.mark.parametrize(("name", "highest"), [("openai", 2), ("groq", 2), ("anthropic", 1), ("bedrock", 1)])
def test_each_provider_has_its_highest_temperature(name: str, highest: float) -> None:
    """The highest temperature is the provider's own, and the error says it."""
    FACADES[name](MODEL, highest, api_key="key")
    with pytest.raises(InvalidSettingError, match=f"between 0 and {highest}"):
        FACADES[name](MODEL, highest + 0.1, api_key="key")


@every_facade
@pytest.mark.parametrize("prompt", ["", "  \n", [], (), 3, None], ids=repr)
def test_a_prompt_that_is_none(facade: Callable[..., BaseLLM], prompt: Prompt) -> None:
    """An empty prompt, or something that is no prompt, is refused before anything is sent, whole and streamed."""
    llm = facade(MODEL, api_key="key", base_url="http://127.0.0.1:1")
    with pytest.raises(PromptError):
        llm.generate(prompt)  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(PromptError):
        llm.stream(prompt)  # type: ignore[arg-type]  # the mistake under test


def test_an_unknown_provider() -> None:
    """The error lists the providers there are."""
    with pytest.raises(UnknownProviderError, match="anthropic, bedrock, groq, ollama, openai"):
        chat_model("opena:gpt-5.5")  # type: ignore[arg-type]  # the mistake under test
    with pytest.raises(UnknownModelError, match="provider:model"):
        chat_model("gpt-5.5")  # type: ignore[arg-type]  # the mistake under test


@pytest.mark.parametrize("name", FACADES)
def test_a_missing_sdk(name: str, tmp_path: Path) -> None:
    """Where the SDK is not installed, the first request says how to install it, sync and async."""
    package = {"bedrock": "botocore"}.get(name, name)
    (tmp_path / f"{package}.py").write_text("raise ImportError('as if it were not installed')", encoding="utf-8")
    facade = {"openai": "ChatOpenAI"}.get(name, f"Chat{name.capitalize()}")
    region = ", region='us-east-1'" if name == "bedrock" else ""
    program = f"""
import asyncio, god_llm
llm = god_llm.{facade}(god_llm.CustomModel("m"), api_key="key"{region})
for ask in (lambda: llm.generate("hi"), lambda: asyncio.run(llm.agenerate("hi")), lambda: list(llm.stream("hi"))):
    try:
        ask()
    except {MissingDependencyError.__name__} as error:
        assert isinstance(error, ImportError)
        print(error)
""".replace("except ", "except god_llm.")
    source = Path(god_llm.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": f"{tmp_path}:{source}"},
    )
    assert run.stdout.count(f"pip install 'god-llm-kit[{name}]'") == 3, run.stderr
