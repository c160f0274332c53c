"""OpenAI's restrictions on conversations, for each of its APIs.

https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from typing import Final

from god_llm.domain.media_types import EXTENSIONS
from god_llm.engine.history.media_rules import IMAGES, WEB, MediaRule, MediaRules
from god_llm.engine.history.rules import HistoryRules, WordRule

__all__ = ["CHAT_HISTORY", "RESPONSES_HISTORY"]

_NAMES: Final = WordRule("a-zA-Z0-9_-", 64)

# https://platform.openai.com/docs/guides/pdf-files, https://platform.openai.com/docs/guides/audio
_CHAT_MEDIA: Final[MediaRules] = {
    "image": MediaRule(IMAGES, WEB),
    "audio": MediaRule(frozenset({"audio/mpeg", "audio/wav"})),
    "document": MediaRule(frozenset({"application/pdf"}), file_ids=True),
}
# https://platform.openai.com/docs/guides/file-inputs
_RESPONSES_MEDIA: Final[MediaRules] = {
    "image": MediaRule(IMAGES, WEB, file_ids=True),
    "document": MediaRule(
        frozenset(
            EXTENSIONS[ending]
            for ending in ("csv", "doc", "docx", "html", "json", "md", "pdf", "pptx", "py", "txt", "xls", "xlsx", "xml")
        ),
        WEB,
        file_ids=True,
    ),
}

CHAT_HISTORY: Final = HistoryRules(call_ids=WordRule("\\x21-\\x7e", 40), tool_names=_NAMES, media=_CHAT_MEDIA)
RESPONSES_HISTORY: Final = HistoryRules(
    call_ids=WordRule("\\x21-\\x7e", 64),
    tool_names=_NAMES,
    media=_RESPONSES_MEDIA,
    server_state=frozenset({"conversation", "previous_response_id"}),
)
