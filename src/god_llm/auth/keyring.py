"""Keys from the operating system's keyring."""

from __future__ import annotations

from pydantic import SecretStr

from god_llm.auth.secret import optional_secret
from god_llm.distribution import requirement
from god_llm.domain.exceptions import MissingDependencyError
from god_llm.domain.providers import ProviderName

__all__ = ["KeyringAuth"]


class KeyringAuth:
    """Looks a key up with the `keyring` package, under a service name and the provider's name as user.

    Store one with `keyring set god_llm openai`.
    """

    def __init__(self, service: str = "god_llm") -> None:
        self._service = service

    def get_key(self, provider: ProviderName) -> SecretStr | None:
        """The key in the keyring, or None.

        Raises:
            MissingDependencyError: the `keyring` package is not installed.
        """
        try:
            import keyring
        except ImportError as error:
            raise MissingDependencyError(
                f"KeyringAuth needs the keyring package: pip install '{requirement('keyring')}'", provider=provider
            ) from error
        return optional_secret(provider, keyring.get_password(self._service, provider) or None)
