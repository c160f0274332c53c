"""The tool calls of a streamed choice, told apart by index, id and name together.

OpenAI numbers calls with `index` and sends id and name once, with the first fragment. Other servers leave the index
out or send 0 for every call, send empty ids or a new one per fragment, repeat the name, or send it late.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic_core import from_json

from god_llm.dialects.chat_completions.attachments import attached_to_call, merged
from god_llm.dialects.chat_completions.pieces import arguments_text, custom_part, is_custom
from god_llm.dialects.chat_completions.wire import Call
from god_llm.domain.deltas import Delta, PartDelta, ToolCallDelta
from god_llm.domain.plain_json import JsonDict

__all__ = ["CallReader"]


class _PartialCall:
    """A tool call of which fragments came."""

    def __init__(self, place: int, *, custom: bool) -> None:
        self.place = place
        self.custom = custom
        self.id: str | None = None
        self.name: str | None = None
        self.fragments: list[str] = []
        self.provider_data: JsonDict = {}

    def is_whole(self) -> bool:
        """True if its arguments are a complete JSON value."""
        text = "".join(self.fragments)
        if not text.strip():
            return False
        try:
            from_json(text)
        except ValueError:
            return False
        return True


class CallReader:
    """Reads the fragments of a choice's tool calls.

    Args:
        start: the index of the first call among the parts of the message.
    """

    def __init__(self, start: int) -> None:
        self._start = start
        self._calls: list[_PartialCall] = []
        self._by_index: dict[int, _PartialCall] = {}

    @property
    def called(self) -> bool:
        """True if a function is called."""
        return any(not call.custom for call in self._calls)

    def feed(self, fragment: Call) -> Iterator[Delta]:
        """The deltas of one fragment."""
        call = self._call_of(fragment)
        ident = fragment.get("id") if call.id is None else None
        call.id = call.id or ident or None
        data = attached_to_call(fragment)
        if data is not None:
            call.provider_data = merged(call.provider_data, data)
        if call.custom:
            custom = fragment.get("custom") or {}
            name, text = custom.get("name"), custom.get("input")
            call.name = call.name or (name if isinstance(name, str) else None)
            call.fragments.append(text if isinstance(text, str) else "")
            return
        function = fragment.get("function") or {}
        named = function.get("name") if call.name is None else None
        call.name = call.name or named or None
        arguments = arguments_text(function.get("arguments"))
        if arguments:
            call.fragments.append(arguments)
        yield ToolCallDelta(
            self._start + call.place,
            ident or None,
            named or None,
            arguments,
            None if data is None else call.provider_data,
        )

    def last(self) -> Iterator[Delta]:
        """The calls of custom tools, which are handed out whole."""
        for call in self._calls:
            if call.custom:
                custom: JsonDict = {"name": call.name, "input": "".join(call.fragments)}
                yield PartDelta(custom_part(call.id, custom), self._start + call.place)

    def _call_of(self, fragment: Call) -> _PartialCall:
        """The call that a fragment continues, or a new one."""
        index = fragment.get("index")
        call = self._known(index, fragment.get("id") or None)
        if call is None or _begins_another(call, fragment):
            call = _PartialCall(len(self._calls), custom=is_custom(fragment))
            self._calls.append(call)
            if index is not None:
                self._by_index[index] = call
        return call

    def _known(self, index: int | None, ident: str | None) -> _PartialCall | None:
        """The latest call with this index; without an index, the one with this id, else the latest of all."""
        if index is not None:
            return self._by_index.get(index)
        same = next((call for call in reversed(self._calls) if ident is not None and call.id == ident), None)
        return same or (self._calls[-1] if self._calls else None)


def _begins_another(call: _PartialCall, fragment: Call) -> bool:
    """True if a fragment with the index of `call`, or with none, begins a call of its own.

    A name, or another id, begins a call if the arguments before it are complete; two different ids with a name do
    so at any time. A server that sends a new id with every fragment sends no name with it.
    """
    ident = fragment.get("id") or None
    named = bool((fragment.get("function") or fragment.get("custom") or {}).get("name"))
    other = ident is not None and call.id is not None and ident != call.id
    if ident is not None and ident == call.id:
        return False
    if other and named:
        return True
    return (named or other) and call.is_whole()
