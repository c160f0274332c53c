"""Parsers from the text of an environment variable to the value of a setting."""

from __future__ import annotations

from typing import Any, Final

from pydantic import PlainValidator, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import from_json

from god_llm.domain.extra import CustomExtra
from god_llm.domain.models import CustomModel

__all__ = ["CUSTOM_EXTRA", "MODEL_NAME", "stop_sequences"]

_CUSTOM: Final = "custom:"


def _model_name(value: object) -> str:
    """A name, which the facade checks against its catalogue; `custom:NAME` is a `CustomModel`."""
    if not isinstance(value, str) or not value:
        raise ValueError("a model name is a text that is not empty")
    return CustomModel(value.removeprefix(_CUSTOM)) if value.startswith(_CUSTOM) else value


MODEL_NAME: Final = PlainValidator(_model_name)
"""Validates a model name."""


def _extra(value: object, handler: ValidatorFunctionWrapHandler) -> Any:  # Any: as pydantic's handler returns it
    return value if isinstance(value, CustomExtra) else handler(value)


CUSTOM_EXTRA: Final = WrapValidator(_extra)
"""Keeps a `CustomExtra` as it is: pydantic would make a plain dict of it, whose names are checked."""


def stop_sequences(value: object) -> object:
    """One stop sequence as a text, several as a JSON list."""
    if value is None:
        return ()
    if not isinstance(value, str):
        return value
    return from_json(value) if value.startswith("[") else (value,)
