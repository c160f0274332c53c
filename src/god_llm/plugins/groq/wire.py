"""What crosses Groq's wire: the request as the SDK types it. Replies: `dialects.chat_completions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from groq.types.chat.completion_create_params import CompletionCreateParams as Request
else:
    Request = dict

__all__ = ["Request"]
