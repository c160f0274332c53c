"""Keys from environment variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Final

from pydantic import SecretStr

from god_llm.auth.secret import secret
from god_llm.domain.providers import ProviderName

__all__ = ["EnvironmentAuth", "environment_variable"]

_IRREGULAR: Final[Mapping[str, str]] = {"bedrock": "AWS_BEARER_TOKEN_BEDROCK"}


def environment_variable(provider: str) -> str:
    """The variable that holds a provider's key: `OPENAI_API_KEY`, for a provider of your own `MY_NAME_API_KEY`."""
    return _IRREGULAR.get(provider) or re.sub(r"\W", "_", provider).upper() + "_API_KEY"


class EnvironmentAuth:
    """Looks a key up in the environment at every request.

    Args:
        variables: provider name -> variable, where yours differ from the usual ones.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = dict(variables or {})

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key in the provider's variable; None where it is unset or empty."""
        value = os.environ.get(self._variables.get(provider) or environment_variable(provider))
        return secret(provider, value) if value else None
