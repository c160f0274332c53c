"""Several sources, asked in turn."""

from __future__ import annotations

from pydantic import SecretStr

from god_llm.auth.elsewhere import elsewhere
from god_llm.domain.providers import ProviderName
from god_llm.protocols import AuthSource

__all__ = ["ChainAuth"]


class ChainAuth:
    """Asks each source in turn; the first that has a key wins."""

    def __init__(self, *sources: AuthSource) -> None:
        self._sources = sources

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The first key found, or None."""
        return next((key for source in self._sources if (key := source.get_key(provider)) is not None), None)

    def elsewhere(self) -> ChainAuth:
        """The same chain, each source without the keys that are only for the provider's own hosts."""
        return ChainAuth(*map(elsewhere, self._sources))
