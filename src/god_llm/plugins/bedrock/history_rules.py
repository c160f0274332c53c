"""Converse's restrictions on conversations.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html
"""

from __future__ import annotations

from typing import Final

from god_llm.engine.history.media_rules import MediaRule
from god_llm.engine.history.rules import HistoryRules, WordRule
from god_llm.plugins.bedrock.catalogue import CATALOGUE
from god_llm.plugins.bedrock.media import FORMATS

__all__ = ["HISTORY"]


def _refuses_prefill(model: str) -> bool:
    return CATALOGUE.facts(model).assistant_prefill is False


HISTORY: Final = HistoryRules(
    # Converse accepts `.` and `:` too, some of its models do not.
    call_ids=WordRule("a-zA-Z0-9_-", 64),
    tool_names=WordRule("a-zA-Z0-9_-", 64),
    needs_tools=True,
    needs_user_first=True,
    needs_turn=True,
    refuses_prefill=_refuses_prefill,
    system_anywhere=False,
    media={kind: MediaRule(frozenset(formats), frozenset({"s3"})) for kind, formats in FORMATS.items()},
)
