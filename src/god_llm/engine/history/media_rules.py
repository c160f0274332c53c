"""The files that one API accepts, as a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, TypeAlias

__all__ = ["IMAGES", "WEB", "MediaRule", "MediaRules"]


class MediaRule(NamedTuple):
    """The sources that an API accepts for one type of part.

    Attributes:
        types: media types of bytes.
        schemes: schemes of the URLs that it fetches.
        file_ids: True if it stores files and takes their ids.
    """

    types: frozenset[str]
    schemes: frozenset[str] = frozenset()
    file_ids: bool = False


MediaRules: TypeAlias = Mapping[str, MediaRule]
"""Type of a part -> the rule; a type without one is refused, and a text document is sent as text."""

WEB: Final = frozenset({"http", "https"})
"""The schemes of an API that fetches web addresses."""

IMAGES: Final = frozenset({"image/gif", "image/jpeg", "image/png", "image/webp"})
"""The images that most APIs accept."""
