"""Where keys come from. Every key is a `SecretStr` from the moment it enters.

The sources are resolved on first use (PEP 562): an application has one or two of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from god_llm.auth.aws import AWSAuth as AWSAuth
    from god_llm.auth.callback import CallbackAuth as CallbackAuth
    from god_llm.auth.chain import ChainAuth as ChainAuth
    from god_llm.auth.environment import EnvironmentAuth as EnvironmentAuth
    from god_llm.auth.environment import environment_variable as environment_variable
    from god_llm.auth.keyring import KeyringAuth as KeyringAuth
    from god_llm.auth.static import StaticAuth as StaticAuth
    from god_llm.auth.store import Auth as Auth

_HOME: Final = {
    "AWSAuth": "aws",
    "Auth": "store",
    "CallbackAuth": "callback",
    "ChainAuth": "chain",
    "EnvironmentAuth": "environment",
    "KeyringAuth": "keyring",
    "StaticAuth": "static",
    "environment_variable": "environment",
}

__all__ = [*_HOME]  # noqa: PLE0604 - the names of the table above


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
