"""Keys that are known beforehand."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr
from typing_extensions import override

from god_llm.auth.environment import EnvironmentAuth, InPlaceOfKeys
from god_llm.auth.secret import KeyHolder, secret
from god_llm.domain.providers import ProviderName

__all__ = ["StaticAuth"]


class StaticAuth(KeyHolder):
    """Holds fixed keys: `StaticAuth({"openai": "..."})`, or one key for whoever asks: `StaticAuth("...")`.

    Raises:
        InvalidAPIKeyError: a key is empty or can't be one.
    """

    def __init__(self, keys: str | SecretStr | Mapping[ProviderName, str | SecretStr]) -> None:
        one = isinstance(keys, str | SecretStr)
        self._any: SecretStr | None = secret("any provider", keys) if isinstance(keys, str | SecretStr) else None
        self._keys = {} if one or not isinstance(keys, Mapping) else {p: secret(p, k) for p, k in keys.items()}

    @override
    def __reduce__(self) -> tuple[type[EnvironmentAuth], tuple[()]]:
        """Keys don't travel in pickles: on the other side the environment is asked, for any server as here."""
        return InPlaceOfKeys, ()

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key held for the provider, or None."""
        return self._keys.get(provider, self._any)
