"""The Parrot service, as a provider for `god_llm`."""

from god_llm_parrot.chat import ChatParrot, ParrotModel

__all__ = ["ChatParrot", "ParrotModel"]
