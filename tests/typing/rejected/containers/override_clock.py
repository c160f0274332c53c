"""A clock is overridden with a time that stands in it."""

from datetime import UTC, datetime

from god_llm.containers import GroqContainer

GroqContainer().clock.override(datetime(2026, 1, 1, tzinfo=UTC))  # E: arg-type
