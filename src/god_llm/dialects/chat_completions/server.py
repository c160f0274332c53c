"""A server that speaks chat completions, as one row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from god_llm.domain.facts import EFFORTS, ReasoningEffort
from god_llm.domain.plain_json import JsonObject
from god_llm.domain.providers import CustomProvider
from god_llm.engine.history.rules import HistoryRules

__all__ = ["PARTS", "Server", "SystemMessages"]

SystemMessages: TypeAlias = Literal["anywhere", "first", "one"]
"""The place of system messages: anywhere; before the first turn; one alone, before the first turn."""

PARTS: Final = frozenset({"text", "image"})
"""The types of parts that most servers accept."""

_EFFORTS: Final[Mapping[ReasoningEffort, JsonObject]] = {
    effort: {"reasoning_effort": effort} for effort in EFFORTS if effort != "default"
}
_NO_NAMES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that speaks OpenAI's chat completions, and its differences from OpenAI.

    The defaults suit a server of which nothing is known. `dataclasses.replace(SERVERS["vllm"], system="anywhere")`
    changes one field of a row.

    Attributes:
        name: the provider's name on messages and errors. `<NAME>_API_KEY` is the variable of its key.
        title: its name in error texts; by default `name`.
        base_url: where it is; None if every user has another one, who then passes `base_url=`.
        hosts: further hosts that may have the key of the variable, `*` for one label; the host of `base_url` may.
        needs_key: True if every request needs a key. Without a key none is sent.
        key_header, key_prefix: the header that carries the key, and the text before the key.
        output_limit: the name of the limit of output tokens.
        efforts: reasoning effort -> the request fields that ask for it; others are refused.
        takes_reasoning: True if earlier reasoning goes back to it, in the field in which it came.
        usage_option: True if it accepts `stream_options`; without it, a server sends usage by itself or not at all.
        ends_with_done: True if every complete stream ends with `[DONE]`.
        system: where it accepts system messages; those elsewhere are sent as a user's, or joined.
        schemas: how it takes the schema of an answer: by name with a JSON schema, or in words beside JSON mode.
        strict_schemas: True if it accepts `strict: true` beside a JSON schema.
        parts: the types of parts that a user's message may have.
        refuses: the settings that it rejects; they are refused before sending.
        names: request field -> the server's own name of it.
        documentation: the page from which the row was written.
    """

    name: str
    title: str = ""
    base_url: str | None = None
    hosts: tuple[str, ...] = ()
    needs_key: bool = False
    key_header: str = "Authorization"
    key_prefix: str = "Bearer "
    output_limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    efforts: Mapping[ReasoningEffort, JsonObject] = field(default_factory=lambda: _EFFORTS)
    takes_reasoning: bool = True
    usage_option: bool = True
    ends_with_done: bool = False
    system: SystemMessages = "anywhere"
    schemas: Literal["json_schema", "json_object"] = "json_schema"
    strict_schemas: bool = True
    parts: frozenset[str] = PARTS
    refuses: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=lambda: _NO_NAMES)
    documentation: str = ""

    @property
    def provider(self) -> CustomProvider:
        """The name as a provider's."""
        return CustomProvider(self.name)

    @property
    def known_hosts(self) -> tuple[str, ...]:
        """The hosts that may have the key of the server's variable."""
        own = urlsplit(self.base_url or "").hostname
        return self.hosts if own is None else (own, *self.hosts)

    def history(self, rules: HistoryRules) -> HistoryRules:
        """OpenAI's restrictions on conversations, with the server's on system messages and files."""
        media = {kind: rule for kind, rule in (rules.media or {}).items() if kind in self.parts}
        system, one = self.system == "anywhere", self.system == "one"
        return rules._replace(system_anywhere=system, one_system=one, media=media)
