"""OpenAI's service tiers, as the two APIs name them.

https://platform.openai.com/docs/api-reference/responses/create#responses-create-service_tier
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

__all__ = ["CHAT_TIERS", "RESPONSES_TIERS", "ChatTier", "ResponsesTier"]

ChatTier: TypeAlias = Literal["auto", "default", "flex", "scale", "priority", "fast"]
ResponsesTier: TypeAlias = Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]

CHAT_TIERS: Final[Mapping[str, ChatTier]] = {
    "auto": "auto",
    "default": "default",
    "flex": "flex",
    "scale": "scale",
    "priority": "priority",
    "fast": "fast",
}
RESPONSES_TIERS: Final[Mapping[str, ResponsesTier]] = {**CHAT_TIERS, "ultrafast": "ultrafast"}
