"""Write what follows from the catalogues: model Literals, `provider:model` names, and the facades' overloads.

    python scripts/generate_models.py            writes
    python scripts/generate_models.py --check    says what would change, and fails if anything would

A catalogue is `src/god_llm/plugins/<provider>/catalogue.json`: model name -> the fields of `ModelFacts`. To add a
model, or to correct a fact, edit the catalogue and run this.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from god_llm.domain.facts import ModelFacts, facts_of

PLUGINS: Final = Path(__file__).parents[1] / "src" / "god_llm" / "plugins"
HEADER: Final = "# Written by scripts/generate_models.py from catalogue.json; edit that file, not this one."
BEGIN: Final = "    # -- written by scripts/generate_models.py from catalogue.json: begin --"
END: Final = "    # -- written by scripts/generate_models.py from catalogue.json: end --"


@dataclass(frozen=True)
class Provider:
    """One provider's names in code."""

    name: str
    prefix: str
    options: tuple[str, ...]
    """The keyword options of its facade, one TypedDict for each kind of request it can send."""
    own: tuple[str, ...] = ()
    """Options that no other facade has."""

    @property
    def facade(self) -> str:
        """The name of its facade."""
        return f"Chat{self.prefix}"

    @property
    def models(self) -> Mapping[str, ModelFacts]:
        """Its catalogue, by name."""
        catalogue = json.loads((PLUGINS / self.name / "catalogue.json").read_bytes())
        return {model: facts_of(facts) for model, facts in sorted(catalogue.items())}


PROVIDERS: Final = (
    Provider("anthropic", "Anthropic", ("AnthropicOptions",)),
    Provider("bedrock", "Bedrock", ("BedrockOptions",), own=("region", "max_concurrency")),
    Provider("groq", "Groq", ("GroqOptions",)),
    Provider("ollama", "Ollama", ("OllamaOptions",)),
    Provider("openai", "OpenAI", ("ResponsesOptions", "ChatCompletionsOptions"), own=("api",)),
)


# -- which models take what ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Models that may be called in the same way."""

    name: str
    """Of the TypeVar that stands for one of them."""
    models: tuple[str, ...]
    sampling: str
    """The type of `temperature` and `top_p`."""
    reasoning: str
    """The type of `reasoning`."""
    must_reason: bool = False
    """Whether `reasoning` has to be given."""
    retired: bool = False


NUMBER: Final = "float | None"
NOT_GIVEN: Final = "None"
RETIRED: Final = "this model is retired, or will be: a warning at run time names the day and the successor"
ANY: Final = "Listed"
CUSTOM: Final = "Custom"


