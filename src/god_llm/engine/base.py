"""The facade every provider has, however it is made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from typing_extensions import override

from god_llm.auth.missing_key import missing_key
from god_llm.auth.store import Auth
from god_llm.domain.exceptions import UnknownProviderError
from god_llm.domain.providers import KEYLESS, PROVIDERS, CustomProvider
from god_llm.domain.streams import AsyncStream, Stream
from god_llm.engine.batch import Batching

if TYPE_CHECKING:
    from god_llm.domain.messages import AIMessage
    from god_llm.domain.providers import ProviderName
    from god_llm.protocols import AuthSource

__all__ = ["BaseLLM"]


class BaseLLM(Batching, ABC):
    """A language model of some provider.

    A subclass that implements `__init__` and `generate` is complete: streams, async calls and batches work on
    top of `generate`. A provider made of the four parts derives from `ChatModel` instead.

    Args:
        provider: one of `LLMProviderType`, or `CustomProvider("name")` from another package.
        api_key: kept in `auth`; without one it is looked up there.
        auth: where keys come from; by default an `Auth` over the environment variables.
        key_required: whether to insist on a key now; by default where the provider needs one and `auth` is
            ours (a source of yours is not asked before the first request).

    Raises:
        UnknownProviderError: no provider has this name.
        MissingAPIKeyError: a key is needed, none was given and none was found (a `ValueError`).
        InvalidAPIKeyError: the key can't be one.
    """

    def __init__(
        self,
        provider: ProviderName,
        api_key: str | None = None,
        *,
        auth: AuthSource | None = None,
        key_required: bool | None = None,
    ) -> None:
        if provider not in PROVIDERS and not isinstance(provider, CustomProvider):
            raise UnknownProviderError(
                f"there is no provider {provider!r}; there are {', '.join(PROVIDERS)}."
                f" A provider of your own is CustomProvider({provider!r})."
            )
        self.provider: ProviderName = provider
        self.auth: AuthSource = auth if auth is not None and api_key is None else Auth(auth)
        if api_key is not None and isinstance(self.auth, Auth):
            self.auth.set_key(provider, api_key)
        if key_required is None:
            key_required = auth is None and provider not in KEYLESS
        if key_required and self.auth.get_key(provider) is None:
            raise missing_key(provider)

    @abstractmethod
    def generate(self, prompt: str) -> AIMessage:
        """The model's answer.

        Raises:
            BaseLLMException: there is no answer; the subclass tells why.
        """

    def stream(self, prompt: str) -> Stream:
        """The answer in pieces. By default the whole answer, taken apart."""
        from god_llm.engine.playback import Playback  # what streams need is loaded with the first one

        playback = Playback()
        return Stream(playback.deltas(lambda: self.generate(prompt)), playback.message)

    async def agenerate(self, prompt: str) -> AIMessage:
        """`generate`, for async code. By default it runs in a thread."""
        from anyio.to_thread import run_sync

        return await run_sync(self.generate, prompt, abandon_on_cancel=True)

    def astream(self, prompt: str) -> AsyncStream:
        """`stream`, for async code. By default the whole answer, taken apart."""
        from god_llm.engine.playback import Playback

        playback = Playback()
        return AsyncStream(playback.adeltas(lambda: self.agenerate(prompt)), playback.message)

    @override
    def __repr__(self) -> str:
        """The class and the provider, never a key."""
        return f"{type(self).__name__}(provider={self.provider!r})"
