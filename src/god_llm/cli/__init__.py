"""The command line: `god-llm demo`, `god-llm simulate`, `god-llm models`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from god_llm.distribution import DISTRIBUTION

__all__ = ["main"]

_INTERRUPTED: Final = 130
_LAST_PORT: Final = 65_535


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 where it did what it says, 130 where Ctrl-C cut it short.

    Args:
        argv: the words after the command's name; by default those of the process.

    Raises:
        SystemExit: the words are no command (code 2), or ask for help or the version (code 0).
    """
    try:
        return _run(_parser().parse_args(argv))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _run(asked: argparse.Namespace) -> int:
    match asked.command:
        case "demo":
            from god_llm.cli.demo import demo

            return demo()
        case "simulate":
            from god_llm.cli.simulate import simulate

            return simulate(asked.port, asked.keys)
        case _:
            from god_llm.cli.models import check_models, models

            return check_models(asked.provider) if asked.check else models(asked.provider, as_json=asked.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="god-llm",
        description="One strictly typed way to talk to OpenAI, Anthropic, Groq, Ollama and AWS Bedrock.",
    )
    parser.add_argument("--version", action="version", version=f"god-llm {version(DISTRIBUTION)}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser(
        "demo",
        help="ask all five providers through their SDKs, on a simulator: no key, no network",
        description="Ask all five providers through their SDKs, on a loopback simulator: no key, no network.",
    )
    simulate = commands.add_parser(
        "simulate",
        help="serve the five providers' APIs on loopback until Ctrl-C",
        description="Serve the five providers' APIs on loopback until Ctrl-C, and show each request.",
    )
    simulate.add_argument("--port", type=_port, default=0, help="to listen on; by default any free one")
    simulate.add_argument(
        "--key", action="append", dest="keys", metavar="KEY", help="accept only this key (may be repeated)"
    )
    models = commands.add_parser(
        "models",
        help="list the known model names",
        description="List the model names that type-check; any other one goes in as CustomModel('...').",
    )
    models.add_argument("provider", nargs="?", type=_provider, help="of one provider only: built in, or from a plugin")
    models.add_argument(
        "--check", action="store_true", help="compare with the names in the installed SDKs; fail where one is missing"
    )
    models.add_argument("--json", action="store_true", help="print one JSON object: provider -> model -> known facts")
    return parser


def _provider(name: str) -> str:
    """The name of an installed provider.

    Raises:
        ArgumentTypeError: no provider of this name is installed.
    """
    from god_llm.plugins.registry import providers

    if name not in providers():
        raise argparse.ArgumentTypeError(f"there is no provider {name!r}; there are {', '.join(providers())}")
    return name


def _port(text: str) -> int:
    """A port number.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to {_LAST_PORT})")
    return int(text)
