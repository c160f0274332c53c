"""A fake of the wrong wire is a mypy error; a plain one fits every wire, and a fake model needs no base class."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

SRC: Final = Path(__file__).parents[2] / "src"

HEAD: Final = """
from god_llm import AIMessage, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, RateLimitError
from god_llm.domain.plain_json import JsonObject
from god_llm.plugins.anthropic.wire import Request as Anthropic
from god_llm.plugins.bedrock.wire import Request as Bedrock
from god_llm.plugins.groq.wire import Request as Groq
from god_llm.plugins.ollama.wire import Request as Ollama
from god_llm.plugins.openai.responses_wire import ResponsesRequest as Responses
from god_llm.plugins.openai.wire import ChatRequest as Completions
from god_llm.protocols import AsyncTransport, AuthSource, Generator, Transport
from god_llm.testing import FakeGenerator, FakeTransport
"""
FACADES: Final = {
    "Responses": 'ChatOpenAI("gpt-4.1", {})',
    "Completions": 'ChatOpenAI("gpt-4.1", api="chat_completions", {})',
    "Anthropic": 'ChatAnthropic("claude-sonnet-5-5", {})',
    "Groq": 'ChatGroq("llama-3.1-8b-instant", {})',
    "Ollama": 'ChatOllama("llama3.2", {})',
    "Bedrock": 'ChatBedrock("us.amazon.nova-lite-v1:0", {})',
}
"""The name of each wire's request above -> a call of its facade."""


def wrong_lines(body: str, tmp_path: Path) -> set[int]:
    """The lines of the program, counted from 1, that `mypy --strict` has something against."""
    program = tmp_path / "program.py"
    program.write_text(HEAD.lstrip() + body, encoding="utf-8")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path), str(program)],
        capture_output=True,
        text=True,
        check=False,
        env={"MYPYPATH": str(SRC), "PATH": ""},
    )
    assert checked.returncode in {0, 1}, checked.stdout + checked.stderr
    before = len(HEAD.lstrip().splitlines())
    return {int(number) - before for number in re.findall(r"program\.py:(\d+): error", checked.stdout)}


def test_a_fake_of_the_wrong_wire_is_an_error(tmp_path: Path) -> None:
    """Of all pairs of a facade and a typed fake, mypy takes those of one wire and no others."""
    pairs = [(facade, fake) for facade in FACADES for fake in FACADES]
    lines = [FACADES[facade].format(f"transport=FakeTransport[{fake}]({{}})") for facade, fake in pairs]
    wrong = wrong_lines("\n".join(lines), tmp_path)
    assert wrong == {number for number, (facade, fake) in enumerate(pairs, 1) if facade != fake}


def test_a_fake_that_looks_at_another_wires_requests_is_an_error(tmp_path: Path) -> None:
    """The type of a scripted function's argument counts as the fake's own; so does an async fake's."""
    body = """
def of_anthropic(request: Anthropic) -> JsonObject:
    return {"tokens": request["max_tokens"]}
ChatAnthropic("claude-sonnet-5-5", transport=FakeTransport(of_anthropic))
ChatOllama("llama3.2", transport=FakeTransport(of_anthropic))
ChatOllama("llama3.2", async_transport=FakeTransport[Anthropic]({}))
FakeTransport[Anthropic]({}).requests[0]["messages"]
FakeTransport[Anthropic]({}).requests[0]["prompt"]
"""
    assert wrong_lines(body.lstrip(), tmp_path) == {4, 5, 7}


def test_a_plain_fake_fits_every_wire(tmp_path: Path) -> None:
    """Without a request's type nothing has to be said, inline or by a name, sync or async."""
    lines = [
        "fake = FakeTransport({}, [{}], RateLimitError(), lambda request: {})",
        "transport: Transport[Groq] = fake",
    ]
    for call in FACADES.values():
        lines += [call.format(f"{socket}=fake") for socket in ("transport", "async_transport")]
        lines += [call.format("transport=FakeTransport({})"), call.format("transport=FakeTransport([{}])")]
    assert wrong_lines("\n".join(lines), tmp_path) == set()


def test_a_fake_model_is_a_generator(tmp_path: Path) -> None:
    """It stands wherever a `Generator` does; nothing else that is not one does."""
    body = """
model: Generator = FakeGenerator("hi", AIMessage(content="ho"), RateLimitError(), lambda prompt: str(prompt))
nobody: Generator = FakeTransport({})
nothing: Generator = FakeGenerator(42)
source: AuthSource = FakeGenerator("hi")
"""
    assert wrong_lines(body.lstrip(), tmp_path) == {2, 3, 4}
