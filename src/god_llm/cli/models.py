"""`god-llm models`: the names that type-check and what is known of them; `--check`: what the SDKs know beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.table import Table

from god_llm.cli.drift import Drift, drift
from god_llm.cli.output import console
from god_llm.domain.facts import ModelFacts
from god_llm.domain.identity import utc_now
from god_llm.domain.providers import PROVIDERS
from god_llm.plugins.registry import catalogue

__all__ = ["check_models", "models"]

_SAMPLING: Final[Mapping[str | None, str]] = {
    "always": "yes",
    "never": "no",
    "only_when_reasoning_off": "with reasoning off",
    None: "not known",
}


def models(provider: str | None = None) -> int:
    """Print the listed models of one provider, or of all."""
    asked = [provider] if provider is not None else sorted(PROVIDERS)
    rows = [(name, model, facts) for name in asked for model, facts in sorted(catalogue(name).models.items())]
    table = Table(caption=f"{len(rows)} names. Any other one goes in as CustomModel('...').", caption_justify="left")
    table.add_column("provider")
    table.add_column("model", no_wrap=True, overflow="fold")
    table.add_column("context", justify="right")
    table.add_column("takes a temperature")
    table.add_column("reasoning")
    table.add_column("retires")
    for name, model, facts in rows:
        style = "dim" if facts.retires is not None and facts.retires <= utc_now().date() else None
        table.add_row(name, model, *_cells(facts), style=style)
    console().print(table)
    return 0


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
