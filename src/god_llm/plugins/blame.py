"""How mypy's word on a call that fits no overload is kept to one line.

A facade has an overload for each group of models that may be called alike. For a call that fits none, mypy lists them
all, with all names of models: hundreds of lines. Unless one of them nearly fits: then it says what is wrong with that.
So each facade's last overload takes anything but a model: its `Blamed` is a sequence, as a text is, of what no text
holds. Its name is the message: the model is not listed, or it does not accept a setting that was given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, final

from typing_extensions import TypedDict

__all__ = ["Blamed", "Unasked", "UnaskedOptions"]


@final
class ModelOrSettingNotAccepted:
    """No value is of this class."""


Blamed: TypeAlias = Sequence[ModelOrSettingNotAccepted]

Unasked: TypeAlias = Any  # Any: whatever was given, the blame is on the first argument


class UnaskedOptions(TypedDict, total=False):
    """Every option that all facades have."""

    async_transport: Unasked
    auth: Unasked
    base_url: Unasked
    clock: Unasked
    formatter: Unasked
    ids: Unasked
    max_retries: Unasked
    max_tokens: Unasked
    normaliser: Unasked
    seed: Unasked
    stop: Unasked
    timeout: Unasked
    transport: Unasked
