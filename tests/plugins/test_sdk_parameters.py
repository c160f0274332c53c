"""The request parameters of the installed SDKs are all accounted for: as settings, as extras or as reserved.

An SDK that brings a new parameter fails here, with the constant to edit. Types are compared as well.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from types import ModuleType, UnionType
from typing import Final, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

import pytest
from typing_extensions import is_typeddict

from god_llm import Settings
from god_llm.domain.extra import ExtraRules
from god_llm.testing.simulator import Simulator

MODULES: Final = {
    "anthropic": "god_llm.plugins.anthropic.extra",
    "bedrock": "god_llm.plugins.bedrock.extra",
    "groq": "god_llm.plugins.groq.extra",
    "ollama": "god_llm.plugins.ollama.extra",
    "openai-chat": "god_llm.plugins.openai.chat_completions.extra",
    "openai-responses": "god_llm.plugins.openai.responses.extra",
}
APIS: Final = sorted(MODULES)

BEYOND: Final[Mapping[str, Mapping[str, str]]] = {
    "anthropic": {
        "temperature": "older models take it; the SDK leaves it to `extra_body`",
        "top_k": "as `temperature`",
        "top_p": "as `temperature`",
    },
    "ollama": {"options.min_p": "https://docs.ollama.com/modelfile lists it, the SDK's `Options` do not"},
}
"""What we send and the SDK does not know -> why."""

OF_THE_CALL: Final = frozenset({"self", "extra_body", "extra_headers", "extra_query", "timeout"})
"""The arguments of an SDK's method that are no request parameters."""

Hints: TypeAlias = Mapping[str, object]


def rules_of(api: str) -> ExtraRules:
    """The rules of an API."""
    rules: ExtraRules = importlib.import_module(MODULES[api]).EXTRA_RULES
    return rules


def arguments(method: Callable[..., object]) -> frozenset[str]:
    """The request parameters that a method of an SDK takes."""
    return frozenset(inspect.signature(method).parameters) - OF_THE_CALL


def members(name: str, known: Iterable[str]) -> frozenset[str]:
    """The paths of an object's members."""
    return frozenset(f"{name}.{each}" for each in known)


# -- what the installed SDKs know -------------------------------------------------------------------------------
# Where settings alone write an object, its members stand for it: a new one could not be reached otherwise.


def anthropic_parameters() -> frozenset[str]:
    """Of the Messages API, beta or not."""
    from anthropic.resources.beta.messages import Messages as BetaMessages
    from anthropic.resources.messages import Messages
    from anthropic.types import MetadataParam
    from anthropic.types.beta import BetaMetadataParam

    known = arguments(Messages.create) | arguments(BetaMessages.create)
    return known - {"metadata"} | members(
        "metadata", {**get_type_hints(MetadataParam), **get_type_hints(BetaMetadataParam)}
    )


def bedrock_parameters() -> frozenset[str]:
    """Of Converse and ConverseStream, as AWS describes the service."""
    from botocore.session import get_session

    service = get_session().get_service_model("bedrock-runtime")
    shapes = [service.operation_model(name).input_shape for name in ("Converse", "ConverseStream")]
    known = {name: shape for each in shapes if each is not None for name, shape in each.members.items()}
    ours = {"inferenceConfig", "outputConfig", "serviceTier"}
    # Its stubs leave out that a structure has members.
    return frozenset(known.keys() - ours).union(*(members(name, getattr(known[name], "members")) for name in ours))  # noqa: B009


def groq_parameters() -> frozenset[str]:
    """Of Groq's chat completions."""
    from groq.resources.chat.completions import Completions

    return arguments(Completions.create)


def ollama_parameters() -> frozenset[str]:
    """Of `/api/chat`, with the options."""
    from ollama import Client, Options

    return arguments(Client.chat) - {"options"} | members("options", Options.model_fields)


def openai_chat_parameters() -> frozenset[str]:
    """Of chat completions."""
    from openai.resources.chat.completions import Completions

    return arguments(Completions.create)


