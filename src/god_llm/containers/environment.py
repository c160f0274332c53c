"""The source of settings in the environment: `none` as None, and no misspelt variable unseen."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource
from typing_extensions import override

from god_llm.domain.exceptions import ConfigurationError

__all__ = ["CheckedEnvironment", "aliases"]

_NONE_IS_A_VALUE: Final = frozenset({"reasoning"})
"""The fields where `none` is a value of its own: the reasoning effort that switches reasoning off."""


class CheckedEnvironment(EnvSettingsSource):
    """Reads the fields from variables, and refuses a variable with the prefix that is no field's.

    Raises:
        ConfigurationError: there is such a variable; the message has the nearest name.
    """

    @override
    def __call__(self) -> dict[str, Any]:  # Any: as pydantic-settings declares it
        """The values by field."""
        known, prefix = self._variables(), self.env_prefix.lower()
        others = tuple(f"_{name}" for name in self.settings_cls.model_fields)
        for variable in self.env_vars:
            # A class of the application's own may have a longer prefix: GOD_LLM_OPENAI_FAST_MODEL.
            if variable.startswith(prefix) and variable not in known and not variable.endswith(others):
                raise ConfigurationError(_unknown(variable, known, self.settings_cls.__name__))
        return super().__call__()

    @override
    def prepare_field_value(
        self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool
    ) -> Any:  # Any: as pydantic-settings declares it
        """The value to validate."""
        if field_name in _NONE_IS_A_VALUE and value is not None:
            return str(value)  # pydantic-settings marks the text of None by a subclass of str
        return super().prepare_field_value(field_name, field, value, value_is_complex)

    def _variables(self) -> list[str]:
        """The variables of all fields, in lower case."""
        prefix = self.env_prefix.lower()
        fields = self.settings_cls.model_fields.items()
        return [name.lower() for key, field in fields for name in (prefix + key, *aliases(field))]


def aliases(field: FieldInfo) -> list[str]:
    """The variables that a field names itself."""
    alias = field.validation_alias
    return [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else []


def _unknown(variable: str, known: list[str], settings: str) -> str:
    near = get_close_matches(variable, known, n=1, cutoff=0.0)
    return f"{variable.upper()} is no variable of {settings}; the nearest is {near[0].upper()}. Rename or unset it."
