"""The file of a cassette: one JSON document, versioned, written whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from uuid import uuid4

from god_llm.domain.plain_json import JsonValue
from god_llm.testing.cassettes.exceptions import CassetteError
from god_llm.testing.cassettes.exchange import Exchange

__all__ = ["SCHEMA", "read_file", "write_file"]

SCHEMA: Final = 1
"""The version of the format; it grows when an older release could not read a file any more."""

_VERSION: Final = "god_llm_cassette"
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_file(path: Path) -> list[Exchange]:
    """The exchanges of a file, in order.

    Raises:
        CassetteError: it is no cassette, or one that a newer version wrote; the path is in the message.
    """
    try:
        document: JsonValue = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CassetteError(f"{path} can't be read as a cassette: {error}") from error
    match document:
        case {"god_llm_cassette": int(version)} if version > SCHEMA:
            raise CassetteError(
                f"{path} has the format {version}, and this version of god_llm reads up to {SCHEMA}:"
                " upgrade god_llm, or record it anew"
            )
        case {"god_llm_cassette": int(), "exchanges": list(exchanges)}:
            return _exchanges(path, exchanges)
        case _:
            raise CassetteError(f"{path} is JSON, but no cassette: it needs {_VERSION!r} and 'exchanges'")


def write_file(path: Path, exchanges: Iterable[Exchange]) -> None:
    """Replace the file in one step: whoever reads it, also after a crash, finds the old one or the new one.

    Raises:
        CassetteError: it can't be written.
    """
    document = {_VERSION: SCHEMA, "exchanges": [exchange.written() for exchange in exchanges]}
    text = _LONE_SURROGATE.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(document, indent=2, ensure_ascii=False)
    )
    beside = path.with_name(f".{path.name}.{os.getpid()}.{uuid4().hex}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise CassetteError(f"the cassette {path} can't be written: {error}") from error


def _exchanges(path: Path, known: Iterable[JsonValue]) -> list[Exchange]:
    try:
        return [Exchange.read(exchange if isinstance(exchange, dict) else {}) for exchange in known]
    except CassetteError as error:
        raise CassetteError(f"{path}: {error}") from error
