"""What one API accepts of a conversation's history, as a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from god_llm.engine.history.media_rules import MediaRules

__all__ = ["ANY_HISTORY", "HistoryRules", "WordRule"]


class WordRule(NamedTuple):
    """The characters and the length that an API accepts in an id or a name.

    Attributes:
        characters: accepted ones, as the inside of a regular expression's brackets.
        longest: the greatest number of characters.
    """

    characters: str
    longest: int

    def fits(self, word: str) -> bool:
        """True if the API accepts the word."""
        return re.fullmatch(f"[{self.characters}]{{1,{self.longest}}}", word) is not None

    def fitted(self, word: str) -> str:
        """An accepted word in place of another: `_` for each character that is not, cut to the longest length."""
        return (re.sub(f"[^{self.characters}]", "_", word) or "unnamed")[: self.longest]

    def distinct(self, word: str) -> str:
        """An accepted word that no other word becomes: it ends with a hash of the original."""
        from hashlib import sha256  # few conversations need one

        mark = sha256(word.encode(errors="surrogatepass")).hexdigest()[:_HASH]
        return f"{self.fitted(word)[: self.longest - _HASH - 1]}_{mark}"


_HASH: Final = 8


def _never(_: str) -> bool:
    return False


class HistoryRules(NamedTuple):
    """How one API restricts a conversation.

    Attributes:
        call_ids: the ids of tool calls that it accepts from other providers; its own always go back unchanged.
        tool_names: the names of tools that it accepts in calls, whoever wrote them; None accepts any.
        needs_tools: True if calls and results are accepted only in a request that offers tools.
        needs_user_first: True if the first message must be a user's.
        needs_turn: True if system messages alone are no conversation.
        refuses_prefill: for a model, True if the last message must not be the assistant's.
        takes_system: for a model, True if a system message may follow a user's; False makes it a user's message.
        system_anywhere: True if a system message may stand anywhere, for every model.
        one_system: True if only one system message is accepted: the leading ones are joined.
        media: the files that it accepts; None leaves them to the formatter.
        server_state: keys of `extra=` that continue a conversation which the provider has stored, so that results may
            answer calls that are not among the messages.
    """

    call_ids: WordRule | None = None
    tool_names: WordRule | None = None
    needs_tools: bool = False
    needs_user_first: bool = False
    needs_turn: bool = False
    refuses_prefill: Callable[[str], bool] = _never
    takes_system: Callable[[str], bool] = _never
    system_anywhere: bool = True
    one_system: bool = False
    media: MediaRules | None = None
    server_state: frozenset[str] = frozenset()


ANY_HISTORY: Final = HistoryRules()
"""The rules of an API that accepts any words, and system messages anywhere."""