def openai_responses_parameters() -> frozenset[str]:
    """Of the Responses API."""
    from openai.resources.responses import Responses

    return arguments(Responses.create)


PARAMETERS: Final[Mapping[str, Callable[[], frozenset[str]]]] = {
    "anthropic": anthropic_parameters,
    "bedrock": bedrock_parameters,
    "groq": groq_parameters,
    "ollama": ollama_parameters,
    "openai-chat": openai_chat_parameters,
    "openai-responses": openai_responses_parameters,
}


def declared_paths(declared: type, prefix: str = "") -> Iterator[str]:
    """The paths that a TypedDict of ours declares; an object of ours stands for its members."""
    for name, hint in get_type_hints(declared).items():
        if isinstance(hint, type) and is_typeddict(hint):
            yield from declared_paths(hint, f"{prefix}{name}.")
        else:
            yield prefix + name


def covered(path: str, ours: Iterable[str]) -> bool:
    """Whether a path is ours, or in an object that is ours as a whole."""
    return any(path == each or path.startswith(f"{each}.") for each in ours)


@pytest.mark.parametrize("api", APIS)
def test_every_parameter_of_the_sdk_is_a_setting_an_extra_or_reserved(api: str) -> None:
    """A parameter that an SDK update brings can be sent once it is added to one of three constants."""
    rules, known = rules_of(api), PARAMETERS[api]()
    ours = {*declared_paths(rules.declared), *rules.setting_of, *rules.reserved}
    new = sorted(path for path in known if not covered(path, ours))
    assert not new, (
        f"{new} are new: add each to {MODULES[api]}, as a field of {rules.declared.__name__} with the SDK's type;"
        " to SETTING_OF if a unified setting writes it; or to RESERVED if every request has it"
    )


@pytest.mark.parametrize("api", APIS)
def test_no_parameter_is_declared_that_the_sdk_dropped(api: str) -> None:
    """What we offer is what the SDK knows, but for the parameters named above."""
    rules, known = rules_of(api), PARAMETERS[api]()
    ours = {*declared_paths(rules.declared), *rules.setting_of, *rules.reserved}
    gone = {path for path in ours if not covered(path, known) and not any(covered(each, {path}) for each in known)}
    assert gone == BEYOND.get(api, {}).keys(), f"edit {MODULES[api]}, or name them in BEYOND with the reason"


@pytest.mark.parametrize("api", APIS)
def test_the_constants_of_an_api_fit_each_other(api: str) -> None:
    """A parameter is an extra, a setting or both by `SHARED`; settings are named as `Settings` names them."""
    rules = rules_of(api)
    declared = set(get_type_hints(rules.declared))
    assert set(rules.setting_of.values()) <= {each.name for each in fields(Settings)}
    assert rules.shared <= rules.setting_of.keys()
    assert {path.partition(".")[0] for path in rules.shared | rules.appended} <= declared
    assert declared & rules.setting_of.keys() <= rules.shared
    assert not declared & rules.reserved
    module = importlib.import_module(MODULES[api])
    constants = (module.SETTING_OF, module.SHARED, module.APPENDED, module.RESERVED)
    assert constants == (rules.setting_of, rules.shared, rules.appended, rules.reserved)


# -- types ------------------------------------------------------------------------------------------------------

TYPES_APART: Final[Mapping[tuple[str, str], str]] = {
    ("bedrock", "guardrailConfig"): "a union of those of Converse and ConverseStream",
    ("bedrock", "projectIdentifier"): "the stubs are older than botocore's description of the service",
    ("ollama", "tools"): "the SDK also takes functions and models of its own, which are no JSON",
    ("ollama", "options"): "the SDK types them with a model: see the next test",
}
"""Extras whose type is not the SDK's -> why."""


