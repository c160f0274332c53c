"""The store of keys that a facade holds."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr
from typing_extensions import override

from god_llm.auth.elsewhere import elsewhere
from god_llm.auth.environment import EnvironmentAuth
from god_llm.auth.secret import KeyHolder, secret
from god_llm.domain.providers import ProviderName
from god_llm.protocols import AuthSource

__all__ = ["Auth"]


class Auth(KeyHolder):
    """Keys set by hand, in memory, over another source: the environment variables unless you name one."""

    def __init__(self, fallback: AuthSource | None = None) -> None:
        self._keys: dict[ProviderName, SecretStr] = {}
        self._fallback: AuthSource = EnvironmentAuth() if fallback is None else fallback

    @override
    def __getstate__(self) -> dict[str, object]:
        """Keys don't travel in pickles: on the other side the fallback is asked.

        If that is the environment, its keys for the providers whose keys were set may go to any server, as those did.
        """
        fallback = self._fallback
        named = fallback.naming(self._keys) if type(fallback) is EnvironmentAuth else fallback
        return {"_keys": {}, "_fallback": named}

    def set_key(self, provider: ProviderName, key: str | SecretStr) -> None:
        """Keep a key for a provider, in place of an earlier one.

        Raises:
            InvalidAPIKeyError: the key is empty or can't be one.
        """
        self._keys[provider] = secret(provider, key)

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key that was set, else the fallback's, else None."""
        return self._keys.get(provider) or self._fallback.get_key(provider)

    def elsewhere(self) -> AuthSource:
        """The keys for a server that is not the provider's: those set by hand, and some of the fallback's."""
        return _Elsewhere(self._keys, elsewhere(self._fallback))


class _Elsewhere:
    def __init__(self, keys: Mapping[ProviderName, SecretStr], fallback: AuthSource) -> None:
        self._keys = keys
        self._fallback = fallback

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        return self._keys.get(provider) or self._fallback.get_key(provider)
