"""Key sources. Every key is a `SecretStr` from the moment it enters."""

from typing import TYPE_CHECKING

from god_llm.lazy import lazy_names

if TYPE_CHECKING:
    from god_llm.auth.aws import AWSAuth as AWSAuth
    from god_llm.auth.callback import CallbackAuth as CallbackAuth
    from god_llm.auth.chain import ChainAuth as ChainAuth
    from god_llm.auth.environment import EnvironmentAuth as EnvironmentAuth
    from god_llm.auth.environment import environment_variable as environment_variable
    from god_llm.auth.keyring import KeyringAuth as KeyringAuth
    from god_llm.auth.static import StaticAuth as StaticAuth
    from god_llm.auth.store import Auth as Auth
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "AWSAuth": "aws",
            "Auth": "store",
            "CallbackAuth": "callback",
            "ChainAuth": "chain",
            "EnvironmentAuth": "environment",
            "KeyringAuth": "keyring",
            "StaticAuth": "static",
            "environment_variable": "environment",
        },
    )

__all__ = [
    "AWSAuth",
    "Auth",
    "CallbackAuth",
    "ChainAuth",
    "EnvironmentAuth",
    "KeyringAuth",
    "StaticAuth",
    "environment_variable",
]
