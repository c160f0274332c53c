"""The terms of the wire and ours, and the fields beside the choices that differ between providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from god_llm.dialects.chat_completions.wire import USAGE, Ending, PromptDetails, UsageDict
from god_llm.dialects.logprobs import token_logprobs
from god_llm.dialects.replies import Paths, validated, value_at
from god_llm.domain.exceptions import MalformedResponseError, ProviderError
from god_llm.domain.finish import FinishReason, unified
from god_llm.domain.messages import AIMessage
from god_llm.domain.plain_json import JsonObject, JsonValue
from god_llm.domain.usage import Usage

__all__ = ["FACTS", "Paths", "ReplyVariant", "choice_facts", "choice_logprobs", "finish_of", "raw_finish_of"]

FACTS: Final[Mapping[str, Paths]] = {
    "service_tier": (("service_tier",),),
    "system_fingerprint": (("system_fingerprint",),),
}
"""What every provider may say of a reply: a name for `AIMessage.metadata`, and where it stands."""

# https://platform.openai.com/docs/api-reference/chat/object; `max_tokens` was gpt-4-vision-preview's word,
# `model_length` is Mistral's.
_FINISH_REASONS: Final[Mapping[str, FinishReason]] = {
    "stop": "stop",
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "error": "error",
}


class ReplyVariant(NamedTuple):
    """How one provider's replies differ from the others'."""

    provider: str
    failure: Callable[[JsonObject], ProviderError | None]
    """The error that a reply or an event with status 200 reports: `ErrorCodes.failure`."""
    usage: Paths = (("usage",),)
    facts: Mapping[str, Paths] = FACTS
    reasoning_field: str | None = None
    """The field in which the provider takes its reasoning back without a trace of it in the message."""
    needs_done: bool = False
    """True if every complete stream of the provider ends with `[DONE]`."""

    def check(self, event: JsonObject) -> None:
        """Raise the error that a reply or an event reports, if it does."""
        error = self.failure(event)
        if error is not None:
            raise error

    def usage_of(self, event: JsonObject) -> Usage | None:
        """The token counts, where there are any; those of the prompt include what the cache gave.

        Raises:
            MalformedResponseError: they are no counts.
        """
        found = value_at(event, self.usage) or _usage_of_choices(event)
        if not found:
            return None
        if not isinstance(found, Mapping):
            raise MalformedResponseError("usage is not an object", provider=self.provider)
        usage = validated(USAGE, found)
        read, written = usage.get("prompt_tokens_details") or {}, usage.get("completion_tokens_details") or {}
        counts = Usage(
            input_tokens=usage.get("prompt_tokens"),
            output_tokens=_output_tokens(usage),
            cache_read_tokens=_cached_tokens(usage, read),
            cache_write_tokens=read.get("cache_write_tokens"),
            reasoning_tokens=written.get("reasoning_tokens"),
        )
        return None if counts == _NOTHING_COUNTED else counts

    def metadata(self, reply: JsonObject) -> dict[str, object]:
        """What only this provider says of a reply, as far as it does."""
        known = {name: value_at(reply, paths) for name, paths in self.facts.items()}
        return {name: value for name, value in known.items() if value is not None}

    def heads(self) -> frozenset[str]:
        """The fields of a chunk that `metadata` looks into."""
        return frozenset(path[0] for paths in self.facts.values() for path in paths)


_NOTHING_COUNTED: Final = Usage()


def _usage_of_choices(event: JsonObject) -> object:
    """The counts in the first choice, where Moonshot's streams have them."""
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("usage") if isinstance(first, Mapping) else None


def _output_tokens(usage: UsageDict) -> int | None:
    """The whole output. xAI and Gemini leave reasoning out of `completion_tokens`, and count it in the total.

    https://docs.x.ai/docs/key-information/consumption-and-rate-limits
    """
    prompt, completion, total = usage.get("prompt_tokens"), usage.get("completion_tokens"), usage.get("total_tokens")
    if prompt is None or completion is None or total is None or total <= prompt + completion:
        return completion
    return total - prompt


def _cached_tokens(usage: UsageDict, read: PromptDetails) -> int | None:
    """The input from the cache: OpenAI's field, DeepSeek's or Moonshot's."""
    counts = (read.get("cached_tokens"), usage.get("prompt_cache_hit_tokens"), usage.get("cached_tokens"))
    return next((count for count in counts if count is not None), None)


def raw_finish_of(choice: Ending) -> str | None:
    """The provider's word for why a choice ended."""
    return choice.get("finish_reason") or (choice.get("finish_details") or {}).get("type")


def finish_of(raw: str | None, *, called: bool, refused: bool) -> FinishReason | None:
    """The provider's word in ours; a refusal has a field of its own and ends with `stop`."""
    reason = unified(raw, _FINISH_REASONS, called=called)
    return "refusal" if refused and reason == "stop" else reason


def choice_logprobs(choice: Ending) -> list[JsonValue]:
    """The log probabilities of a choice's visible text; empty where none were sent."""
    reported = choice.get("logprobs")
    return token_logprobs(reported.get("content")) if isinstance(reported, dict) else []


def choice_facts(index: int, message: AIMessage, raw: str | None, logprobs: Sequence[JsonValue]) -> dict[str, object]:
    """What `AIMessage.metadata["choices"]` keeps of an answer beside the first one, as JSON."""
    parts = [part.model_dump(mode="json", exclude_none=True) for part in message.parts]
    facts: dict[str, object] = {"index": index, "content": message.content, "parts": parts, "raw_finish_reason": raw}
    return {**facts, "logprobs": logprobs} if logprobs else facts
