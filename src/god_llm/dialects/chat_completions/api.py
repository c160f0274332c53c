"""A whole API on this wire, for a provider without parts of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from god_llm.dialects.chat_completions.formatter import SETTINGS, ChatCompletionsFormatter, RequestVariant
from god_llm.dialects.chat_completions.normaliser import ChatCompletionsNormaliser
from god_llm.dialects.chat_completions.vocabulary import ReplyVariant
from god_llm.domain.plain_json import JsonObject
from god_llm.engine.provider import Api, over_http
from god_llm.http.transport import HttpTransport

if TYPE_CHECKING:
    from god_llm.domain.extra import ExtraRules

__all__ = ["chat_completions"]


def chat_completions(
    transport: type[HttpTransport[JsonObject]],
    request: RequestVariant,
    reply: ReplyVariant,
    *,
    settings: frozenset[str] = SETTINGS,
    extra: Callable[[], ExtraRules] | None = None,
) -> Api:
    """The API of a provider that speaks chat completions.

    Args:
        transport: names the endpoint and the library that carries the requests.
        request: how its requests differ from others on this wire.
        reply: how its replies do.
        settings: the settings that it accepts, of those that this wire has.
        extra: loads the rules of `extra=`.
    """
    return Api(
        formatter=partial(ChatCompletionsFormatter, request),
        normaliser=partial(ChatCompletionsNormaliser, reply),
        connect=over_http(transport),
        endpoint=transport.endpoint,
        settings=settings,
        extra=extra,
    )
