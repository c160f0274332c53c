"""`god-llm models`: the names that type-check and what is known of them; `--check`: what the SDKs know beside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from rich.table import Table
from rich.text import Text

from god_llm.cli.drift import Drift, drift
from god_llm.cli.output import console
from god_llm.domain.facts import ModelFacts
from god_llm.domain.identity import utc_now
from god_llm.domain.providers import PROVIDERS
from god_llm.plugins.registry import catalogue, providers

__all__ = ["check_models", "models"]

Row: TypeAlias = tuple[str, str, ModelFacts]
"""A provider, one of its models and the facts of the model."""

_CAPTION: Final = "{} names. Any other one goes in as CustomModel('...')."
_TITLES: Final = ("context", "takes a temperature", "reasoning", "retires")
_TABLE_WIDTH: Final = 100
"""Columns of a terminal below which the table would cut the names of models."""
_SAMPLING: Final[Mapping[str | None, str]] = {
    "always": "yes",
    "never": "no",
    "only_when_reasoning_off": "with reasoning off",
    None: "not known",
}


def models(provider: str | None = None, *, as_json: bool = False) -> int:
    """Print the listed models of one provider, or of all installed ones."""
    listed = dict(_listed(providers() if provider is None else [provider]))
    if as_json:
        known = {name: {model: facts.known() for model, facts in of.items()} for name, of in listed.items()}
        print(json.dumps(known, default=str, indent=2))
        return 0
    rows = [(name, model, facts) for name, of in listed.items() for model, facts in of.items()]
    out = console()
    out.print(_table(rows) if out.width >= _TABLE_WIDTH else _lines(rows), soft_wrap=out.width < _TABLE_WIDTH)
    return 0


def _table(rows: Sequence[Row]) -> Table:
    table = Table(caption=_CAPTION.format(len(rows)), caption_justify="left")
    table.add_column("provider")
    table.add_column("model", no_wrap=True, overflow="fold")
    for title in _TITLES:
        table.add_column(title, justify="right" if title == "context" else "left")
    for name, model, facts in rows:
        table.add_row(name, model, *_cells(facts), style="dim" if _is_retired(facts) else None)
    return table


def _lines(rows: Sequence[Row]) -> Text:
    """The rows for a narrow terminal: each name whole on a line of its own, its facts below."""
    text = Text()
    for name, model, facts in rows:
        text.append(f"{name}:{model}\n", style="dim" if _is_retired(facts) else "bold")
        cells = zip(_TITLES, _cells(facts), strict=True)
        text.append("".join(f"  {title}: {cell}\n" for title, cell in cells if cell))
    return text.append(_CAPTION.format(len(rows)))


def _is_retired(facts: ModelFacts) -> bool:
    return facts.retires is not None and facts.retires <= utc_now().date()


def _listed(names: Iterable[str]) -> Iterator[tuple[str, Mapping[str, ModelFacts]]]:
    """Each provider's models in the order of their names."""
    for name in names:
        known = catalogue(name)
        if known is not None:
            yield name, dict(sorted(known.models.items()))


def _cells(facts: ModelFacts) -> Iterable[str]:
    yield "" if facts.context_window is None else f"{facts.context_window:,}"
    yield _SAMPLING[facts.sampling]
    yield "not known" if facts.efforts is None else " ".join(facts.efforts) or "no"
    yield "" if facts.retires is None else f"{facts.retires.isoformat()}: {facts.successor}"


def check_models(provider: str | None = None) -> int:
    """Print where the catalogues and the installed SDKs differ; 1 where an SDK names a model that is not listed."""
    asked = [provider] if provider is not None else sorted(PROVIDERS)
    found = [difference for name in asked if (difference := drift(name)) is not None]
    table = Table(caption=_summary(found), caption_justify="left")
    table.add_column("provider")
    table.add_column("SDK")
    table.add_column("named by the SDK, not listed", overflow="fold")
    table.add_column("listed, not named by the SDK", overflow="fold")
    for difference in found:
        table.add_row(
            difference.provider, difference.sdk, "\n".join(difference.unlisted), "\n".join(difference.unnamed)
        )
    console().print(table)
    return int(any(difference.unlisted for difference in found))


def _summary(found: Iterable[Drift]) -> str:
    new = sum(len(difference.unlisted) for difference in found)
    if not new:
        return "Every model that an installed SDK names is listed."
    return f"{new} to be listed. Until then they go in as CustomModel('...')."
