"""Media types and Bedrock's names of formats.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_VideoBlock.html
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_AudioBlock.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from god_llm.domain.media_types import plain_type

__all__ = ["FORMATS", "document_name", "format_of"]

_IMAGES: Final[Mapping[str, str]] = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/gif": "gif",
    "image/webp": "webp",
}
_DOCUMENTS: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/html": "html",
    "text/plain": "txt",
    "text/markdown": "md",
}
_VIDEOS: Final[Mapping[str, str]] = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/webm": "webm",
    "video/x-flv": "flv",
    "video/mpeg": "mpeg",
    "video/x-ms-wmv": "wmv",
    "video/3gpp": "three_gp",
}
_SOUNDS: Final[Mapping[str, str]] = {
    "audio/mpeg": "mp3",
    "audio/opus": "opus",
    "audio/wav": "wav",
    "audio/aac": "aac",
    "audio/flac": "flac",
    "audio/mp4": "mp4",
    "audio/ogg": "ogg",
    "audio/x-matroska": "mka",
    "audio/webm": "webm",
}

FORMATS: Final[Mapping[str, Mapping[str, str]]] = {
    "image": _IMAGES,
    "document": _DOCUMENTS,
    "video": _VIDEOS,
    "audio": _SOUNDS,
}
"""Type of a part -> media type -> format."""

_FORBIDDEN: Final = re.compile(r"[^A-Za-z0-9\s\-()\[\]]+")
_BLANKS: Final = re.compile(r"\s+")
_LONGEST_NAME: Final = 200


def format_of(media_type: str | None, url: str | None, formats: Mapping[str, str]) -> str | None:
    """The format that a media type means, or the ending of an address where there is no media type; None for others."""
    if media_type is not None:
        return formats.get(plain_type(media_type))
    ending = (url or "").rpartition(".")[2].lower()
    ending = {"jpg": "jpeg", "htm": "html"}.get(ending, ending)
    return ending if ending in formats.values() else None


def document_name(wanted: str | None, taken: set[str]) -> str:
    """A name that Bedrock takes: letters, digits, single blanks, `-()[]`, and no two alike in one request."""
    plain = _BLANKS.sub(" ", _FORBIDDEN.sub("-", wanted or "")).strip(" -")[:_LONGEST_NAME] or "document"
    name, number = plain, 1
    while name in taken:
        number += 1
        ending = f" {number}"
        name = plain[: _LONGEST_NAME - len(ending)] + ending
    taken.add(name)
    return name
