"""A cache of answers to equal calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import aclosing, closing
from typing import TYPE_CHECKING

from god_llm.domain.deltas import FinishedDelta
from god_llm.middleware.cache_format import deltas_of, deltas_written, key_of, message_of, message_written
from god_llm.middleware.cache_stores import CacheStore, MemoryStore
from god_llm.middleware.flights import Flights
from god_llm.middleware.shared import SharedState
from god_llm.middleware.waiting import TaskWaiter, ThreadWaiter, in_event_loop

if TYPE_CHECKING:
    from god_llm.domain.call import Call
    from god_llm.domain.deltas import Delta
    from god_llm.domain.messages import AIMessage
    from god_llm.protocols import LanguageModel

__all__ = ["Cached"]


class Cached(SharedState):
    """Answers equal calls from a store: `ChatX(..., middleware=[Cached()])`.

    Calls are equal if provider, model, messages and settings are; ids, times and metadata of messages don't count, nor
    does the timeout. Whole answers and streams are kept apart, and a stream is replayed delta by delta. An answer from
    the store has `metadata["cached"]`. Kept are answers that ended with `stop` or `tool_calls`; errors, streams that
    were left, truncated and filtered answers are not.

    Of several equal calls for a whole answer at a time one is made, in this process; the others wait for it. If it
    fails, each is made. Streams don't wait for each other.

    Args:
        store: where answers are kept; by default a `MemoryStore` of its own.
        namespace: part of each key; two servers that have a model of the same name need different ones in one store.
    """

    def __init__(self, store: CacheStore | None = None, *, namespace: str = "") -> None:
        super().__init__({"store": store, "namespace": namespace})
        self._store = MemoryStore() if store is None else store
        self._namespace = namespace
        self._flights = Flights()

    def __call__(self, inner: LanguageModel, /) -> LanguageModel:
        """The language model, with this cache."""
        return _CachedModel(inner, self._store, self._namespace, self._flights)


class _CachedModel:
    """A language model with a cache. Async code reads and writes the store in threads."""

    def __init__(self, inner: LanguageModel, store: CacheStore, namespace: str, flights: Flights) -> None:
        self.inner = inner
        self._store = store
        self._namespace = namespace
        self._flights = flights

    def respond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.respond`."""
        key = key_of(call, self._namespace, streamed=False)
        if key is None:
            return self.inner.respond(call)
        while (found := self._found(key)) is None:
            waiter = ThreadWaiter()
            flight = self._flights.join(key, waiter)
            if flight is None:
                with self._flights.lead(key):
                    return self._found(key) or self._asked(key, call)
            if in_event_loop():  # to wait would stop the task that flies
                return self._asked(key, call)
            waiter.wait()
            if not flight.cancelled:
                return self._found(key) or self._asked(key, call)
        return found

    async def arespond(self, call: Call, /) -> AIMessage:
        """See `LanguageModel.arespond`."""
        key = key_of(call, self._namespace, streamed=False)
        if key is None:
            return await self.inner.arespond(call)
        while (found := await self._afound(key)) is None:
            waiter = TaskWaiter()
            flight = self._flights.join(key, waiter)
            if flight is None:
                with self._flights.lead(key):
                    return await self._afound(key) or await self._aasked(key, call)
            await waiter.wait()
            if not flight.cancelled:
                return await self._afound(key) or await self._aasked(key, call)
        return found

    def stream(self, call: Call, /) -> Generator[Delta, None, None]:
        """See `LanguageModel.stream`."""
        key = key_of(call, self._namespace, streamed=True)
        replayed = None if key is None else self._recorded(key)
        if replayed is not None:
            yield from replayed
            return
        seen: list[Delta] = []
        with closing(self.inner.stream(call)) as deltas:
            for delta in deltas:
                seen.append(delta)
                if key is not None and isinstance(delta, FinishedDelta):  # a reader may leave after it
                    self._record(key, seen)
                yield delta

    async def astream(self, call: Call, /) -> AsyncGenerator[Delta, None]:
        """See `LanguageModel.astream`."""
        from anyio.to_thread import run_sync  # async code loads it

        key = key_of(call, self._namespace, streamed=True)
        replayed = None if key is None else await run_sync(self._recorded, key)
        if replayed is not None:
            for delta in replayed:
                yield delta
            return
        seen: list[Delta] = []
        async with aclosing(self.inner.astream(call)) as deltas:
            async for delta in deltas:
                seen.append(delta)
                if key is not None and isinstance(delta, FinishedDelta):
                    await run_sync(self._record, key, seen)
                yield delta

    def _recorded(self, key: str) -> Sequence[Delta] | None:
        reply = self._store.get(key)
        return None if reply is None else deltas_of(reply)

    def _record(self, key: str, deltas: Sequence[Delta]) -> None:
        written = deltas_written(deltas)
        if written is not None:
            self._store.put(key, written)

    def _found(self, key: str) -> AIMessage | None:
        reply = self._store.get(key)
        return None if reply is None else message_of(reply)

    async def _afound(self, key: str) -> AIMessage | None:
        from anyio.to_thread import run_sync

        return await run_sync(self._found, key)

    def _asked(self, key: str, call: Call) -> AIMessage:
        message = self.inner.respond(call)
        self._keep(key, message)
        return message

    async def _aasked(self, key: str, call: Call) -> AIMessage:
        from anyio.to_thread import run_sync

        message = await self.inner.arespond(call)
        await run_sync(self._keep, key, message)
        return message

    def _keep(self, key: str, message: AIMessage) -> None:
        written = message_written(message)
        if written is not None:
            self._store.put(key, written)
