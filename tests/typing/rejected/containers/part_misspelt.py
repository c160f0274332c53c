"""A part's name is misspelt where it is overridden."""

from god_llm.containers import GroqContainer

GroqContainer().trasport.override(None)  # E: attr-defined
