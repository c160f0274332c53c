"""The subset of JSON schema that a provider enforces, as a value."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["ANTHROPIC_SUBSET", "OPENAI_SUBSET", "Subset"]


class Subset(NamedTuple):
    """One provider's subset. The keywords for structure (`type`, `properties`, `anyOf`, `$ref`, ...) belong to each.

    Attributes:
        keywords: the other keywords that it accepts. A keyword that it does not becomes words in the description.
        formats: the values of `format` that it accepts.
        all_required: True if each property of an object must be required.
        recursive: True if a schema may refer to itself.
        most_min_items: the greatest `minItems`; None for any.
    """

    keywords: frozenset[str]
    formats: frozenset[str]
    all_required: bool
    recursive: bool
    most_min_items: int | None = None


_FORMATS: Final = frozenset({"date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uuid"})

OPENAI_SUBSET: Final = Subset(
    keywords=frozenset(
        {
            "exclusiveMaximum",
            "exclusiveMinimum",
            "format",
            "maxItems",
            "maximum",
            "minItems",
            "minimum",
            "multipleOf",
            "pattern",
        }
    ),
    formats=_FORMATS,
    all_required=True,
    recursive=True,
)
"""OpenAI's strict mode, which Groq has too.

https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
"""

ANTHROPIC_SUBSET: Final = Subset(
    keywords=frozenset({"format", "minItems"}),
    formats=_FORMATS | {"uri"},
    all_required=False,
    recursive=False,
    most_min_items=1,
)
"""Anthropic's structured output, at Anthropic and on Bedrock.

https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""
