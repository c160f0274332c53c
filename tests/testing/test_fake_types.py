"""A fake of the wrong wire is a mypy error; a plain one fits every wire, and a fake model needs no base class."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

SRC: Final = Path(__file__).parents[2] / "src"

HEAD: Final = """
from pydantic import BaseModel

from god_llm import AIMessage, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel, RateLimitError
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic.wire import Request as Anthropic
from god_llm.plugins.bedrock.wire import Request as Bedrock
from god_llm.plugins.groq.wire import Request as Groq
from god_llm.plugins.ollama.wire import Request as Ollama
from god_llm.plugins.openai.responses.wire import Request as Responses
from god_llm.plugins.openai.chat_completions.wire import Request as Completions
from god_llm.protocols import AsyncTransport, AuthSource, ChatGenerator, Generator, Transport
from god_llm.testing import FakeGenerator, FakeTransport
"""
FACADES: Final = {
    "Responses": 'ChatOpenAI("gpt-4.1", {})',
    "Completions": 'ChatOpenAI("gpt-4.1", api="chat_completions", {})',
    "Anthropic": 'ChatAnthropic("claude-sonnet-5-5", {})',
    "Groq": 'ChatGroq("openai/gpt-oss-20b", {})',
    "Ollama": 'ChatOllama(CustomModel("any"), {})',
    "Bedrock": 'ChatBedrock("us.amazon.nova-lite-v1:0", {})',
}
"""The name of each wire's request above -> a call of its facade."""


PAIRS: Final = [(facade, fake) for facade in FACADES for fake in FACADES]
PROGRAMS: Final = {
    "pairs": [FACADES[facade].format(f"transport=FakeTransport[{fake}]({{}})") for facade, fake in PAIRS],
    "functions": [
        "def of_anthropic(request: Anthropic) -> JsonObject:",
        '    return {"tokens": request["max_tokens"]}',
        FACADES["Anthropic"].format("transport=FakeTransport(of_anthropic)"),
        FACADES["Ollama"].format("transport=FakeTransport(of_anthropic)"),
        FACADES["Ollama"].format("async_transport=FakeTransport[Anthropic]({})"),
        'FakeTransport[Anthropic]({}).requests[0]["messages"]',
        'FakeTransport[Anthropic]({}).requests[0]["prompt"]',
    ],
    "plain": [
        "fake = FakeTransport({}, [{}], RateLimitError(), lambda request: {})",
        "transport: Transport[Groq] = fake",
        *(call.format("transport=fake, async_transport=fake") for call in FACADES.values()),
        *(call.format("transport=FakeTransport({})") for call in FACADES.values()),
        *(call.format("async_transport=FakeTransport([{}])") for call in FACADES.values()),
    ],
    "generator": [
        'model: Generator = FakeGenerator("hi", AIMessage(content="ho"), RateLimitError(), lambda prompt: str(prompt))',
        "nobody: Generator = FakeTransport({})",
        "nothing: Generator = FakeGenerator(42)",
        'source: AuthSource = FakeGenerator("hi")',
        'chat: ChatGenerator = FakeGenerator("hi", BaseModel()).with_tools(print).configured(seed=1)',
        'FakeGenerator("hi").generate("a", temprature=1)',
        "FakeGenerator(lambda prompt: 42)",
    ],
}


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[int]]:
    """For each program the lines after its head, counted from 1, that `mypy --strict` has something against."""
    folder, head = tmp_path_factory.mktemp("programs"), HEAD.lstrip()
    for name, lines in PROGRAMS.items():
        (folder / f"{name}.py").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(SRC), "PATH": ""},
    )
    assert checked.returncode == 1, checked.stdout + checked.stderr
    before = len(head.splitlines())
    return {
        name: {int(n) - before for n in re.findall(rf"^\S*{name}\.py:(\d+): error", checked.stdout, re.MULTILINE)}
        for name in PROGRAMS
    }


def test_a_fake_of_the_wrong_wire_is_an_error(wrong: Mapping[str, set[int]]) -> None:
    """Of all pairs of a facade and a typed fake, mypy takes those of one wire and no others."""
    assert wrong["pairs"] == {number for number, (facade, fake) in enumerate(PAIRS, 1) if facade != fake}


def test_a_fake_that_looks_at_another_wires_requests_is_an_error(wrong: Mapping[str, set[int]]) -> None:
    """The type of a scripted function's argument counts as the fake's own; recorded requests are of that type."""
    assert wrong["functions"] == {4, 5, 7}


def test_a_plain_fake_fits_every_wire(wrong: Mapping[str, set[int]]) -> None:
    """Without a request's type nothing has to be said, inline or by a name, sync or async."""
    assert wrong["plain"] == set()


def test_a_fake_model_is_a_generator(wrong: Mapping[str, set[int]]) -> None:
    """It fits `Generator` and `ChatGenerator`; other fakes, misspelt settings and scripts of other types do not."""
    assert wrong["generator"] == {2, 3, 4, 6, 7}
