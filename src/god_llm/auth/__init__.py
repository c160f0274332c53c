"""Where keys come from. Every key is a `SecretStr` from the moment it enters."""

from god_llm.auth.aws import AWSAuth
from god_llm.auth.callback import CallbackAuth
from god_llm.auth.chain import ChainAuth
from god_llm.auth.environment import EnvironmentAuth, environment_variable
from god_llm.auth.keyring import KeyringAuth
from god_llm.auth.static import StaticAuth
from god_llm.auth.store import Auth

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
