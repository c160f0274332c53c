"""Keys from a function of yours, for tokens that rotate."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from god_llm.auth.secret import optional_secret
from god_llm.domain.providers import ProviderName

__all__ = ["CallbackAuth"]


class CallbackAuth:
    """Asks a function at every request: `CallbackAuth(lambda provider: vault.token(provider))`.

    The function returns a key, or None where it has none. It is called from the thread that sends the request.
    """

    def __init__(self, ask: Callable[[ProviderName], str | SecretStr | None]) -> None:
        self._ask = ask

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key the function gives now, or None."""
        return optional_secret(provider, self._ask(provider))
