"""Middleware: wrappers of a `LanguageModel`, for any provider, and `Fallback`, a composition of whole models.

The names are resolved on first use (PEP 562), so that an application loads only what it uses.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "Budget",
    "CacheStore",
    "Cached",
    "CircuitBreaker",
    "Fallback",
    "Limited",
    "Logged",
    "MemoryStore",
    "Price",
    "RedisStore",
    "SQLiteStore",
    "Traced",
    "UnusableReply",
    "list_price",
]

_HOMES: dict[str, str] = {
    "Budget": "budget",
    "CacheStore": "cache_stores",
    "Cached": "cached",
    "CircuitBreaker": "circuit_breaker",
    "Fallback": "fallback",
    "Limited": "limited",
    "Logged": "logged",
    "MemoryStore": "cache_stores",
    "Price": "budget",
    "RedisStore": "redis_store",
    "SQLiteStore": "cache_stores",
    "Traced": "traced",
    "UnusableReply": "fallback_run",
    "list_price": "prices",
}

if TYPE_CHECKING:
    from god_llm.middleware.budget import Budget as Budget
    from god_llm.middleware.budget import Price as Price
    from god_llm.middleware.cache_stores import CacheStore as CacheStore
    from god_llm.middleware.cache_stores import MemoryStore as MemoryStore
    from god_llm.middleware.cache_stores import SQLiteStore as SQLiteStore
    from god_llm.middleware.cached import Cached as Cached
    from god_llm.middleware.circuit_breaker import CircuitBreaker as CircuitBreaker
    from god_llm.middleware.fallback import Fallback as Fallback
    from god_llm.middleware.fallback_run import UnusableReply as UnusableReply
    from god_llm.middleware.limited import Limited as Limited
    from god_llm.middleware.logged import Logged as Logged
    from god_llm.middleware.prices import list_price as list_price
    from god_llm.middleware.redis_store import RedisStore as RedisStore
    from god_llm.middleware.traced import Traced as Traced
else:  # type checkers must not see it: a misspelt name would pass

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
