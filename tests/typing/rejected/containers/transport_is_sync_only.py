"""A transport for sync calls alone is given for the async ones."""

from dependency_injector import providers

from god_llm import ChatGroq
from god_llm.domain.plain_json import JsonObject
from god_llm.protocols import Transport


def recorded() -> Transport[JsonObject]:
    raise NotImplementedError


llm = providers.Factory(
    ChatGroq,
    "llama-3.1-8b-instant",
    async_transport=providers.Callable(recorded),  # E: arg-type
)
