"""Keys from environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Final

from pydantic import SecretStr
from typing_extensions import override

from god_llm.auth.secret import optional_secret
from god_llm.domain.providers import ProviderName
from god_llm.protocols import AuthSource

__all__ = ["EnvironmentAuth", "InPlaceOfKeys", "environment_variable"]

_IRREGULAR: Final[Mapping[str, str]] = {
    "azure": "AZURE_OPENAI_API_KEY",
    "azure_deployments": "AZURE_OPENAI_API_KEY",
    "bedrock": "AWS_BEARER_TOKEN_BEDROCK",
}


def environment_variable(provider: str) -> str:
    """The variable that holds a provider's key: `OPENAI_API_KEY`, for a provider of your own `MY_NAME_API_KEY`."""
    return _IRREGULAR.get(provider) or re.sub(r"\W", "_", provider).upper() + "_API_KEY"


class EnvironmentAuth:
    """Looks a key up in the environment at every request.

    A provider's usual variable is for the provider's own hosts; a variable that is named here is for whatever server
    `base_url` names.

    Args:
        variables: provider name -> variable, where yours differ from the usual ones.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = dict(variables or {})

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key in the provider's variable; None if it is unset or empty."""
        return _looked_up(provider, self._variables.get(provider) or environment_variable(provider))

    def elsewhere(self) -> AuthSource:
        """The keys in the variables that were named: those that may go to a server that is not the provider's."""
        return _NamedVariables(self._variables)

    def naming(self, providers: Iterable[ProviderName]) -> EnvironmentAuth:
        """The same, with the usual variables of these providers named: their keys may go to any server."""
        return EnvironmentAuth({**{name: environment_variable(name) for name in providers}, **self._variables})


class InPlaceOfKeys(EnvironmentAuth):
    """Looks up, on the other side of a pickle, the keys that were given by hand for whatever server there is."""

    @override
    def elsewhere(self) -> AuthSource:
        return self


class _NamedVariables:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        name = self._variables.get(provider)
        return None if name is None else _looked_up(provider, name)


def _looked_up(provider: str, variable: str) -> SecretStr | None:
    return optional_secret(provider, os.environ.get(variable) or None)