def typed_module(name: str) -> ModuleType:
    """A second copy of a module, as a type checker sees it: with the SDK's types in place of their stand-ins."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typing, "TYPE_CHECKING", True)
        spec.loader.exec_module(module)
    return module


def sdk_hints(api: str) -> Hints:
    """Parameter -> its type in the SDK."""
    match api:
        case "anthropic":
            from anthropic.types.beta.message_create_params import MessageCreateParamsNonStreaming as AnthropicParams

            return get_type_hints(AnthropicParams)
        case "bedrock":
            from types_boto3_bedrock_runtime.type_defs import ConverseRequestTypeDef

            return get_type_hints(ConverseRequestTypeDef)
        case "groq":
            from groq.types.chat.completion_create_params import CompletionCreateParams

            return get_type_hints(CompletionCreateParams)
        case "ollama":
            from ollama import Client

            return get_type_hints(Client.chat)
        case "openai-chat":
            from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

            return get_type_hints(CompletionCreateParamsNonStreaming)
        case _:
            from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming

            return get_type_hints(ResponseCreateParamsNonStreaming)


def shape(hint: object) -> object:
    """A type without what JSON does not tell apart: kinds of sequences, kinds of mappings, `Any` and `object`."""
    origin, inner = get_origin(hint), frozenset(map(shape, get_args(hint)))
    if origin in {Union, UnionType}:
        return frozenset(option for each in inner for option in (each if isinstance(each, frozenset) else {each}))
    if origin is Literal:
        return ("literal", frozenset(get_args(hint)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return ("object", inner)
    if origin in {list, Sequence, Iterable} or getattr(origin, "__name__", "") == "SequenceNotStr":
        return ("list", inner)
    return object if hint is typing.Any else hint


@pytest.mark.parametrize("api", APIS)
def test_an_extra_has_the_type_of_the_sdk(api: str) -> None:
    """An editor offers the SDK's own keys and words for each parameter."""
    theirs = sdk_hints(api)
    ours: Hints = get_type_hints(rules_of(api).declared, localns=vars(typed_module(MODULES[api])))
    apart = {name for name in ours if shape(ours[name]) != shape(theirs.get(name))}
    expected = {name for each, name in TYPES_APART if each == api}
    assert {name: ours[name] for name in apart - expected} == {}
    assert apart == expected


def test_ollamas_options_have_the_types_of_the_sdk() -> None:
    """Each option of ours that the SDK has is of its type."""
    from ollama import Options

    from god_llm.plugins.ollama.extra import OllamaOptionsExtra

    ours = get_type_hints(OllamaOptionsExtra)
    assert {name: shape(ours[name]) for name in ours if name in Options.model_fields} == {
        name: shape(field.annotation) for name, field in Options.model_fields.items() if name in ours
    }


@pytest.mark.parametrize("api", APIS)
def test_the_types_are_readable_without_the_sdk(api: str) -> None:
    """At run time plain types stand for the SDK's, which is therefore not loaded."""
    for hint in get_type_hints(rules_of(api).declared).values():
        for named in (hint, *get_args(hint)):
            root = getattr(named, "__module__", "").partition(".")[0]
            assert root not in {"anthropic", "openai", "groq", "ollama", "types_boto3_bedrock_runtime"}


def test_the_parameters_that_anthropic_takes_as_headers(simulator: Simulator) -> None:
    """The table of headers says what the SDK does: it sends these parameters as headers, and not in the body."""
    import anthropic

    from god_llm.plugins.anthropic.extra import HEADER_OF

    values = {"betas": ["context-1m-2025-08-07", "other"], "user_profile_id": "p", "workspace_id": "w"}
    assert values.keys() == HEADER_OF.keys()
    with anthropic.Anthropic(api_key="test-key", base_url=simulator.url("anthropic"), max_retries=0) as client:
        client.beta.messages.create(
            model="claude-sonnet-5-5",
            max_tokens=9,
            messages=[{"role": "user", "content": "Hello"}],
            betas=["context-1m-2025-08-07", "other"],
            user_profile_id="p",
            workspace_id="w",
        )
    (received,) = simulator.journal
    assert isinstance(received.body, dict)
    assert not received.body.keys() & values.keys()
    sent = {name: ",".join(value) if isinstance(value, list) else value for name, value in values.items()}
    assert {name: received.headers[header] for name, header in HEADER_OF.items()} == sent
