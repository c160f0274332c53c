"""An option of the decorator is misspelt."""

from god_llm import tool

limited = tool(timout=3)  # E: call-overload
