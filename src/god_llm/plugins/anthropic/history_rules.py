"""The Messages API's restrictions on conversations.

https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls,
https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages
"""

from __future__ import annotations

from typing import Final

from god_llm.engine.history.media_rules import IMAGES, WEB, MediaRule
from god_llm.engine.history.rules import HistoryRules, WordRule
from god_llm.plugins.anthropic.catalogue import CATALOGUE

__all__ = ["HISTORY"]


def _refuses_prefill(model: str) -> bool:
    return CATALOGUE.facts(model).assistant_prefill is False


def _takes_system(model: str) -> bool:
    return CATALOGUE.facts(model).system_in_conversation is True


HISTORY: Final = HistoryRules(
    call_ids=WordRule("a-zA-Z0-9_-", 64),
    tool_names=WordRule("a-zA-Z0-9_-", 64),
    needs_turn=True,
    refuses_prefill=_refuses_prefill,
    takes_system=_takes_system,
    system_anywhere=False,
    # https://platform.claude.com/docs/en/build-with-claude/vision, .../pdf-support, .../files
    media={
        "image": MediaRule(IMAGES, WEB, file_ids=True),
        "document": MediaRule(frozenset({"application/pdf", "text/plain"}), WEB, file_ids=True),
    },
)
