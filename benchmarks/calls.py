"""What a call costs beside the bare SDK: CPU and memory, whole and streamed, for each provider.

Usage: python benchmarks/calls.py [--slices 8] [--calls 30] [provider ...]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table

from god_llm import BaseLLM, ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel
from god_llm.auth import AWSAuth

PROMPT = "word " * 64
MODEL = CustomModel("model")

_SERVER = """
import sys
from god_llm.testing.simulator import Simulator
with Simulator() as simulator:
    print(*(simulator.url(name) for name in sys.argv[1:]), flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True)
class Contest:
    """The same call, made with the bare SDK and with us; each gives the number of characters it got."""

    bare: Callable[[], int]
    ours: Callable[[], int]


def facade_calls(llm: BaseLLM) -> tuple[Callable[[], int], Callable[[], int]]:
    """Our whole and our streamed call."""

    def whole() -> int:
        return len(llm.generate(PROMPT).content)

    def streamed() -> int:
        with llm.stream(PROMPT) as stream:
            for _ in stream:
                pass
        return len(stream.message.content)

    return whole, streamed


def openai(url: str) -> tuple[Contest, Contest]:
    """OpenAI, chat completions."""
    from openai import OpenAI

    client = OpenAI(api_key="key", base_url=url, max_retries=0)
    whole, streamed = facade_calls(ChatOpenAI(MODEL, api="chat_completions", api_key="key", base_url=url))

    def bare() -> int:
        reply = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": PROMPT}])
        return len(reply.choices[0].message.content or "")

    def bare_stream() -> int:
        chunks = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": PROMPT}],
            stream=True,
            stream_options={"include_usage": True},
        )
        return sum(len(chunk.choices[0].delta.content or "") for chunk in chunks if chunk.choices)

    return Contest(bare, whole), Contest(bare_stream, streamed)


def anthropic(url: str) -> tuple[Contest, Contest]:
    """Anthropic, messages."""
    from anthropic import Anthropic

    client = Anthropic(api_key="key", base_url=url, max_retries=0)
    whole, streamed = facade_calls(ChatAnthropic(MODEL, api_key="key", base_url=url))

    def bare() -> int:
        reply = client.messages.create(model=MODEL, max_tokens=8192, messages=[{"role": "user", "content": PROMPT}])
        return sum(len(block.text) for block in reply.content if block.type == "text")

    def bare_stream() -> int:
        events = client.messages.create(
            model=MODEL, max_tokens=8192, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        return sum(
            len(event.delta.text)
            for event in events
            if event.type == "content_block_delta" and event.delta.type == "text_delta"
        )

    return Contest(bare, whole), Contest(bare_stream, streamed)


def groq(url: str) -> tuple[Contest, Contest]:
    """Groq, chat completions."""
    from groq import Groq

    client = Groq(api_key="key", base_url=url, max_retries=0)
    whole, streamed = facade_calls(ChatGroq(MODEL, api_key="key", base_url=url))

    def bare() -> int:
        reply = client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": PROMPT}])
        return len(reply.choices[0].message.content or "")

    def bare_stream() -> int:
        chunks = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": PROMPT}], stream=True
        )
        return sum(len(chunk.choices[0].delta.content or "") for chunk in chunks if chunk.choices)

    return Contest(bare, whole), Contest(bare_stream, streamed)


def ollama(url: str) -> tuple[Contest, Contest]:
    """Ollama, native chat."""
    from ollama import Client

    client = Client(host=url)
    whole, streamed = facade_calls(ChatOllama(MODEL, base_url=url))

    def bare() -> int:
        return len(client.chat(model=MODEL, messages=[{"role": "user", "content": PROMPT}]).message.content or "")

    def bare_stream() -> int:
        parts = client.chat(model=MODEL, messages=[{"role": "user", "content": PROMPT}], stream=True)
        return sum(len(part.message.content or "") for part in parts)

    return Contest(bare, whole), Contest(bare_stream, streamed)


def bedrock(url: str) -> tuple[Contest, Contest]:
    """Bedrock, Converse."""
    import boto3
    from pydantic import SecretStr

    client = boto3.client(
        "bedrock-runtime",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="key",
        aws_secret_access_key="key",
    )
    auth = AWSAuth(access_key_id="key", secret_access_key=SecretStr("key"))
    whole, streamed = facade_calls(ChatBedrock(MODEL, region="us-east-1", base_url=url, auth=auth))

    def bare() -> int:
        reply = client.converse(modelId=MODEL, messages=[{"role": "user", "content": [{"text": PROMPT}]}])
        return sum(len(block.get("text", "")) for block in reply["output"].get("message", {}).get("content", []))

    def bare_stream() -> int:
        reply = client.converse_stream(modelId=MODEL, messages=[{"role": "user", "content": [{"text": PROMPT}]}])
        return sum(
            len(event["contentBlockDelta"]["delta"].get("text", ""))
            for event in reply["stream"]
            if "contentBlockDelta" in event
        )

    return Contest(bare, whole), Contest(bare_stream, streamed)


CONTESTS = {"openai": openai, "anthropic": anthropic, "groq": groq, "ollama": ollama, "bedrock": bedrock}


@contextmanager
def server(names: list[str]) -> Iterator[list[str]]:
    """The simulator in a process of its own, so that its work is not counted."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, *names], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()
    finally:
        process.communicate()


def cpu(call: Callable[[], int], calls: int) -> float:
    """Microseconds of CPU for one call."""
    before = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - before) / calls * 1e6


def peak(call: Callable[[], int]) -> float:
    """The most KiB that one call holds at a time."""
    tracemalloc.start()
    call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1024


def row(contest: Contest, slices: int, calls: int) -> list[str]:
    """The figures of one contest."""
    if contest.bare() != contest.ours():
        raise SystemExit("the two ways did not get the same text")
    pairs = [(cpu(contest.bare, calls), cpu(contest.ours, calls)) for _ in range(slices)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(b / a for a, b in pairs)
    memory = peak(contest.bare), peak(contest.ours)
    return [f"{bare:.0f}", f"{ours:.0f}", f"{ratio:.2f}", f"{memory[0]:.0f}", f"{memory[1]:.0f}"]


def main() -> None:
    """Run the contests and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slices", type=int, default=8)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("provider", nargs="*", default=[*CONTESTS], help=", ".join(CONTESTS))
    options = parser.parse_args()
    table = Table(title="one call, bare SDK and god_llm")
    for heading in ("provider", "call", "SDK CPU us", "ours CPU us", "ratio", "SDK peak KiB", "ours peak KiB"):
        table.add_column(heading, justify="left" if heading in ("provider", "call") else "right")
    with server(options.provider) as urls:
        for name, url in track(list(zip(options.provider, urls, strict=True)), description="measuring"):
            for kind, contest in zip(("whole", "streamed"), CONTESTS[name](url), strict=True):
                table.add_row(name, kind, *row(contest, options.slices, options.calls))
    Console().print(table)


if __name__ == "__main__":
    main()
