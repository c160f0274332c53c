"""`god-llm simulate`: the five providers' APIs on loopback, in the foreground."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from god_llm.cli.output import console
from god_llm.engine.provider import Provider
from god_llm.plugins import registry
from god_llm.testing.simulator import Received, Simulator

__all__ = ["simulate"]

_KEY: Final = "any-key"
_REGION: Final = "us-east-1"
_LONGEST: Final = 60
"""Characters of a prompt that are shown."""
_REFUSED: Final = 400


def simulate(port: int, keys: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, and print each request.

    Args:
        port: to listen on; 0 takes any free one.
        keys: the keys that are accepted; None takes any.

    Returns:
        0 after Ctrl-C; 1 where the port is taken.
    """
    out = console()
    lines = threading.Lock()

    def show(received: Received, status: int) -> None:
        with lines:
            out.print(_line(received, status), soft_wrap=True)

    simulator = Simulator(port=port, keys=keys, watch=show)
    try:
        simulator.start()
    except OSError as error:
        out.print(f"[red]port {port} can't be had:[/] {escape(error.strerror or str(error))}")
        return 1
    with lines:
        _introduce(out, simulator, keys[0] if keys else _KEY)
    try:
        with _interruptible() as interrupted:
            while not interrupted.wait(timeout=0.5):
                pass
    finally:
        simulator.stop()
    out.print(f"\nStopped; requests served: {len(simulator.journal)}.")
    return 0


def _introduce(out: Console, simulator: Simulator, key: str) -> None:
    found = [registry.provider(name) for name in registry.BUILT_IN]
    table = Table(title="Five providers on loopback", title_justify="left")
    table.add_column("provider")
    table.add_column("base URL", no_wrap=True)
    for provider in found:
        table.add_row(provider.name, _url(simulator, provider))
    out.print(table)
    for title, lines in (
        ("For the SDKs:", _exports(simulator, found, key)),
        ("In code:", _constructors(simulator, found, key)),
    ):
        out.print(f"\n[bold]{title}[/]")
        for line in lines:
            out.print(line, soft_wrap=True, markup=False)
    out.print("\nAn unscripted request is answered with what the user said. Ctrl-C ends this.\n")


def _url(simulator: Simulator, provider: Provider) -> str:
    return f"http://127.0.0.1:{simulator.port}{provider.base_path}"


def _exports(simulator: Simulator, found: Sequence[Provider], key: str) -> Iterator[str]:
    for provider in found:
        yield f"export {provider.url_variable}={_url(simulator, provider)}"
        if provider.needs_key:
            yield f"export {provider.key_variable}={key}"
    for name, value in {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": key,
        "AWS_DEFAULT_REGION": _REGION,
    }.items():
        yield f"export {name}={value}"


def _constructors(simulator: Simulator, found: Sequence[Provider], key: str) -> Iterator[str]:
    for provider in found:
        keyed = f', api_key="{key}"' if provider.needs_key or "region" in provider.own_options else ""
        region = f', region="{_REGION}"' if "region" in provider.own_options else ""
        url = _url(simulator, provider)
        yield f'Chat{provider.title}("{provider.example_model}"{keyed}{region}, base_url="{url}")'


def _line(received: Received, status: int) -> str:
    """One request on one line: when, whom, what, and how it was answered."""
    colour = "red" if status == 0 or status >= _REFUSED else "green"
    said = "cut" if status == 0 else str(status)
    body = received.body if isinstance(received.body, dict) else {}
    facts = [
        f"model={body['model']}" if "model" in body else "",
        "streamed" if body.get("stream") is True or received.path.endswith("-stream") else "",
        _opening(body),
    ]
    about = escape("  ".join(fact for fact in facts if fact))
    where = escape(f"{received.method} {received.path}")
    moment = time.strftime("%H:%M:%S")
    return f"[dim]{moment}[/]  [{colour}]{said:>3}[/]  [bold]{received.wire or '?':<9}[/]  {where}  {about}"


def _opening(body: Mapping[str, object]) -> str:
    """The last message, as far as it fits on a line."""
    messages = body.get("messages", body.get("input", ""))
    last = messages[-1] if isinstance(messages, list) and messages else messages
    content = last.get("content", "") if isinstance(last, dict) else last
    if isinstance(content, list):
        content = "".join(str(part["text"]) for part in content if isinstance(part, dict) and "text" in part)
    text = " ".join(str(content).split())
    return f'"{text[:_LONGEST]}…"' if len(text) > _LONGEST else f'"{text}"' if text else ""


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """An event that Ctrl-C, or being asked to terminate, sets."""
    interrupted = threading.Event()
    before = {number: signal.signal(number, lambda *_: interrupted.set()) for number in _SIGNALS}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
