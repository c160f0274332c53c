"""`llm.batch(prompts)`: several prompts, not one."""

from __future__ import annotations

from typing import Final

from mypy.errorcodes import ARG_TYPE
from mypy.messages import format_type
from mypy.plugin import MethodContext
from mypy.types import Type, TypedDictType, get_proper_type

from god_llm.mypy_plugin.types import as_base, items

__all__ = ["BATCHES", "BATCHING", "several"]

BATCHING: Final = "god_llm.engine.batch.Batching"
BATCHES: Final = frozenset({"batch", "batch_iter", "abatch", "abatch_iter"})
ONE: Final = ("builtins.str", "builtins.bytes", "builtins.bytearray", "typing.Mapping")
"""Types of what can be iterated, but gives no prompts: letters, numbers, keys."""


def several(ctx: MethodContext) -> Type:
    """An error for a text, whose letters would be the prompts, and for a dict, whose keys would be."""
    given = ctx.arg_types[0][0] if ctx.arg_types and ctx.arg_types[0] else None
    if given is not None and all(map(_is_one, items(given))):
        shown = format_type(given, ctx.api.options)
        place = ctx.args[0][0]
        ctx.api.fail(
            f'Argument 1 to "batch" has incompatible type {shown}; expected prompts, in a list', place, code=ARG_TYPE
        )
    return ctx.default_return_type


def _is_one(typ: Type) -> bool:
    return isinstance(get_proper_type(typ), TypedDictType) or any(as_base(typ, base) is not None for base in ONE)
