"""Messages as syrupy snapshots: `assert llm.generate("...") == snapshot(extension_class=AIMessageSnapshotExtension)`.

https://syrupy-project.github.io/syrupy/
"""

from __future__ import annotations

from typing import Any

from syrupy.extensions.amber import AmberSnapshotExtension
from typing_extensions import override

from god_llm.testing.serialiser import serialise_messages

__all__ = ["AIMessageSnapshotExtension"]


class AIMessageSnapshotExtension(AmberSnapshotExtension):
    """Keeps what `serialise_messages` writes, in one file a test module (`__snapshots__/<module>.messages`).

    It takes messages, conversations, results of batches, deltas and errors; `exclude=`, `include=` and `matcher=` work
    as usual.
    """

    file_extension = "messages"

    @override
    def serialize(self, data: object, **kwargs: Any) -> str:  # Any: as syrupy has it
        """The text that is kept and compared."""
        return serialise_messages(data, **kwargs)
