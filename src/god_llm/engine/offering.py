"""The settings that offer tools to a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.settings import Settings
from god_llm.domain.tools import Tool, ToolChoice, ToolSource

__all__ = ["offering"]


def offering(settings: Settings, tools: Sequence[ToolSource], choice: ToolChoice | None) -> Settings:
    """The settings with these tools on offer, in place of those offered before.

    Raises:
        InvalidSettingError: a function has no name, or a tool is chosen that is not offered.
    """
    offered = tuple([Tool.of(tool) for tool in tools])
    if choice is not None and not isinstance(choice, str) and choice.name not in {tool.name for tool in offered}:
        raise InvalidSettingError(f"there is no tool {choice.name!r} among those offered")
    return replace(settings, tools=offered, tool_choice=choice)
