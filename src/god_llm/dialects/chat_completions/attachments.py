"""Fields that servers attach to a message or a call beyond OpenAI's own, and expect back in the next request.

Known ones are OpenRouter's `reasoning_details` and the `extra_content` of Gemini's endpoint (thought signatures):
https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#preserving-reasoning-blocks,
https://ai.google.dev/gemini-api/docs/thought-signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from god_llm.dialects.chat_completions.wire import Call, Function, Said
from god_llm.domain.plain_json import JsonDict, JsonValue

__all__ = ["attached_to_call", "attached_to_message", "merged"]

_MESSAGE: Final = frozenset({*Said.__annotations__, "role", "channel"})  # Groq's deltas of gpt-oss have a channel
_CALL: Final = frozenset({*Call.__annotations__})
_FUNCTION: Final = frozenset({*Function.__annotations__})
_GROWING: Final = frozenset({"content", "data", "reasoning", "summary", "text", "thinking"})
"""Text fields that a stream sends in fragments; any other text is whole, and a later one replaces it."""


def attached_to_message(message: Said) -> JsonDict | None:
    """The fields of a message that only its server reads, or None."""
    return _others(message, _MESSAGE)


def attached_to_call(call: Call) -> JsonDict | None:
    """The fields of a tool call that only its server reads, or None; those of its function under `function`."""
    if call.keys() <= _CALL and (call.get("function") or {}).keys() <= _FUNCTION:
        return None
    found, inner = _others(call, _CALL) or {}, _others(call.get("function") or {}, _FUNCTION)
    if inner is not None:
        found["function"] = inner
    return found or None


def merged(known: JsonDict, fragment: JsonDict) -> JsonDict:
    """Streamed fields so far, with the next fragment: objects are joined, and lists by the `index` of their items."""
    return {**known, **{name: _merged_value(name, known.get(name), value) for name, value in fragment.items()}}


def _others(fields: Mapping[str, object], known: frozenset[str]) -> JsonDict | None:
    if fields.keys() <= known:
        return None
    found = {name: value for name, value in fields.items() if name not in known and value not in (None, "", [], {})}
    # The fields come from JSON, which the types of the known ones do not tell.
    return cast("JsonDict", found) or None


def _merged_value(name: str, known: JsonValue, value: JsonValue) -> JsonValue:
    match known, value:
        case _, None:
            return known
        case str(), str() if name in _GROWING:
            return known + value
        case dict(), dict():
            return merged(known, value)
        case list(), list():
            return _merged_list(known, value)
        case _:
            return value


def _merged_list(known: list[JsonValue], fragments: list[JsonValue]) -> list[JsonValue]:
    items = list(known)
    for fragment in fragments:
        place = next((n for n, item in enumerate(items) if _is_same(item, fragment)), None)
        item = None if place is None else items[place]
        if place is not None and isinstance(item, dict) and isinstance(fragment, dict):
            items[place] = merged(item, fragment)
        else:
            items.append(fragment)
    return items


def _is_same(item: JsonValue, fragment: JsonValue) -> bool:
    """True if a fragment continues an item: they have one index, and one type where both name it."""
    if not (isinstance(item, dict) and isinstance(fragment, dict)) or item.get("index") is None:
        return False
    kinds = {item.get("type"), fragment.get("type")} - {None}
    return item["index"] == fragment.get("index") and len(kinds) <= 1
