"""OpenAI's restrictions on conversations, for each of its APIs.

https://platform.openai.com/docs/api-reference/chat/create, https://platform.openai.com/docs/api-reference/responses/create
"""

from __future__ import annotations

from typing import Final

from god_llm.engine.history.rules import HistoryRules, WordRule

__all__ = ["CHAT_HISTORY", "RESPONSES_HISTORY"]

_NAMES: Final = WordRule("a-zA-Z0-9_-", 64)

CHAT_HISTORY: Final = HistoryRules(call_ids=WordRule("\\x21-\\x7e", 40), tool_names=_NAMES)
RESPONSES_HISTORY: Final = HistoryRules(
    call_ids=WordRule("\\x21-\\x7e", 64),
    tool_names=_NAMES,
    server_state=frozenset({"conversation", "previous_response_id"}),
)
