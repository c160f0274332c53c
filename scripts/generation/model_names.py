"""`models.py` of each provider, and `model_ids.py`: model names as types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from generation.source import HEADER, ApiSource, Source
from god_llm.domain.facts import EFFORTS, ModelFacts

__all__ = ["Group", "groups_of", "ids_module", "models_module"]


@dataclass(frozen=True)
class Group:
    """Models that can be called in the same way: one overload of the facade."""

    name: str
    """Of the type variable that stands for one of them."""
    models: tuple[str, ...]
    sampling: str
    """The type of `temperature` and `top_p`."""
    reasoning: str
    """The type of `reasoning`."""
    must_reason: bool = False
    """True if `reasoning` is required."""
    retired: bool = False
    custom: bool = False
    """True if it takes a `CustomModel` too."""


NUMBER: Final = "float | None"
NOT_GIVEN: Final = "None"
LISTED: Final = "AnyListed"
CUSTOM: Final = "Custom"


def groups_of(source: Source, api: ApiSource) -> Iterator[Group]:
    """The groups of an API, named after it if it does not serve all of the provider's models."""
    models = source.models_of(api)
    if len(models) == len(source.models):
        yield from groups(models)
        return
    suffix = "Over" + "".join(word.title() for word in api.name.split("_"))
    for group in groups(models):
        if group.name == CUSTOM:
            yield group
        else:
            names = (*models,) if group.name == LISTED else group.models
            yield replace(group, name=f"{group.name}{suffix}", models=names, custom=group.name == LISTED)


def groups(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """The groups of some models, in the order in which a type checker tries them: current models first."""
    current = tuple(name for name, facts in models.items() if not facts.retires)
    retired = tuple(name for name, facts in models.items() if facts.retires)
    if retired:
        yield Group("Current", current, NOT_GIVEN, NOT_GIVEN)
        yield Group("Retired", retired, NOT_GIVEN, NOT_GIVEN, retired=True)
    yield Group(LISTED, (), NOT_GIVEN, NOT_GIVEN)
    yield from _sampling(models)
    yield from _reasoning(models)
    yield Group(CUSTOM, (), NUMBER, "ReasoningEffort | None")


def _sampling(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """Models that take a temperature, and those that take one only when told not to reason."""
    free = tuple(name for name, facts in models.items() if facts.samples(None) is not False)
    retired = tuple(name for name in free if models[name].retires)
    if retired:
        yield Group("CurrentSampling", tuple(n for n in free if n not in retired), NUMBER, NOT_GIVEN)
        yield Group("RetiredSampling", retired, NUMBER, NOT_GIVEN, retired=True)
    yield Group("Sampling", free, NUMBER, NOT_GIVEN)
    silenced = tuple(n for n, f in models.items() if f.sampling == "only_when_reasoning_off" and f.samples("none"))
    if silenced:
        yield Group("SamplingWithoutReasoning", silenced, NUMBER, 'Literal["none"]', must_reason=True)


def _reasoning(models: Mapping[str, ModelFacts]) -> Iterator[Group]:
    """Models that take an effort, by the efforts and by whether they sample beside it."""
    kinds: dict[tuple[tuple[str, ...] | None, bool], list[str]] = {}
    for name, facts in models.items():
        if facts.efforts != ():
            kinds.setdefault((facts.efforts, facts.sampling in (None, "always")), []).append(name)
    for (efforts, samples), names in sorted(kinds.items(), key=lambda kind: (kind[0][0] or (), kind[0][1])):
        words = "ReasoningEffort" if efforts is None else f"Literal{[*efforts]}".replace("'", '"')
        sampling = NUMBER if samples else NOT_GIVEN
        name = f"Reasoning{_range(efforts)}{'AndSampling' if samples else ''}"
        yield Group(name, tuple(names), sampling, words, must_reason=True)


def _range(efforts: Sequence[str] | None) -> str:
    """Efforts as a part of a name: `LowToMax` where they follow each other, else `LowOrMax`."""
    if efforts is None:
        return ""
    if efforts[0] == "none" and len(efforts) > 1:
        return f"NoneOr{_range(efforts[1:])}"
    levels = [effort for effort in EFFORTS if effort != "default"]
    start = levels.index(efforts[0]) if efforts[0] in levels else 0
    if len(efforts) > 1 and tuple(levels[start : start + len(efforts)]) == tuple(efforts):
        return f"{efforts[0].title()}To{efforts[-1].title()}"
    return "Or".join(effort.title() for effort in efforts)


def models_module(source: Source) -> str:
    """The provider's `models.py`: a Literal of its models, and a type variable for each group."""
    prefix = source.title
    lines = [
        f'"""The models of {source.value.title}, and those of them that can be called in the same way."""',
        "",
        HEADER,
        "",
        "from __future__ import annotations",
        "",
        "from typing import TYPE_CHECKING, Literal, TypeAlias",
        "",
        "from typing_extensions import TypeVar",
        "",
        "from god_llm.domain.models import CustomModel",
        "",
        f'__all__ = ["{prefix}Model"]',
        "",
        *_literal(f"{prefix}Model", source.models),
        f"Any{prefix}Model: TypeAlias = {prefix}Model | CustomModel",
        "",
        "# Bound to any text, as a type checker joins the Literals of two facades in a list to `str`.",
        f'{prefix}ModelT = TypeVar("{prefix}ModelT", bound=str, default=Any{prefix}Model, covariant=True)',
        "",
        "if TYPE_CHECKING:",
        "    # One model of each group of models that can be called in the same way, for the overloads of the facade.",
    ]
    found = {group.name: group for api in source.apis for group in groups_of(source, api)}
    for group in found.values():
        lines += [f'    {group.name} = TypeVar("{group.name}", bound={_bound(prefix, group)})']
    return "\n".join(lines) + "\n"


def _bound(prefix: str, group: Group) -> str:
    everything = {LISTED: f"Any{prefix}Model", CUSTOM: "CustomModel"}
    literal = f"Literal{[*group.models]}"
    return everything.get(group.name) or (f"{literal} | CustomModel" if group.custom else literal)


def _literal(name: str, models: Iterable[str]) -> list[str]:
    return [f"{name}: TypeAlias = Literal[", *(f'    "{model}",' for model in models), "]", ""]


def ids_module(found: Sequence[Source]) -> str:
    """`model_ids.py`: every model by its full name."""
    lines = [
        '"""Every listed model by its full name, `provider:model`."""',
        "",
        "# Generated by scripts/generate_models.py; edit the providers' catalogues, not this file.",
        "",
        "from __future__ import annotations",
        "",
        "from typing import Literal, TypeAlias",
        "",
        "__all__ = [",
        *(f'    "{name}",' for name in sorted(["ModelId", *(source.title + "ModelId" for source in found)])),
        "]",
        "",
    ]
    for source in found:
        names = (f'    "{source.name}:{model}",' for model in source.models)
        lines += [f"{source.title}ModelId: TypeAlias = Literal[", *names, "]", ""]
    lines += [f"ModelId: TypeAlias = {' | '.join(f'{source.title}ModelId' for source in found)}"]
    return "\n".join(lines) + "\n"