def groups(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """The groups of a provider, in the order in which a type checker is to try them."""
    retired = tuple(name for name, facts in models.items() if facts.retires)
    if retired:
        yield Group("Retired", retired, NOT_GIVEN, NOT_GIVEN, retired=True)
    yield Group(ANY, (), NOT_GIVEN, NOT_GIVEN)
    yield from _sampled(models)
    yield from _reasoning(models)
    yield Group(CUSTOM, (), NUMBER, "ReasoningEffort | None")


def _sampled(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """Those that take a temperature as they are, and those that take one when they are told not to reason."""
    free = tuple(name for name, facts in models.items() if facts.samples(None) is not False)
    retired = tuple(name for name in free if models[name].retires)
    if retired:
        yield Group("RetiredSampled", retired, NUMBER, NOT_GIVEN, retired=True)
    yield Group("Sampled", free, NUMBER, NOT_GIVEN)
    silenced = tuple(n for n, f in models.items() if f.sampling == "only_when_reasoning_off" and f.samples("none"))
    if silenced:
        yield Group("Silenced", silenced, NUMBER, 'Literal["none"]', must_reason=True)


def _reasoning(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """Those that can be told how much to reason, by what they can be told and whether they sample meanwhile."""
    kinds: dict[tuple[tuple[str, ...] | None, bool], list[str]] = {}
    for name, facts in models.items():
        if facts.efforts != ():
            kinds.setdefault((facts.efforts, facts.sampling in (None, "always")), []).append(name)
    for (efforts, samples), names in sorted(kinds.items(), key=lambda kind: (kind[0][0] or (), kind[0][1])):
        kind = "Somehow" if efforts is None else "".join(effort.title() for effort in efforts)
        words = "ReasoningEffort" if efforts is None else f"Literal{[*efforts]}".replace("'", '"')
        sampling = NUMBER if samples else NOT_GIVEN
        yield Group(f"{kind}{'Sampled' if samples else ''}", tuple(names), sampling, words, must_reason=True)


# -- models.py -----------------------------------------------------------------------------------------------


def models_module(provider: Provider) -> str:
    """The provider's `models.py`: its catalogue, and a Literal and a TypeVar for each group."""
    prefix = provider.prefix
    lines = [
        f'"""The models of {TITLES[provider.name]}, and those of them that may be called alike."""',
        "",
        HEADER,
        "",
        "from __future__ import annotations",
        "",
        "from typing import TYPE_CHECKING, Final, Literal, TypeAlias",
        "",
        "from typing_extensions import TypeVar",
        "",
        "from god_llm.domain.facts import PackagedFacts",
        "from god_llm.domain.models import Catalogue, CustomModel",
        "",
        f'__all__ = ["CATALOGUE", "{prefix}Model"]',
        "",
        f'_FACTS: Final = PackagedFacts("god_llm.plugins.{provider.name}")',
        f'CATALOGUE: Final = Catalogue("{provider.name}", _FACTS{MAX_TEMPERATURES[provider.name]})',
        "",
        *literal(f"{prefix}Model", provider.models),
        f"Any{prefix}Model: TypeAlias = {prefix}Model | CustomModel",
        "",
        f'{prefix}ModelT = TypeVar("{prefix}ModelT", bound=Any{prefix}Model, default=Any{prefix}Model, covariant=True)',
        "",
        "if TYPE_CHECKING:",
        "    # One model of each group of models that may be called alike: what the facade's overloads speak of.",
    ]
    for group in groups(provider.models):
        lines += [f'    {group.name} = TypeVar("{group.name}", bound={limit(prefix, group)})']
    return "\n".join(lines) + "\n"


def limit(prefix: str, group: Group) -> str:
    """What a group's TypeVar may stand for."""
    everything = {ANY: f"Any{prefix}Model", CUSTOM: "CustomModel"}
    return everything.get(group.name) or f"Literal{[*group.models]}"


def literal(name: str, models: Iterable[str]) -> list[str]:
    """A Literal of model names."""
    return [f"{name}: TypeAlias = Literal[", *(f'    "{model}",' for model in models), "]", ""]


TITLES: Final = {
    "anthropic": "Anthropic",
    "bedrock": "AWS Bedrock",
    "groq": "Groq",
    "ollama": "Ollama",
    "openai": "OpenAI",
}
MAX_TEMPERATURES: Final = {
    "anthropic": ", max_temperature=1.0",
    "bedrock": ", max_temperature=1.0",
    "groq": ", max_temperature=2.0",
    "ollama": "",
    "openai": ", max_temperature=2.0",
}
"""The highest temperature that a provider takes."""


# -- the overloads in chat.py ----------------------------------------------------------------------------------


def overloads(provider: Provider) -> str:
    """The overloads of the facade's `__init__`: the first one that fits decides."""
    written = [BEGIN, "    # fmt: off"]
    for options in provider.options:
        for group in groups(provider.models):
            written += _overload(provider, group, options)
    written += _blame(provider)
    return "\n".join([*written, "    # fmt: on", END]) + "\n"


def _overload(provider: Provider, group: Group, options: str) -> Iterator[str]:
    """One entry of a table, from which the formatter is kept away."""
    self, model = f"{provider.facade}[m.{group.name}]", f"m.{group.name}"
    reasoning = group.reasoning if group.must_reason else f"{group.reasoning} = ..."
    yield "    @overload"
    if group.retired:
        yield f"    @deprecated({RETIRED!r})".replace("'", '"')
    yield f"    def __init__(self: {self}, model_name: {model},"
    yield f"                 temperature: {group.sampling} = ..., api_key: str | None = ..., *,"
    yield f"                 reasoning: {reasoning}, top_p: {group.sampling} = ...,"
    yield f"                 **options: Unpack[{options}]) -> None: ..."


def _blame(provider: Provider) -> Iterator[str]:
    """An overload that fits no call: see `god_llm.plugins.blame`."""
    yield "    @overload"
    own = "".join(f" {name}: Unasked = ...," for name in provider.own)
    yield f"    def __init__(self: {provider.facade}, model_name: Blamed,"
    yield "                 temperature: Unasked = ..., api_key: Unasked = ..., *,"
    yield f"                 reasoning: Unasked = ..., top_p: Unasked = ...,{own}"
    yield "                 **options: Unpack[UnaskedOptions]) -> None: ..."


# -- model_ids.py ----------------------------------------------------------------------------------------------


def ids_module() -> str:
    """`model_ids.py`: every model by its full name."""
    lines = [
        '"""Every listed model by its full name, `provider:model`."""',
        "",
        HEADER.replace("catalogue.json;", "the providers' catalogues;").replace("that file", "those"),
        "",
        "from __future__ import annotations",
        "",
        "from typing import Literal, TypeAlias",
        "",
        "__all__ = [",
        *(f'    "{name}",' for name in sorted(["ModelId", *(p.prefix + "ModelId" for p in PROVIDERS)])),
        "]",
        "",
    ]
    for provider in PROVIDERS:
        names = (f'    "{provider.name}:{model}",' for model in provider.models)
        lines += [f"{provider.prefix}ModelId: TypeAlias = Literal[", *names, "]", ""]
    lines += [f"ModelId: TypeAlias = {' | '.join(f'{p.prefix}ModelId' for p in PROVIDERS)}"]
    return "\n".join(lines) + "\n"


# -- writing ---------------------------------------------------------------------------------------------------


def written() -> Iterator[tuple[Path, str]]:
    """Each file and what is to be in it."""
    for provider in PROVIDERS:
        folder = PLUGINS / provider.name
        yield _formatted(folder / "models.py", models_module(provider))
        chat = (folder / "chat.py").read_text(encoding="utf-8")
        before, _, rest = chat.partition(BEGIN + "\n")
        _, _, after = rest.partition(END + "\n")
        if not after:
            raise SystemExit(f"{folder / 'chat.py'} has no place for the overloads: put the two marks there")
        yield _formatted(folder / "chat.py", before + overloads(provider) + after)
    yield _formatted(PLUGINS / "model_ids.py", ids_module())


def _formatted(path: Path, text: str) -> tuple[Path, str]:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(path), "-"]
    return path, subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Write, or check."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = arguments.parse_args().check
    stale = [(path, text) for path, text in written() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(PLUGINS.parents[2])}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
