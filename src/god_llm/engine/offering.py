"""The settings that offer tools to a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from god_llm.domain.exceptions import InvalidSettingError
from god_llm.domain.settings import Settings
from god_llm.domain.tools import NamedTool, Tool, ToolChoice, ToolSource

__all__ = ["offering"]


def offering(settings: Settings, tools: Sequence[ToolSource], choice: ToolChoice | None) -> Settings:
    """The settings with these tools on offer, in place of those offered before.

    Raises:
        InvalidSettingError: a source is no tool, there is no such choice, or no such tool among those offered.
    """
    offered = tuple([Tool.of(tool) for tool in tools])
    _check_choice(choice, [tool.name for tool in offered])
    return replace(settings, tools=offered, tool_choice=choice)


# The words that providers and other libraries have for our choices.
_SYNONYMS: Final[Mapping[str, str]] = {"any": "required", "force": "required", "forced": "required", "off": "none"}


def _check_choice(choice: object, names: Sequence[str]) -> None:
    """Accept a choice of the tools on offer.

    Raises:
        InvalidSettingError: there is no such choice, or no such tool.
    """
    match choice:
        case None | "auto" | "required" | "none":
            return
        case NamedTool(name=name):
            if name not in names:
                offered = ", ".join(map(repr, names)) or "none"
                raise InvalidSettingError(f"there is no tool {name!r} among those offered ({offered})")
        case str() if choice in names:
            raise InvalidSettingError(f"choice={choice!r} is the name of a tool: pass choice=NamedTool({choice!r})")
        case str() if choice in _SYNONYMS:
            raise InvalidSettingError(f"there is no choice {choice!r}: pass choice={_SYNONYMS[choice]!r}")
        case _:
            raise InvalidSettingError(f'choice is "auto", "required", "none" or a NamedTool, not {choice!r}')
