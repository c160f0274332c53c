"""The result of a tool has the id of the call it answers."""

from god_llm import ToolMessage

ToolMessage(content="Rain")  # E: call-arg
