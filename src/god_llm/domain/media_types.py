"""Media types: found by content and name, and in the spelling that providers accept."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

__all__ = ["EXTENSIONS", "file_name", "media_type_of", "plain_type"]

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

EXTENSIONS: Final[Mapping[str, str]] = {
    "aac": "audio/aac",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "flac": "audio/flac",
    "flv": "video/x-flv",
    "gif": "image/gif",
    "heic": "image/heic",
    "html": "text/html",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/mp4",
    "md": "text/markdown",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "ogg": "audio/ogg",
    "opus": "audio/opus",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "py": "text/x-python",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "wmv": "video/x-ms-wmv",
    "xls": "application/vnd.ms-excel",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "xml": "text/xml",
}
"""Extension of a file's name -> media type: one table for all machines."""

_ALIASES: Final[Mapping[str, str]] = {
    "application/xml": "text/xml",
    "audio/mp3": "audio/mpeg",
    "audio/vnd.wave": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-aac": "audio/aac",
    "audio/x-flac": "audio/flac",
    "audio/x-m4a": "audio/mp4",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "text/x-markdown": "text/markdown",
    "video/avi": "video/x-msvideo",
    "video/mkv": "video/x-matroska",
}
"""Other spelling -> the usual one."""

_CONTAINERS: Final = frozenset(
    {"", "application/octet-stream", "application/zip", "application/x-zip-compressed", "application/x-ole-storage"}
)
"""Types of content that many formats share: the name says more."""


def plain_type(media_type: str) -> str:
    """A media type in lower case, without parameters, in the usual spelling."""
    plain = media_type.partition(";")[0].strip().lower()
    return _ALIASES.get(plain, plain)


def file_name(media_type: str | None) -> str:
    """A name for a document without one: some providers tell the kind of a file by its name."""
    kind = plain_type(media_type or "")
    ending = next((ending for ending, known in EXTENSIONS.items() if known == kind), None)
    return "document" if ending is None else f"document.{ending}"


def media_type_of(data: bytes, name: str) -> str:
    """The media type of a file, by its content, else by the extension of its name, else text if it is UTF-8.

    Raises:
        PromptError: nothing tells.
    """
    by_name = EXTENSIONS.get(name.rpartition(".")[2].lower())
    by_content = _by_content(data)
    if by_name is not None and (by_content in _CONTAINERS or by_content.startswith("text/")):
        return by_name
    if by_content not in _CONTAINERS:
        return by_content
    if by_name is None and _is_text(data):
        return "text/plain"
    error: type[Exception] = import_module("god_llm.domain.exceptions").PromptError
    raise error(f"the media type of {name or 'the data'} can't be found by its content or name; pass media_type=")


def _by_content(data: bytes) -> str:
    """The media type by the first bytes; empty if they don't tell."""
    import puremagic  # its table takes milliseconds to load

    try:
        return plain_type(puremagic.from_string(data, mime=True))
    except (puremagic.PureError, ValueError):  # a ValueError for no data at all
        return ""


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False
