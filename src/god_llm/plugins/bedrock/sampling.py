"""`top_k` on Bedrock: Converse has no field for it, so each family takes it in its own way.

Claude: https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html
Nova: https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from god_llm.domain.exceptions import UnsupportedParameterError

__all__ = ["top_k_fields"]

Fields: TypeAlias = dict[str, object]


def top_k_fields(model: str, top_k: int | None) -> Fields:
    """The part of `additionalModelRequestFields` that sets `top_k`; nothing where it is None.

    Raises:
        UnsupportedParameterError: AWS does not document how this model takes one.
    """
    if top_k is None:
        return {}
    for family, write in _FAMILIES.items():
        if family in model:
            return write(top_k)
    raise UnsupportedParameterError(
        f"it is not known how {model} takes a top_k on Bedrock; leave top_k out", provider="bedrock", model=model
    )


def _claude(top_k: int) -> Fields:
    return {"top_k": top_k}


def _nova(top_k: int) -> Fields:
    return {"inferenceConfig": {"topK": top_k}}


_FAMILIES: Final[Mapping[str, Callable[[int], Fields]]] = {
    "anthropic.claude-": _claude,
    "amazon.nova-micro-": _nova,
    "amazon.nova-lite-": _nova,
    "amazon.nova-pro-": _nova,
    "amazon.nova-premier-": _nova,
}
"""A part of a model's name or ARN -> how its family takes it."""
