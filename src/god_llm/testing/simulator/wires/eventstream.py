"""AWS event streams: the binary frames that ConverseStream answers in.

A frame is: its whole length, the length of its headers, the CRC of these two; the headers; the payload; the
CRC of all before. Numbers are 32 bits, big-endian. A header is: length of its name, name, type (7: text),
length of its value, value.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final
from zlib import crc32

__all__ = ["CONTENT_TYPE", "frame"]

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"

_TEXT: Final = 7
_OVERHEAD: Final = 16
"""Bytes of a frame that are neither headers nor payload."""


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message as a frame, its checksums right."""
    head = b"".join(_header(name.encode(), value.encode()) for name, value in headers.items())
    prelude = struct.pack(">II", len(head) + len(payload) + _OVERHEAD, len(head))
    message = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return message + struct.pack(">I", crc32(message))


def _header(name: bytes, value: bytes) -> bytes:
    return struct.pack(">B", len(name)) + name + struct.pack(">BH", _TEXT, len(value)) + value
