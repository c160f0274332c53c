"""Many streams at once on one event loop, over all five providers: is anything lost, is anything left?

Usage: python benchmarks/many_streams.py [streams, by default 500] [--words 20] [--pause 0.1]

The simulator runs in a process of its own. Each answer has a text of its own, word by word with a pause
between two, so that all streams are under way at the same time. The exit status is 1 when a delta was lost,
or a socket, a thread or a task was left.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import stat
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from god_llm import ChatAnthropic, ChatBedrock, ChatGroq, ChatOllama, ChatOpenAI, CustomModel, TextDelta
from god_llm.engine.chat import ChatModel

MODEL = CustomModel("model")
SETTLING = 0.2
"""Seconds in which threads come to their end."""

_SERVER = """
import resource, sys
from god_llm.testing.simulator import Answer, Simulator
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
streams, words, pause, *names = sys.argv[1:]
with Simulator() as simulator:
    simulator.script(*(
        Answer(text=f"{number}" + " word" * (int(words) - 1), pause=float(pause)) for number in range(int(streams))
    ))
    print(*(simulator.url(name) for name in names), flush=True)
    sys.stdin.read()
"""


@dataclass
class Tally:
    """What became of one provider's streams."""

    streams: int = 0
    deltas: int = 0
    under_way: int = 0
    most: int = 0
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """What is open in this process."""

    sockets: int
    threads: int
    tasks: int

    @classmethod
    def now(cls) -> Left:
        """Count."""
        sockets = sum(map(_is_socket, os.listdir("/dev/fd")))  # noqa: PTH208 - numbers, not paths
        threads = sum(thread.name.startswith("god_llm") for thread in threading.enumerate())
        return cls(sockets, threads, len(asyncio.all_tasks()))

    def beyond(self, before: Left) -> Left:
        """What is more than before."""
        return Left(self.sockets - before.sockets, self.threads - before.threads, self.tasks - before.tasks)


def _is_socket(number: str) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(int(number)).st_mode)
    except OSError:
        return False  # the one that lists the others


# Any: the requests of the five wires have nothing in common but to be JSON.
def facades(urls: Mapping[str, str], streams: int) -> dict[str, ChatModel[str, Any]]:
    """One facade for each provider."""
    return {
        "openai": ChatOpenAI(MODEL, api_key="key", base_url=urls["openai"]),
        "anthropic": ChatAnthropic(MODEL, api_key="key", base_url=urls["anthropic"]),
        "groq": ChatGroq(MODEL, api_key="key", base_url=urls["groq"]),
        "ollama": ChatOllama(MODEL, base_url=urls["ollama"]),
        # boto3 has no async: as many threads as there are streams.
        "bedrock": ChatBedrock(
            MODEL, api_key="key", region="us-east-1", base_url=urls["bedrock"], max_concurrency=streams
        ),
    }


PROVIDERS = ("openai", "anthropic", "groq", "ollama", "bedrock")


async def listen(llm: ChatModel[str, Any], tally: Tally) -> None:
    """One stream, from its beginning to its end."""
    begun = False
    async with llm.astream("Tell me something.") as stream:
        async for delta in stream:
            if isinstance(delta, TextDelta) and delta.text:
                tally.deltas += 1
                tally.under_way += not begun
                tally.most = max(tally.most, tally.under_way)
                begun = True
    tally.under_way -= begun
    tally.texts.append(stream.message.content)


@dataclass(frozen=True)
class Outcome:
    """What became of all streams."""

    tallies: Mapping[str, Tally]
    wall: float
    cpu: float
    memory: float
    """MiB that were held before the streams, with the SDKs loaded."""
    left: Left


async def run(urls: Mapping[str, str], streams: int, progress: Progress) -> Outcome:
    """All streams at once."""
    models = facades(urls, streams)
    tallies = {name: Tally() for name in PROVIDERS}
    for model in models.values():
        await model.agenerate("Load the SDK.")
        await model.aclose()
    await asyncio.sleep(SETTLING)
    before, memory = Left.now(), peak()
    shown = progress.add_task("streams", total=streams)
    began, cpu = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for number in range(streams):
            name = PROVIDERS[number % len(PROVIDERS)]
            tallies[name].streams += 1
            task = group.create_task(listen(models[name], tallies[name]))
            task.add_done_callback(lambda _: progress.advance(shown))
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    for model in models.values():
        await model.aclose()
    await asyncio.sleep(SETTLING)
    return Outcome(tallies, wall, cpu, memory, Left.now().beyond(before))


@contextmanager
def server(streams: int, words: int, pause: float) -> Iterator[dict[str, str]]:
    """The simulator in a process of its own; gives each provider's address."""
    # What loads the SDKs gets the first answers.
    arguments = [str(streams + len(PROVIDERS)), str(words), str(pause), *PROVIDERS]
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield dict(zip(PROVIDERS, process.stdout.readline().split(), strict=True))
    finally:
        process.communicate()


def peak() -> float:
    """The most MiB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> int:
    """Run, print the tables, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("streams", type=int, nargs="?", default=500)
    parser.add_argument("--words", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.1)
    options = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    console = Console()
    with server(options.streams, options.words, options.pause) as urls, Progress(console=console) as progress:
        outcome = asyncio.run(run(urls, options.streams, progress))
    table = Table(title=f"{options.streams} streams on one event loop")
    for heading in ("provider", "streams", "at once", "deltas", "expected"):
        table.add_column(heading, justify="left" if heading == "provider" else "right")
    for name, tally in outcome.tallies.items():
        expected = tally.streams * options.words
        table.add_row(name, str(tally.streams), str(tally.most), str(tally.deltas), str(expected))
    console.print(table)
    console.print(f"wall {outcome.wall:.2f} s, CPU {outcome.cpu:.2f} s")
    console.print(f"memory {outcome.memory:.0f} MiB with the SDKs loaded, {peak():.0f} MiB at the most")
    left = outcome.left
    console.print(f"left: {left.sockets} sockets, {left.threads} threads, {left.tasks} tasks")
    return 0 if left == Left(0, 0, 0) and whole(outcome.tallies, options.words) else 1


def whole(tallies: Mapping[str, Tally], words: int) -> bool:
    """Whether each delta came, and each answer once, as it was sent."""
    texts = Counter(text for tally in tallies.values() for text in tally.texts)
    sound = all(text.split(" ")[1:] == ["word"] * (words - 1) for text in texts)
    complete = all(tally.deltas == tally.streams * words for tally in tallies.values())
    return sound and complete and set(texts.values()) == {1}


if __name__ == "__main__":
    sys.exit(main())
