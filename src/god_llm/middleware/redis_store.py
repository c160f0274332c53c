"""A store of cached replies in Redis, which machines share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from god_llm.distribution import requirement
from god_llm.domain.exceptions import InvalidSettingError, MissingDependencyError
from god_llm.middleware.cache_stores import DAY, check_bounds, warn_unusable
from god_llm.middleware.shared import SharedState

if TYPE_CHECKING:
    from redis import Redis

__all__ = ["RedisStore"]

_MILLISECONDS: Final = 1000


class RedisStore(SharedState):
    """Keeps replies in a Redis server that machines share, each until its time is over.

    Redis holds replies in plain text and hashes of requests: no prompt and no API key. If it can't be reached, a
    warning is logged to `god_llm.cache` and the model is asked. The server bounds its memory itself
    (`maxmemory-policy`). The store knows no address and no password: `connect` makes the client.

    Args:
        connect: a function that makes a client, called once in each process; it must be importable for a facade that is
            pickled. Give the client a `socket_timeout`.
        ttl: seconds that a reply is kept.
        prefix: the start of each key.

    Raises:
        InvalidSettingError: `ttl` is below a millisecond, or `connect` is not a function.
        MissingDependencyError: `redis` is not installed.
    """

    def __init__(self, connect: Callable[[], Redis], *, ttl: float = DAY, prefix: str = "god_llm:reply:") -> None:
        check_bounds({"ttl": ttl * _MILLISECONDS // 1})
        if not callable(connect):
            raise InvalidSettingError("RedisStore takes a function that makes a client: partial(redis.Redis, host=...)")
        super().__init__({"connect": connect, "ttl": ttl, "prefix": prefix})
        _require_redis()
        self._connect = connect
        self._milliseconds = int(ttl * _MILLISECONDS)
        self._prefix = prefix
        self._lock = threading.Lock()
        self._made: Redis | None = None

    def get(self, key: str, /) -> bytes | None:
        """See `CacheStore.get`."""
        from redis.exceptions import RedisError

        try:
            reply: object = self._client().get(self._prefix + key)
        except RedisError as error:
            warn_unusable("read", error)
            return None
        if isinstance(reply, str):  # a client with decode_responses=True
            return reply.encode()
        return reply if isinstance(reply, bytes) else None

    def put(self, key: str, reply: bytes, /) -> None:
        """See `CacheStore.put`."""
        from redis.exceptions import RedisError

        try:
            self._client().set(self._prefix + key, reply, px=self._milliseconds)
        except RedisError as error:
            warn_unusable("written", error)

    def _client(self) -> Redis:
        with self._lock:
            if self._made is None:
                self._made = self._connect()
            return self._made


def _require_redis() -> None:
    try:
        import redis.exceptions  # noqa: F401 - to fail now, not with the first call
    except ImportError as error:
        raise MissingDependencyError(
            f"RedisStore needs the redis package: pip install '{requirement('redis')}'"
        ) from error
