"""The exceptions, under the name of the public contract."""

from god_llm.domain.exceptions import *  # noqa: F403 - a re-export of the whole tree
from god_llm.domain.exceptions import __all__ as __all__
