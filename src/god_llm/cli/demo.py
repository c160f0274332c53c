"""`god-llm demo`: five providers through their SDKs, one message type, and a part swapped.

Everything runs against the simulator: the SDKs, the HTTP and the wires are real, the models are not.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from god_llm.auth import AWSAuth
from god_llm.cli.output import console
from god_llm.containers import AnthropicContainer, AnthropicSettings
from god_llm.distribution import requirement
from god_llm.domain.deltas import TextDelta
from god_llm.domain.exceptions import MissingDependencyError
from god_llm.domain.messages import AIMessage
from god_llm.domain.providers import LLMProviderType
from god_llm.engine.base import BaseLLM
from god_llm.http.closing import close_part
from god_llm.plugins.anthropic import ChatAnthropic
from god_llm.plugins.bedrock import ChatBedrock
from god_llm.plugins.groq import ChatGroq
from god_llm.plugins.ollama import ChatOllama
from god_llm.plugins.openai import ChatOpenAI
from god_llm.testing import FakeTransport
from god_llm.testing.simulator import Answer, Simulator

__all__ = ["demo"]

_PROMPT: Final = "Why is the sky blue?"
_ANSWER: Final = Answer(text="Rayleigh scattering.")
_STREAMED: Final = Answer(
    text="Sunlight is a mix of colours. Air scatters the short, blue waves most, so blue comes from everywhere.",
    pause=0.02,
)
_KEY: Final = "no-real-key"


@dataclass(frozen=True, slots=True)
class _Row:
    """One API, and how its facade is made."""

    api: str
    extra: LLMProviderType
    make: Callable[[Simulator], BaseLLM]


_ROWS: Final = (
    _Row("OpenAI", "openai", lambda at: ChatOpenAI("gpt-5.5", api_key=_KEY, base_url=at.url("openai"))),
    _Row(
        "OpenAI chat",
        "openai",
        lambda at: ChatOpenAI("gpt-5.5", api_key=_KEY, base_url=at.url("openai"), api="chat_completions"),
    ),
    _Row(
        "Anthropic",
        "anthropic",
        lambda at: ChatAnthropic("claude-sonnet-5-5", api_key=_KEY, base_url=at.url("anthropic")),
    ),
    _Row("Groq", "groq", lambda at: ChatGroq("openai/gpt-oss-20b", api_key=_KEY, base_url=at.url("groq"))),
    _Row("Ollama", "ollama", lambda at: ChatOllama("llama3.1", base_url=at.url("ollama"))),
    _Row(
        "Bedrock",
        "bedrock",
        lambda at: ChatBedrock(
            "amazon.nova-lite-v1:0",
            auth=AWSAuth(access_key_id=_KEY, secret_access_key=SecretStr(_KEY)),
            region="us-east-1",
            base_url=at.url("bedrock"),
        ),
    ),
)


def demo() -> int:
    """Show what the library does, in a few seconds, without a key and without a network.

    Returns:
        0; 1 where no SDK is installed.
    """
    begun, out = time.perf_counter(), console()
    with _no_proxy(), Simulator() as simulator:
        out.print(f'[bold]Five providers, one question:[/] "{_PROMPT}"')
        models = _opened(out, simulator)
        if models:
            _show_answers(out, simulator, models)
            _show_stream(out, simulator, models)
            _show_swap(out, simulator, real=any(row.extra == "anthropic" for row in models))
        missing = sorted({row.extra for row in _ROWS} - {row.extra for row in models})
        for model in models.values():
            close_part(model)
    if missing:
        out.print(f"\n[yellow]Not installed:[/] {', '.join(missing)}. To see them too:")
        out.print(f"  pip install '{requirement(*missing)}'", markup=False, soft_wrap=True)
    out.print(f"\n[dim]{time.perf_counter() - begun:.1f} s, no key, no network.[/]")
    return 0 if models else 1


def _opened(out: Console, simulator: Simulator) -> dict[_Row, BaseLLM]:
    """The models whose SDKs are installed, each asked once: its SDK is imported by the first question."""
    models: dict[_Row, BaseLLM] = {}
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task("", total=len(_ROWS))
        for row in _ROWS:
            progress.update(task, description=f"loading the SDK of {row.extra}")
            with suppress(MissingDependencyError):
                model = row.make(simulator)
                model.generate(_PROMPT)
                models[row] = model
            progress.advance(task)
    return models


def _show_answers(out: Console, simulator: Simulator, models: Mapping[_Row, BaseLLM]) -> None:
    simulator.script(*[_ANSWER] * len(models))
    with ThreadPoolExecutor(len(models)) as pool:
        messages = list(pool.map(lambda model: model.generate(_PROMPT), models.values()))
    table = _table("Six wire formats, one AIMessage")
    table.add_column("API", no_wrap=True)
    table.add_column("model", overflow="fold", min_width=10)
    table.add_column("content", min_width=12)
    table.add_column("tokens\nin/out", justify="right", no_wrap=True)
    table.add_column("finish reason\nraw → unified", no_wrap=True)
    table.add_column("latency\nms", justify="right", no_wrap=True)
    for row, message in zip(models, messages, strict=True):
        table.add_row(row.api, *_cells(message))
    out.print(table)
    out.print("[dim]Asked all at once over loopback HTTP, through the providers' own SDKs.[/]")


def _cells(message: AIMessage) -> Sequence[str]:
    usage = message.usage
    counts = "-" if usage is None else f"{usage.input_tokens}/{usage.output_tokens}"
    return (
        str(message.model),
        message.content,
        counts,
        f"{message.raw_finish_reason} → {message.finish_reason}",
        _latency(message),
    )


def _latency(message: AIMessage) -> str:
    seconds = (message.metadata or {}).get("latency")
    return f"{seconds * 1000:.1f}" if isinstance(seconds, float) else "-"


def _show_stream(out: Console, simulator: Simulator, models: Mapping[_Row, BaseLLM]) -> None:
    row, model = next(iter(models.items()))
    simulator.script(_STREAMED)
    out.print(f"\n[bold]A stream[/] ({row.api}), as it arrives:")
    pieces = 0
    with model.stream(_PROMPT) as stream:
        for delta in stream:
            if isinstance(delta, TextDelta):
                pieces += 1
                out.print(delta.text, end="", markup=False, soft_wrap=True)
        message = stream.message
    total = None if message.usage is None else message.usage.output_tokens
    out.print(f"\n[dim]{pieces} pieces, {total} tokens, finished: {message.finish_reason}[/]")


def _show_swap(out: Console, simulator: Simulator, *, real: bool) -> None:
    """The same container before and after its transport was overridden."""
    container = AnthropicContainer(
        settings=AnthropicSettings(
            model="claude-sonnet-5-5", api_key=SecretStr(_KEY), base_url=simulator.url("anthropic")
        )
    )
    table = _table("One part swapped: container.transport.override(canned)")
    for name in ("", "transport", "content", "HTTP\nrequests", "latency\nms"):
        table.add_column(name, no_wrap=name != "content", justify="right" if "\n" in name else "left")
    simulator.script(_ANSWER)
    if real:
        table.add_row("before", *_asked(simulator, container))
    with container.transport.override(_canned()):
        table.add_row("after", *_asked(simulator, container))
    container.shutdown_resources()
    out.print()
    out.print(table)
    out.print("[dim]Container, formatter, normaliser and the code that asks are the same.[/]")


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False)


def _asked(simulator: Simulator, container: AnthropicContainer) -> Sequence[str]:
    served = len(simulator.journal)
    model = container.llm()
    message = model.generate(_PROMPT)
    part = type(model.transport).__name__
    return part, message.content, str(len(simulator.journal) - served), _latency(message)


def _canned() -> FakeTransport:
    return FakeTransport(
        {
            "id": "msg_canned",
            "model": "claude-sonnet-5-5",
            "content": [{"type": "text", "text": "A canned answer: no SDK, no HTTP."}],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1, "output_tokens": 8},
        }
    )


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Loopback is reached directly, whatever proxies the environment names."""
    before = {name: os.environ.get(name) for name in ("NO_PROXY", "no_proxy")}
    os.environ.update(dict.fromkeys(before, "*"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
