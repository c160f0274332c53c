"""What importing loads, seen from a process of its own."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import god_llm

HEAVY = [
    "anthropic",
    "openai",
    "groq",
    "ollama",
    "boto3",
    "botocore",
    "httpx",
    "httpx2",
    "dependency_injector",
    "pydantic_settings",
    "tenacity",
    "rich",
    "anyio",
]


UNASKED = ["difflib", "god_llm.domain.deltas", "god_llm.domain.tools", "god_llm.engine.collector", "god_llm.auth.aws"]
"""What a plain answer has no use for."""


def loaded_after(program: str, watched: list[str] = HEAVY) -> list[str]:
    """Those of the watched modules that a fresh interpreter has loaded after a program."""
    code = f"{program}\nimport sys\nprint(*[name for name in {watched!r} if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize(
    "program",
    [
        "import god_llm",
        "import god_llm.protocols, god_llm.plugins.exceptions",
        "from god_llm.plugins.base import BaseLLM, OpenAIModel",
        "import god_llm.testing",
        "from god_llm import AIMessage, UserMessage, TextDelta, BaseLLM, Auth",
        "import god_llm; god_llm.ChatAnthropic('claude-sonnet-5-5', api_key='key')",
        "import god_llm; god_llm.ChatOpenAI('gpt-5.5', api_key='key')",
        "import god_llm; god_llm.ChatGroq('openai/gpt-oss-20b', api_key='key')",
        "import god_llm; god_llm.ChatOllama('llama3.1')",
        "import god_llm; god_llm.ChatBedrock('amazon.nova-lite-v1:0', region='us-east-1')",
    ],
)
def test_no_sdk_is_loaded_before_the_first_request(program: str) -> None:
    """Neither importing the library nor making a facade loads an SDK, an HTTP library or the container library."""
    assert loaded_after(program) == []


def test_a_plain_answer_loads_nothing_of_streams_and_tools() -> None:
    """What serves streams, tools, other key sources and mistyped names is loaded when it is asked for."""
    fake = "type('Fake', (), {'send': lambda _, request: {'message': {'content': 'hi'}}, 'stream': None})()"
    program = f"import god_llm; god_llm.ChatOllama('llama3.1', transport={fake}).generate('hi')"
    assert loaded_after(program, UNASKED) == []


def test_keys_in_the_environment_need_no_more_of_botocore() -> None:
    """Where there is no file of AWS's, neither boto3 nor what botocore reads files and makes clients with is loaded."""
    program = """
import os
from god_llm import ChatBedrock
from god_llm.testing.simulator import Simulator
os.environ |= {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
with Simulator(keys={"AKID"}) as simulator:
    ChatBedrock("amazon.nova-lite-v1:0", region="eu-west-1", base_url=simulator.url("bedrock")).generate("hi")
"""
    watched = ["boto3", "botocore.session", "botocore.client", "botocore.handlers", "botocore.auth"]
    assert loaded_after(program, watched) == ["botocore.auth"]


@pytest.mark.parametrize("name", god_llm.__all__)
def test_every_public_name_resolves(name: str) -> None:
    """Each name in `__all__` is there, and is the same object each time."""
    assert getattr(god_llm, name) is getattr(god_llm, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not public is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="ChatGPT"):
        _ = god_llm.ChatGPT  # type: ignore[attr-defined]  # the law is about code that is not typed
    assert "ChatOpenAI" in dir(god_llm)


@pytest.mark.parametrize("provider", ["openai", "anthropic", "groq", "ollama", "bedrock"])
def test_facades_are_found_under_both_names(provider: str) -> None:
    """`from god_llm import ChatX` and `from god_llm.plugins.x import ChatX` are the same class."""
    name = {"openai": "ChatOpenAI"}.get(provider, f"Chat{provider.capitalize()}")
    module = importlib.import_module(f"god_llm.plugins.{provider}")
    plugins = importlib.import_module("god_llm.plugins")
    assert getattr(god_llm, name) is getattr(module, name) is getattr(plugins, name)
