"""What crosses the wire of chat completions: the request as the SDK types it. Replies: `dialects.chat_completions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming as Request
else:
    Request = dict

__all__ = ["Request"]
