"""`god-llm models`: the names that type-check."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from rich.table import Table

from god_llm.cli.output import console
from god_llm.domain.models import Catalogue
from god_llm.domain.providers import PROVIDERS

__all__ = ["models"]

_SAMPLING: Final[Mapping[str | None, str]] = {
    "always": "yes",
    "never": "no",
    "only_when_reasoning_off": "only with reasoning off",
    None: "not known",
}


def models(provider: str | None = None) -> int:
    """Print the known model names of one provider, or of all."""
    asked = [provider] if provider is not None else sorted(PROVIDERS)
    catalogues = [_catalogue(name) for name in asked]
    names = [(catalogue, name) for catalogue in catalogues for name in sorted(catalogue.names)]
    table = Table(caption=f"{len(names)} names. Any other one goes in as CustomModel('...').", caption_justify="left")
    table.add_column("provider")
    table.add_column("model", no_wrap=True, overflow="fold")
    table.add_column("takes a temperature")
    for catalogue, name in names:
        table.add_row(catalogue.provider, name, _SAMPLING[catalogue.sampling.get(name)])
    console().print(table)
    return 0


def _catalogue(provider: str) -> Catalogue:
    found = import_module(f"god_llm.plugins.{provider}.models").CATALOGUE
    assert isinstance(found, Catalogue)
    return found
