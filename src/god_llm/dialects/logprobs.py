"""Log probabilities of tokens: one shape for OpenAI's two APIs, servers that resemble them, and Ollama."""

from __future__ import annotations

from collections.abc import Iterator

from god_llm.domain.plain_json import JsonDict, JsonValue

__all__ = ["token_logprobs"]


def token_logprobs(reported: object) -> list[JsonValue]:
    """A provider's list of tokens, as `AIMessage.metadata["logprobs"]` has it.

    Each token is `{"token": str, "logprob": float, "top": [{"token": str, "logprob": float}, ...]}`. What is not a
    list is read as an empty one; entries without a token or a number are left out.
    """
    return [{**token, "top": [*_tokens(entry.get("top_logprobs"))]} for entry, token in _entries(reported)]


def _tokens(reported: object) -> Iterator[JsonDict]:
    return (token for _, token in _entries(reported))


def _entries(reported: object) -> Iterator[tuple[JsonDict, JsonDict]]:
    """Each entry that reports a token, and the token."""
    for entry in reported if isinstance(reported, list) else ():
        token, logprob = (entry.get("token"), entry.get("logprob")) if isinstance(entry, dict) else (None, None)
        if isinstance(token, str) and isinstance(logprob, int | float) and not isinstance(logprob, bool):
            yield entry, {"token": token, "logprob": float(logprob)}
