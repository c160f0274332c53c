"""Checks of a facade's options at run time, for values that no type checker sees, for example from a configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

from god_llm.domain.exceptions import ConfigurationError, InvalidSettingError, UnknownModelError

if TYPE_CHECKING:
    from god_llm.domain.facts import ModelFacts
    from god_llm.engine.provider import Api, Provider

__all__ = ["check_api", "check_options", "checked_time"]

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "auth": ("get_key",),
    "formatter": ("format",),
    "normaliser": ("normalise",),
    "transport": ("send", "asend"),
    "async_transport": ("send", "asend"),
}
"""Option -> the methods of which its value has at least one."""

TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "api_key": ((str, SecretStr), "a str"),
    "headers": ((Mapping,), "a dict"),
    "query": ((Mapping,), "a dict"),
    "region": ((str,), "a str"),
}
"""Option -> the types of its value, and what an error's text calls them."""


def check_options(provider: Provider, model_name: object, options: Mapping[str, object]) -> None:
    """Refuse values that can't be used; None is not given.

    Raises:
        UnknownModelError: the model's name is missing, or is no text.
        ConfigurationError: an option has the wrong type.
    """
    if not isinstance(model_name, str):
        missing = "is missing (None)" if model_name is None else f"must be a str, not {_type(model_name)}"
        raise UnknownModelError(f"model_name {missing}", provider=provider.name)
    for name, value in options.items():
        problem = None if value is None else _problem(provider, name, value)
        if problem is not None:
            raise ConfigurationError(f"{name}= {problem}", provider=provider.name)


def _problem(provider: Provider, name: str, value: object) -> str | None:
    if name in TYPES:
        types, wanted = TYPES[name]
        return None if isinstance(value, types) else f"must be {wanted}, not {_type(value)}"
    if name == "middleware":
        wrong = [each for each in value if not callable(each)] if isinstance(value, Iterable) else []
        return f"takes callables that wrap a model, not {_type(wrong[0])}" if wrong else None
    if isinstance(value, type):
        return f"takes an object, not a class: make one of {value.__name__}"
    if name in PARTS:
        return _problem_of_part(provider, name, value)
    return None if callable(value) else f"takes a function without arguments, not {_type(value)}"


def _problem_of_part(provider: Provider, name: str, value: object) -> str | None:
    # A text has a method `format`.
    if isinstance(value, str) or not any(callable(getattr(value, method, None)) for method in PARTS[name]):
        methods = " or ".join(PARTS[name])
        return f"takes an object with the method {methods}, not {_type(value)}"
    if name == "auth" and _signs_for_aws(value) and "region" not in provider.own_options:
        return f"takes a source of {provider.title}'s keys; AWSAuth has credentials of AWS"
    return None


def _signs_for_aws(auth: object) -> bool:
    return type(auth).__module__ == "god_llm.auth.aws"  # without loading it


def _type(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def check_api(provider: Provider, api: str, model_name: str, facts: ModelFacts, parts: Mapping[str, object]) -> None:
    """Refuse a model that the API does not serve, and parts that speak another API of the provider.

    Args:
        provider: the facade's.
        api: the name of the chosen API.
        model_name: the model.
        facts: of the model.
        parts: the injected formatter and normaliser.

    Raises:
        InvalidSettingError: OpenAI serves the model through Responses alone.
        ConfigurationError: a part reads or writes the other API's format.
    """
    if facts.responses_only and api == "chat_completions":
        raise InvalidSettingError(
            f"{provider.title} serves {model_name} through Responses alone: leave out api=", provider=provider.name
        )
    for name, part in parts.items():
        other = next((o for o, each in provider.apis.items() if o != api and _is_of(part, name, each)), None)
        if other is not None and not _is_of(part, name, provider.apis[api]):
            raise ConfigurationError(
                f"{name}={type(part).__name__}() speaks {other}, and the API is {api}: pass api={other!r}",
                provider=provider.name,
            )


def _is_of(part: object, name: str, api: Api) -> bool:
    own: Callable[[], object] = api.formatter if name == "formatter" else api.normaliser
    return isinstance(own, type) and isinstance(part, own)


def checked_time(now: object) -> datetime:
    """The time that a clock gives.

    Raises:
        ConfigurationError: it is no time, or one without a time zone.
    """
    if not isinstance(now, datetime):
        raise ConfigurationError(f"clock= must give a datetime, not {_type(now)}")
    if now.tzinfo is None:
        raise ConfigurationError("clock= must give aware times, for example datetime.now(UTC)")
    return now
