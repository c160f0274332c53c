"""What is known of a model: limits, what it takes, when it retires.

A provider's facts are data: a `catalogue.json` in the provider's package, one model a line, from which
`scripts/generate_models.py` writes the model Literals and the facade's overloads. A fact that is missing is
unknown, not false.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from pydantic_core import from_json
from typing_extensions import override

__all__ = ["EFFORTS", "ForcedTools", "ModelFacts", "PackagedFacts", "ReasoningEffort", "Sampling", "facts_of"]

Sampling: TypeAlias = Literal["always", "never", "only_when_reasoning_off"]
"""Support for sampling parameters: `temperature`, `top_p`, `top_k`, penalties, `logprobs`."""

ForcedTools: TypeAlias = Literal["always", "never", "only_when_reasoning_off"]
"""Support for a tool choice that forces a call: `"required"` or a `NamedTool`."""

ReasoningEffort: TypeAlias = Literal["none", "default", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How much a model reasons before it answers: `"none"` switches reasoning off, `"default"` on without a level.

Each model takes some of them, in the words of its provider; `ModelFacts.efforts` lists them.
"""

EFFORTS: Final[tuple[ReasoningEffort, ...]] = get_args(ReasoningEffort)


class ModelFacts(NamedTuple):
    """What is known of one model; None is unknown."""

    context_window: int | None = None
    """Tokens of prompt and answer together."""
    max_output_tokens: int | None = None
    """Tokens of one answer, reasoning included."""
    sampling: Sampling | None = None
    """Support for sampling parameters."""
    one_sampling_parameter: bool | None = None
    """True if it rejects `temperature` and `top_p` together."""
    efforts: tuple[ReasoningEffort, ...] | None = None
    """What `reasoning=` may be, least first; empty for a model that does not reason."""
    default_effort: ReasoningEffort | None = None
    """How much it reasons where nothing is asked."""
    reasoning_style: str | None = None
    """Which of its provider's ways of asking for reasoning it understands, where there are several."""
    forced_tools: ForcedTools | None = None
    """Support for a forced tool call. Reasoning counts as off unless a request asks for it."""
    responses_only: bool | None = None
    """Whether OpenAI serves it through Responses alone."""
    image_input: bool | None = None
    pdf_input: bool | None = None
    audio_input: bool | None = None
    audio_output: bool | None = None
    tools: bool | None = None
    parallel_tools: bool | None = None
    """Allow several tool calls in one answer."""
    json_schema_output: bool | None = None
    """True if the provider's API enforces a JSON schema natively."""
    prompt_caching: bool | None = None
    assistant_prefill: bool | None = None
    """True if it continues a conversation that ends with an assistant's message."""
    system_in_conversation: bool | None = None
    """True if a system message may follow a user's message."""
    retires: date | None = None
    """When its provider stops to serve it, or stopped."""
    successor: str | None = None
    """The listed model to use in place of one that retires."""

    def known(self) -> dict[str, object]:
        """The facts that are known, by name."""
        return {name: value for name, value in self._asdict().items() if value is not None}

    def samples(self, reasoning: ReasoningEffort | None) -> bool | None:
        """Whether it takes sampling parameters when it is asked to reason so; None where that is unknown."""
        if self.sampling != "only_when_reasoning_off":
            return None if self.sampling is None else self.sampling == "always"
        effort = reasoning or self.default_effort
        return None if effort is None else effort == "none"

    def retirement(self, today: date) -> str | None:
        """A sentence on when it goes or went and what to use then; None for a model that stays."""
        if self.retires is None:
            return None
        verb = "was retired" if self.retires <= today else "is to be retired"
        instead = f"; use {self.successor!r}" if self.successor else ""
        return f"{verb} on {self.retires.isoformat()}{instead}"


UNKNOWN: Final = ModelFacts()


class PackagedFacts(Mapping[str, ModelFacts]):
    """Model name -> facts, from the `catalogue.json` in a package; read when the first fact is asked for.

    Raises:
        FileNotFoundError: from the first look, where the package has no such file.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    @override
    def __getitem__(self, model: str) -> ModelFacts:
        return _facts(self._package, str(model))

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(_catalogue(self._package))

    @override
    def __len__(self) -> int:
        return len(_catalogue(self._package))

    @override
    def __contains__(self, model: object) -> bool:
        return model in _catalogue(self._package)


@cache
def _catalogue(package: str) -> dict[str, dict[str, object]]:
    import pkgutil  # only for the facts of a listed model

    written = pkgutil.get_data(package, "catalogue.json")
    if written is None:
        raise FileNotFoundError(f"the package {package} has no catalogue.json")
    catalogue: dict[str, dict[str, object]] = from_json(written)
    return catalogue


@cache
def _facts(package: str, model: str) -> ModelFacts:
    return facts_of(_catalogue(package)[model])


def facts_of(written: Mapping[str, object]) -> ModelFacts:
    """The facts of one model, as a catalogue has them.

    Raises:
        TypeError: it names a fact that there is not.
    """
    read = {name: _READERS[name](value) if name in _READERS else value for name, value in written.items()}
    return ModelFacts(**read)  # type: ignore[arg-type]  # a test holds every catalogue to the fields' types


def _date(written: object) -> date:
    return date.fromisoformat(str(written))


def _efforts(written: object) -> tuple[object, ...]:
    assert isinstance(written, list)
    return tuple(written)


_READERS: Final = {"retires": _date, "efforts": _efforts}
