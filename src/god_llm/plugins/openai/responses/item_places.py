"""The items of a streamed response, told apart by id and `call_id` before their number.

OpenAI numbers items with `output_index`, and shows them again in the last event. Other servers leave numbers out,
repeat them or leave gaps, and send another id for the same item with each event.
"""

from __future__ import annotations

from collections.abc import Sequence

from god_llm.domain.exceptions import MalformedResponseError
from god_llm.domain.plain_json import JsonDict
from god_llm.plugins.openai.responses.items import said
from god_llm.plugins.openai.responses.wire import Event

__all__ = ["ItemPlaces"]


class ItemPlaces:
    """Gives each item of a stream its place in the message."""

    def __init__(self) -> None:
        self.items: dict[int, JsonDict] = {}
        """The items by place, as they were last sent."""
        self._taken: set[int] = set()
        self._by_id: dict[str, int] = {}
        self._by_call: dict[str, int] = {}
        self._by_number: dict[int, int] = {}

    def added(self, event: Event, item: JsonDict) -> int:
        """The place of an item that begins."""
        place = self._known(said(item, "id"), said(item, "call_id"))
        return self._keep(self._new(event.get("output_index")) if place is None else place, event, item)

    def done(self, event: Event, item: JsonDict) -> int:
        """The place of an item that is complete."""
        place = self._known(said(item, "id"), said(item, "call_id"))
        number = event.get("output_index")
        if place is None and number is not None:
            place = self._by_number.get(number)
            if place is not None and not _may_be_same(self.items.get(place), item):
                place = None
        return self._keep(self._new(number) if place is None else place, event, item)

    def of(self, event: Event) -> int:
        """The place of the item that an event is about.

        Raises:
            MalformedResponseError: the event has neither the id nor the number of an item.
        """
        ident, number = event.get("item_id"), event.get("output_index")
        place = self._by_id.get(ident) if ident else None
        if place is None and number is not None:
            place = self._by_number.get(number)
        if place is not None:
            return place
        if not ident and number is None:
            raise MalformedResponseError(f"{event.get('type')} without an output_index", provider="openai")
        place = self._new(number)
        self._name(place, ident or "", "", number)
        return place

    def of_output(self, output: Sequence[JsonDict]) -> list[int]:
        """The places of the items that the last event shows, in their order there."""
        places: list[int] = []
        for number, item in enumerate(output):
            place = self._known(said(item, "id"), said(item, "call_id"))
            if place is None or place in places:
                rest = [p for p in sorted(self._taken) if p not in places and _may_be_same(self.items.get(p), item)]
                place = rest[0] if rest else self._new(number)
            self._name(place, said(item, "id"), said(item, "call_id"), None)
            places.append(place)
        return places

    def _known(self, ident: str, call: str) -> int | None:
        place = self._by_id.get(ident) if ident else None
        return place if place is not None or not call else self._by_call.get(call)

    def _new(self, number: int | None) -> int:
        free = number is not None and number not in self._taken
        return number if number is not None and free else max(self._taken, default=-1) + 1

    def _keep(self, place: int, event: Event, item: JsonDict) -> int:
        self.items[place] = item
        self._name(place, said(item, "id"), said(item, "call_id"), event.get("output_index"))
        return place

    def _name(self, place: int, ident: str, call: str, number: int | None) -> None:
        self._taken.add(place)
        if ident:
            self._by_id[ident] = place
        if call:
            self._by_call[call] = place
        if number is not None:
            self._by_number[number] = place


def _may_be_same(known: JsonDict | None, item: JsonDict) -> bool:
    """True if two versions of an item, whose ids do not tell, have one type and no two `call_id`s."""
    if known is None:
        return True  # only fragments of it came
    calls = {said(known, "call_id"), said(item, "call_id")} - {""}
    return known.get("type") == item.get("type") and len(calls) <= 1
