"""The parameters of `extra=` for Ollama.

https://docs.ollama.com/api/chat and, for the options, https://docs.ollama.com/modelfile. The SDK types options with
a pydantic model, so they are listed here; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from typing_extensions import TypedDict

from god_llm.domain.extra import ExtraRules

__all__ = ["APPENDED", "EXTRA_RULES", "RESERVED", "SETTING_OF", "SHARED", "OllamaExtra", "OllamaOptionsExtra"]


class OllamaOptionsExtra(TypedDict, total=False):
    """The options that only Ollama has: how a model is loaded, and how it samples."""

    embedding_only: bool | None
    """Load the model for embeddings alone."""
    f16_kv: bool | None
    """Keep the key-value cache in 16 bits."""
    logits_all: bool | None
    """Keep the logits of all tokens."""
    low_vram: bool | None
    """Use less video memory."""
    main_gpu: int | None
    """The GPU for small tensors and scratch space."""
    min_p: float | None
    """The least probability of a token, as a share of the most likely one's."""
    mirostat: int | None
    """Mirostat sampling: 0 (off), 1 or 2."""
    mirostat_eta: float | None
    """Mirostat's learning rate."""
    mirostat_tau: float | None
    """Mirostat's balance between coherence (low) and diversity."""
    num_batch: int | None
    """The number of prompt tokens that are processed at once."""
    num_ctx: int | None
    """The size of the context window in tokens; a longer prompt is cut."""
    num_gpu: int | None
    """The number of layers on GPUs."""
    num_keep: int | None
    """The number of prompt tokens that are kept when the context is shifted."""
    num_thread: int | None
    """The number of CPU threads."""
    numa: bool | None
    """Support for non-uniform memory access."""
    penalize_newline: bool | None
    """Apply penalties to line breaks."""
    repeat_last_n: int | None
    """The number of tokens to look back for repetitions: 0 turns it off, -1 is the whole context."""
    repeat_penalty: float | None
    """The penalty of repetitions; 1.0 turns it off."""
    tfs_z: float | None
    """Tail-free sampling; 1.0 turns it off."""
    typical_p: float | None
    """Typical sampling; 1.0 turns it off."""
    use_mlock: bool | None
    """Lock the model in memory."""
    use_mmap: bool | None
    """Map the model's file into memory."""
    vocab_only: bool | None
    """Load the vocabulary alone."""


class OllamaExtra(TypedDict, total=False):
    """The parameters that only Ollama has."""

    format: Literal["", "json"] | dict[str, object] | None
    """`"json"` for any JSON, or a JSON schema."""
    keep_alive: float | str | None
    """The time the model stays loaded: seconds, or a text such as `"10m"`; -1 is for ever, 0 unloads it at once."""
    options: OllamaOptionsExtra
    """Loading and sampling options of the model."""
    tools: Sequence[Mapping[str, object]] | None
    """Tools in Ollama's own format, added to those of `with_tools`."""


SETTING_OF: Final[Mapping[str, str]] = {
    "format": "response_schema",
    "logprobs": "logprobs",
    "options.frequency_penalty": "frequency_penalty",
    "options.num_predict": "max_tokens",
    "options.presence_penalty": "presence_penalty",
    "options.seed": "seed",
    "options.stop": "stop",
    "options.temperature": "temperature",
    "options.top_k": "top_k",
    "options.top_p": "top_p",
    "think": "reasoning",
    "tools": "tools",
    "top_logprobs": "logprobs",
}
SHARED: Final = frozenset({"format", "tools"})
APPENDED: Final = frozenset({"tools"})
RESERVED: Final = frozenset({"messages", "model", "stream"})

EXTRA_RULES: Final = ExtraRules(
    provider="ollama",
    declared=OllamaExtra,
    setting_of=SETTING_OF,
    shared=SHARED,
    appended=APPENDED,
    reserved=RESERVED,
)
